"""Whether a machine wrote a message: bounces, reports, absence notes, lists and our own echo.

Such mail is parked: it is never acknowledged and never restarts a clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tierline.channels.base import Attachment, Automated, AutomatedKind, Party
from tierline.channels.types.email.charset import clean_line, decode
from tierline.channels.types.email.headers import Fields, read_fields

# Put on everything we send; see compose.py.
LOOP_FIELD = "x-tierline"
TEST_FIELD = "x-tierline-test"
MAX_REPORT_BYTES = 256 * 1024

_DAEMON = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|bounces?|mail[-_.]?(?:delivery|system|admin)|nobody"
    r"|microsoftexchange\w+)"
    r"(?:[+=.-].*)?@?.*",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"\W*(?:undeliver(?:able|ed)|returned mail|mail delivery (?:failed|failure|subsystem|system|error)"
    r"|delivery (?:failure|has failed|failed|status notification|report)"
    r"|failure notice|non[- ]?deliver|message (?:not delivered|undeliverable|could not be delivered)"
    r"|warning: (?:message|could not send)|mail system error"
    r"|could not deliver|unzustellbar|nicht zustellbar|(?:fehler|zustellung) (?:bei der zustellung"
    r"|fehlgeschlagen)|nachricht (?:nicht|konnte nicht) zugestellt"
    r"|non remis|échec de (?:la )?remise|message non distribué|avis de non[- ]remise|no se puede entregar"
    r"|no entregado|error de entrega|devuelto|mensaje no entregado"
    r"|mensagem não entregue|falha na entrega|mancato recapito|onbestelbaar|odeslání se nezdařilo|недоставлен"
    r"|系统退信|系統退信|退信|邮件(?:投递|发送)?(?:失败|被退回|退回)|投递失败|无法投递|未送达|未能送达|無法傳遞|無法送達|寄件失敗|配信不能|配信エラー|送信エラー)",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"\b(?:delayed|warning|still being retried|verzögert|retardé|retrasad)|延迟|延遲|延误|遅延", re.IGNORECASE
)
# A subject that begins like this is an absence note even when no field says that a machine sent it.
_ABSENT_NOTE = re.compile(
    r"\W*(?:(?:re|aw|回复|答复)\s*[:：]\s*)?(?:out of (?:the )?office|out-of-office|o{2}o\b|away from (?:my"
    r"|the) (?:office|desk)"
    r"|vacation (?:reply|response|notice)|abwesenheit(?:snotiz|snachricht|smeldung|sassistent)|absence du bureau"
    r"|message d'absence|fuera de (?:la )?oficina|ausencia de la oficina|fora do escritório|fuori (?:sede|ufficio)"
    r"|niet aanwezig|afwezigheid|frånvaro|fraværende|poza biurem|вне офиса|不在通知|부재중"
    r"|(?:我?(?:正在|目前|现)?(?:外出|休假|出差|度假|请假|年假|公出)(?:中|期间|通知|[，,:：!！。\s]|$)|不在办公室|不在辦公室))",
    re.IGNORECASE,
)
# Words of absence in what a machine is known to have sent.
_ABSENT = re.compile(
    r"\b(?:out of (?:the )?office|out-of-office|away from|on (?:vacation|annual leave|holiday|leave)|vacation"
    r"|abwesen|außer haus|nicht im (?:büro|haus)|im urlaub|absence|absent|en congés?|fuera de|ausencia|ausente"
    r"|de vacaciones"
    r"|fora do|fuori (?:sede|ufficio)|afwezig|frånvaro|fraværende|poza biurem|вне офиса|нет на месте|в отпуске)"
    r"|不在办公室|不在辦公室|外出|休假|出差|请假|度假|年假|公出|離席|不在|부재중",
    re.IGNORECASE,
)
_AUTO_REPLY = re.compile(
    r"\W*(?:auto(?:matic|matische|mated|matisch)?[\s:-]*(?:reply|response|antwort|answer|re\b)|autoreply"
    r"|autoresponse|autoresponder|auto:|automatische antwort|réponse automatique"
    r"|respuesta automática|resposta automática|risposta automatica|automatisch antwoord|automatiskt svar"
    r"|automatisk svar|autosvar|odpowiedź automatyczna|автоответ|автоматический ответ"
    r"|自动(?:回复|答复|应答|回覆)|自動(?:回覆|答覆|回復|返信|応答)|자동 ?(?:회신|응답))",
    re.IGNORECASE,
)
_BOUNCE_TEXT = re.compile(
    r"(?:permanent(?:ly)? (?:fatal )?(?:error|failure|failed)|delivery to the following recipients? (?:failed"
    r"|was aborted)|could(?: not|n't) be delivered|delivery failed"
    r"|user unknown|unknown user|no such (?:user|mailbox)|recipient address rejected|mailbox (?:unavailable"
    r"|not found|is full)|\b55\d[ -]\d\.\d\.\d|address(?:es)? had (?:permanent|delivery)"
    r"|konnte nicht zugestellt|n'a pas pu être (?:remis|distribué)|no se ha podido entregar|退信原因"
    r"|收件人(?:邮箱)?(?:地址)?不存在|邮箱(?:已满|空间不足|不存在)|无法送达|被退回)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decision looks at. ``return_path`` is ``None`` when nothing told it."""

    fields: Fields
    sender: Party
    subject: str
    text: str
    media_type: str
    report_type: str
    return_path: str | None
    report: Mapping[str, str]

    @property
    def has_null_path(self) -> bool:
        return self.return_path is not None and self.return_path.strip("<> ").lower() in ("", "mailer-daemon")


def verdict(evidence: Evidence) -> Automated | None:
    """The first rule that applies, from the strongest evidence to the weakest."""
    return next((found for rule in _RULES if (found := rule(evidence)) is not None), None)


def delivery_report(attachments: tuple[Attachment, ...]) -> dict[str, str]:
    """The fields of the first failed (or else first) recipient of an RFC 3464 report, and what it is about.

    Keys: ``action``, ``status``, ``recipient``, ``diagnostic``, ``about`` (Message-ID of ours).
    """
    told: dict[str, str] = {}
    for attachment in attachments:
        content = attachment.content[:MAX_REPORT_BYTES]
        if attachment.declared_type in ("message/delivery-status", "message/global-delivery-status"):
            groups = [read_fields(group) for group in re.split(rb"\r?\n\r?\n", content.strip())[:100]]
            recipients = [group for group in groups if group.has("action") or group.has("final-recipient")]
            failed = [group for group in recipients if group.plain("action").lower().startswith("failed")]
            if recipients:
                told |= _recipient(*(failed[:1] or recipients[:1]))
        elif attachment.declared_type in ("message/rfc822", "text/rfc822-headers", "message/global"):
            enclosed = read_fields(re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0])
            if about := enclosed.plain("message-id").strip("<> "):
                told.setdefault("about", about)
    return told


def _recipient(group: Fields) -> dict[str, str]:
    address = group.plain("final-recipient") or group.plain("original-recipient")
    told = {
        "action": group.plain("action").lower().partition(" ")[0],
        "status": group.plain("status").partition(" ")[0],
        "recipient": address.rpartition(";")[2].strip(),
        "diagnostic": clean_line(decode(group.raw("diagnostic-code")))[:500],
    }
    return {name: value for name, value in told.items() if value}


def _loop(evidence: Evidence) -> Automated | None:
    if mark := evidence.fields.plain(LOOP_FIELD):
        if evidence.fields.has(TEST_FIELD):
            return Automated("test", f"{TEST_FIELD}: {mark[:80]}")
        return Automated("loop", f"{LOOP_FIELD}: {mark[:80]}")
    return None


def _report(evidence: Evidence) -> Automated | None:
    kind = evidence.report_type
    if "action" in evidence.report or (evidence.media_type == "multipart/report" and kind in ("", "delivery-status")):
        action = evidence.report.get("action", "")
        is_delay = action in ("delayed", "delivered", "relayed", "expanded") or (
            not action and bool(_DELAY.search(evidence.subject))
        )
        return Automated("dsn", f"delivery report, action {action or 'unknown'}", bounce=not is_delay)
    if evidence.media_type == "multipart/report":
        return Automated("report", f"multipart/report of type {kind}")
    return None


def _bounce(evidence: Evidence) -> Automated | None:
    fields = evidence.fields
    if fields.has("x-failed-recipients"):
        return Automated("bounce", "X-Failed-Recipients", bounce=True)
    is_daemon = bool(_DAEMON.fullmatch(evidence.sender.address))
    says_so = _BOUNCE_SUBJECT.match(evidence.subject) or (is_daemon and _BOUNCE_TEXT.search(evidence.text[:4000]))
    if says_so and (is_daemon or evidence.has_null_path or _BOUNCE_TEXT.search(evidence.text[:4000])):
        is_delay = bool(_DELAY.search(evidence.subject))
        return Automated("bounce", "daemon and subject" if is_daemon else "subject and text", bounce=not is_delay)
    return None


def _absent(evidence: Evidence) -> Automated | None:
    fields = evidence.fields
    is_answer = bool(_AUTO_REPLY.match(evidence.subject)) or _submitted(fields) == "auto-replied"
    is_answer = is_answer or fields.has("x-autoreply") or fields.has("x-autorespond") or evidence.has_null_path
    if _ABSENT_NOTE.match(evidence.subject) or (is_answer and _ABSENT.search(evidence.subject)):
        return Automated("out_of_office", "subject")
    if is_answer and not evidence.has_null_path and _ABSENT.search(evidence.text[:1500]):
        return Automated("out_of_office", "automatic answer that speaks of an absence")
    return None


def _auto_reply(evidence: Evidence) -> Automated | None:
    fields = evidence.fields
    if _AUTO_REPLY.match(evidence.subject):
        return Automated("auto_reply", "subject")
    submitted = _submitted(fields)
    if submitted and submitted != "no":
        return Automated(_answer_or_report(fields, submitted), f"Auto-Submitted: {submitted}")
    for name in ("x-autoreply", "x-autorespond", "x-autogenerated", "x-auto-reply-from"):
        if fields.has(name) and fields.plain(name).lower() not in ("no", "false"):
            return Automated("auto_reply", name)
    if fields.plain("precedence").lower() == "auto_reply":
        return Automated("auto_reply", "Precedence: auto_reply")
    suppressed = set(re.findall(r"[a-z]+", fields.plain("x-auto-response-suppress").lower()))
    if suppressed & {"all", "autoreply", "oof"}:
        # Exchange sets it on mail of applications; people's mail carries at most "DR, RN, NRN".
        return Automated(_answer_or_report(fields, "auto-generated"), "X-Auto-Response-Suppress")
    return None


def _answer_or_report(fields: Fields, submitted: str) -> AutomatedKind:
    """A program that answers us, or one that reports of its own accord: a job, a monitor, another desk."""
    is_answer = submitted != "auto-generated" or fields.has("in-reply-to")
    return "auto_reply" if is_answer else "report"


def _null_path(evidence: Evidence) -> Automated | None:
    if evidence.sender.address.lower().startswith(("mailer-daemon", "mail-daemon")):
        return Automated("bounce", "sent by the mail system", bounce=True)
    if evidence.has_null_path:
        return Automated("auto_reply", "null return path")
    return None


def _list(evidence: Evidence) -> Automated | None:
    fields = evidence.fields
    for name in ("list-id", "list-unsubscribe", "list-post", "x-mailing-list", "feedback-id"):
        if fields.has(name):
            return Automated("list", name)
    precedence = fields.plain("precedence").lower()
    if precedence in ("bulk", "list", "junk"):
        return Automated("list", f"Precedence: {precedence}")
    return None


def _submitted(fields: Fields) -> str:
    return fields.plain("auto-submitted").lower().partition(";")[0].partition("(")[0].strip()


_RULES = (_loop, _report, _bounce, _absent, _auto_reply, _null_path, _list)


def return_paths(fields: Fields) -> Iterator[str]:
    """The envelope sender as the delivering servers wrote it down, most trusted first."""
    for name in ("return-path", "x-envelope-from", "envelope-from"):
        if fields.has(name):
            yield fields.plain(name)
