"""Who is in the demo. Every name, firm and address is made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tierline.demo.words.fault import Vocabulary, vocabulary

ZONE = "Asia/Shanghai"
PROVIDER = ("hengda", "恒达服务")


@dataclass(frozen=True, slots=True)
class Company:
    """An enterprise. ``a_day``: tickets on an ordinary working day; ``customers``: how many end customers it has."""

    slug: str
    name: str
    mailbox: str
    vocabulary: Vocabulary
    a_day: float
    customers: int
    devices: int


COMPANIES = (
    Company("yunsuanpan", "云算盘", "support@yunsuanpan.example", vocabulary("cloud"), 13.6, 5000, 400),
    Company("zhilian", "智联家电", "support@zhilian.example", vocabulary("hardware"), 11.6, 240, 1200),
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """``key`` is the name of the sign-in. ``assigned``: enterprise -> (tier, share in percent)."""

    key: str
    role: str
    email: str
    name: str
    assigned: Mapping[str, tuple[int | None, int]] = field(default_factory=dict)
    enterprise: str = ""
    customer: str = ""
    department: str = ""
    language: str = "zh-hans"


_BOTH: Mapping[str, tuple[int | None, int]] = {"yunsuanpan": (None, 50), "zhilian": (None, 50)}

PEOPLE: Sequence[Somebody] = (
    Somebody("l1", "engineer", "lin.xiaotong@hengda.example", "林晓彤", {"yunsuanpan": (1, 80)}),
    Somebody("l2", "engineer", "chen.siyuan@hengda.example", "陈思远", {"yunsuanpan": (2, 60)}),
    Somebody("l3", "engineer", "shen.wei@hengda.example", "沈维", {"yunsuanpan": (3, 40), "zhilian": (3, 40)}),
    Somebody("l1_zhilian", "engineer", "zhou.hang@hengda.example", "周航", {"zhilian": (1, 80)}),
    Somebody("l2_zhilian", "engineer", "he.jiayi@hengda.example", "何嘉仪", {"zhilian": (2, 60)}),
    Somebody("duty", "manager", "fang.ning@hengda.example", "方宁", _BOTH),
    Somebody("manager", "manager", "wu.min@hengda.example", "吴敏", _BOTH),
    Somebody("auditor", "auditor", "audit@hengda.example", "纪明审", _BOTH),
    Somebody("admin", "admin", "admin@hengda.example", "管理员"),
    Somebody("client", "manager", "zhao.qiming@yunsuanpan.example", "赵启明", enterprise="yunsuanpan"),
    Somebody("rd", "department", "rd@yunsuanpan.example", "云算盘研发", enterprise="yunsuanpan", department="rd"),
    Somebody("rd_zhilian", "department", "rd@zhilian.example", "智联研发", enterprise="zhilian", department="rd"),
    Somebody("requester", "requester", "zhou.min@qinghe.example", "周敏", enterprise="yunsuanpan", customer="青禾商贸"),
    Somebody(
        "requester_zhilian", "requester", "song.lan@heyuan.example", "宋岚", enterprise="zhilian", customer="禾院公寓"
    ),
)

# Of these the end customers' names are made, place by sound by trade.
PLACES = "苏州 宁波 成都 长沙 厦门 青岛 合肥 佛山 无锡 昆明 南昌 泉州 绍兴 洛阳".split()
SOUNDS = (
    "安禾 云起 拾光 青柚 远岫 明渠 知夏 长汀 百草 星桥 木棉 白鹭 初晴 松间 海棠"
    " 北辰 南枝 微澜 千帆 半夏 云朵 麦田 竹里 清河湾 金桂 雁回 石榴 晨雾 灯塔 小满"
).split()
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = "晴 一鸣 文博 雨桐 思齐 海燕 国栋 小满 佳宁 子墨 丽华 俊 秋实 若水 建平".split()
ENGLISH = ("Ann Field", "Omar Quill", "Mia Holt", "Leo Marsh", "Ivy Stone", "Noah Reed", "Tess Vale", "Hugo Lane")
