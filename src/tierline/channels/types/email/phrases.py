"""The words with which mail programs announce what is being answered, in the languages they speak."""

from __future__ import annotations

import re


def _by_class(**words: str) -> dict[str, str]:
    return {word.strip(): name for name, listed in words.items() for word in listed.split("/")}


# Keys of the header block that Outlook-like programs put above the quoted message. CJK keys are
# compared without blanks ("主　题").
HEADER_KEYS = _by_class(
    sender="from/von/de/da/van/fra/från/fran/od/lähettäjä/feladó/от/от кого/від/від кого/kimden/gönderen/từ/người gửi"
    "/από/expéditeur/remitente/remetente/mittente/afzender/nadawca/odesílatel/odosielateľ/dari/expeditor/saatja"
    "/מאת/من/发件人/发信人/寄件者/寄件人/發件人/自/从/差出人/送信者/보낸사람/보낸이/发送者",
    date="date/sent/sent at/sent on/date sent/datum/gesendet/gesendet am/envoyé/envoyé le/fecha/enviado/enviado el"
    "/enviado em/enviada em/enviada/data/inviato/inviata/data invio/verzonden/verzonden op/sendt/skickat/dato/wysłano"
    "/data wysłania/wysłane/odesláno/odoslané/dátum/lähetetty/päivämäärä/päiväys/elküldve/küldve/дата/отправлено"
    "/дата отправки/надіслано/відправлено/gönderilen/gönderildi/gönderme tarihi/tarih/đã gửi/ngày/ημερομηνία/στάλθηκε"
    "/trimis/poslano/נשלח/תאריך/تاريخ/dikirim/tanggal/发送时间/发送日期/发件时间/发件日期/发送/日期/时间/寄件日期/傳送日期/發送時間/日期時間"
    "/送信日時/日時/日付/送信日/보낸날짜/날짜/보낸시간",
    to="to/an/à/a/para/aan/til/till/do/komu/vastaanottaja/kenelle/címzett/кому/kime/alıcı/đến/tới/người nhận/προς"
    "/destinataire/destinataires/destinatario/către/za/prima/אל/إلى/kepada/收件人/收信人/收件者/至/到/宛先/받는사람/받는이",
    copy="cc/bcc/kopie/copie/copie à/copia/c.c./kopia/kopi/kopio/másolat/копия/копія/bilgi/dw/udw/抄送/抄送人/抄送至"
    "/副本/密送/密件抄送/密件副本/参照/참조",
    subject="subject/betreff/objet/asunto/assunto/oggetto/onderwerp/emne/ämne/temat/předmět/predmet/aihe/tárgy/тема"
    "/konu/chủ đề/tiêu đề/θέμα/subiect/teema/נושא/الموضوع/perihal/subjek/主题/主旨/主題/标题/標題/件名/題名/제목",
    other="reply-to/reply to/antwort an/répondre à/responder a/importance/wichtigkeit/priority/priorität/attachments"
    "/anlagen/pièces jointes/附件/重要性/优先级/organisation/organization/risposta/thread-topic",
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HEADER_LINE = re.compile(r"[\s>*_|]*([^\W\d_][^:：|\t\n]{0,24}?)[\s*_]*[:：|\t]\s*[*_]*(.*)", re.DOTALL)


def header_key(text: str) -> tuple[str, str] | None:
    """The class (sender, date, to, copy, subject, other) and the value of a header line, if it is one."""
    found = _HEADER_LINE.match(text)
    if found is None:
        return None
    key = found[1].strip(" *_\u3000").lower()
    if _CJK.search(key):
        key = re.sub(r"[\s\u3000]", "", key)
    name = HEADER_KEYS.get(key)
    return (name, found[2]) if name else None


_NOTICE_WORDS = (
    r"original message|original mail|original appointment|original|replied message|reply message|forwarded message"
    r"|forwarded by .+|forward message|ursprüngliche \w+|original\s?nachricht|originalnachricht"
    r"|weitergeleitete nachricht"
    r"|message original|message d['’]origine|message transf[ée]r[ée]|message initial|mensaje original"
    r"|mensaje reenviado"
    r"|mensagem original|mensagem encaminhada|messaggio original[ei]|messaggio inoltrato|oorspronkelijk bericht"
    r"|origineel bericht|doorgestuurd bericht|oprindelig (?:besked|meddelelse)|videresendt (?:besked|meddelelse"
    r"|melding)"
    r"|opprinnelig melding|ursprungligt meddelande|originalmeddelande|vidarebefordrat (?:brev|meddelande)"
    r"|alkuperäinen viesti|välitetty viesti|oryginalna wiadomość|wiadomość oryginalna|przekazana wiadomość"
    r"|wiadomość przekazana|původní (?:zpráva|e-mail)|pôvodná správa|přeposlaná zpráva|eredeti üzenet"
    r"|továbbított üzenet"
    r"|исходное сообщение|оригинальное сообщение|(?:пересылаемое|пересланное|перенаправленное) сообщение"
    r"|(?:вихідне|оригінальне|пересилане|переслане) повідомлення|orijinal (?:mesaj|ileti)|özgün ileti|iletilen mesaj"
    r"|thư gốc|tin nhắn gốc|mesaj original|mesajul original|αρχικό μήνυμα|הודעה מקורית|pesan asli|missatge original"
    r"|元のメッセージ|転送メッセージ|원본 ?(?:메일|메시지)|전달된 메시지"
    r"|(?:原始|原|回复的|回覆的|被回复的|转发的|轉寄的|转寄的|回复的原|转发的原|以下是原始|以下是转发的)\s?(?:邮件|郵件|信件|消息|訊息)\s?(?:信息|内容|原文)?"
    r"|(?:邮件|郵件)原件|回复邮件|转发邮件(?:信息)?|邮件原文"
)
_DASHES = r"[-_=*~—–─]"
NOTICE = re.compile(rf"\s*{_DASHES}{{2,}}\s*(?:{_NOTICE_WORDS})\s*[:：]?\s*{_DASHES}{{2,}}\s*", re.IGNORECASE)
# The same words without dashes; they count only right above a header block.
UNFRAMED_NOTICE = re.compile(rf"\s*(?:{_NOTICE_WORDS}|(?:回复|转发)\s?.{{1,30}}\s?的邮件)\s*[:：]?\s*", re.IGNORECASE)
BARE_NOTICE = re.compile(
    r"\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|début du message (?:transféré|réexpédié)"
    r"|inicio del mensaje reenviado|início da mensagem encaminhada|inizio messaggio inoltrato"
    r"|开始转发的邮件|下面是被转发的邮件"
    r"|開始轉寄郵件|以下は、?転送されたメッセージです)\s*[:：]?\s*",
    re.IGNORECASE,
)
REPLY_ABOVE = re.compile(
    r".{0,40}(?:(?:reply|write|type your reply) above this line"
    r"|在此行(?:之|的)?上方(?:回复|输入)|请?在此线(?:以)?上(?:方)?回复).{0,40}",
    re.IGNORECASE,
)
_VERBS = (
    r"wrote|writes|has written|sent|schrieb|hat geschrieben|geschrieben|a [ée]crit|[ée]crivait|escribi[óo]|ha escrito"
    r"|escreveu|ha scritto|scrisse|schreef|geschreven|skrev|kirjoitti|napisał(?:\(a\)|a|/a|\(-a\))?|pisze"
    r"|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|písal|írta|ezt írta|a scris|va escriure|написал(?:\(а\)|\(-а\)|а)?"
    r"|пишет|писал(?:\(а\)|а)?|пише|написав(?:\(ла\))?|написала|написа|napisao(?:\/la)?|je napisal|yazdı|şunu yazdı"
    r"|şunları yazdı|đã viết|έγραψε|כתב/?ה?|كتب|menulis|kirjutas|rašė|rakstīja"
)
_CJK_VERBS = (
    r"写道|写到|寫道|寫到|撰写|来信|的邮件中写道|さんは書きました|は書きました|書きました"
    r"|のメール|のメッセージ|님이 작성|작성|썼습니다|님의 말"
)
VERB = re.compile(rf"(?:(?<![^\W\d_])(?:{_VERBS})(?![^\W\d_])|{_CJK_VERBS})", re.IGNORECASE)
# Words that open "On <date>, <name> wrote:". Matched at the beginning of a line.
OPENING = re.compile(
    r"(?:On|At|In message|Le|Am|Den|Der|El|Il|Il giorno|In data|Op|På|Pa|W dniu|Dnia|Em|No dia|Vào|Vào lúc|Dne"
    r"|Dňa|Pe|Pe data"
    r"|La|În data|Στις|El dia|Tarihinde|ב-?|في|Pada|Dana|Dne|Kuup\.|Il y a|Von|Quoting|Em (?:seg|ter|qua|qui"
    r"|sex|sáb|dom)\.?"
    r")(?![^\W\d_])|[在于於]\s?(?=[\d\w“\"<])",
)
QUOTING = re.compile(r"(?:Quoting|Missatge de|Zitat von|Citando a?|Citazione da|Quoting message from)\s")
WEEKDAY = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|seg"
    r"|ter|qua|qui|sex"
    r"|gio|man|tir|tirs|ons|tor|tors|lør|søn|mån|tis|fre|lör|sön|pon|wt|śr|czw|pt|sob|niedz|ma|ti|ke|to|pe|la"
    r"|su|пн|вт|ср|чт"
    r"|пт|сб|вс|нд|po|út|st|čt|pá|so|ne|周[一二三四五六日天]|星期[一二三四五六日天]|週[一二三四五六日])"
)
DATE = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.\s\d{1,2}\.\s\d{2,4}|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]"
    r"|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
    r"|\d{1,2}(?:st|nd|rd|th)?[.,]?\s+(?:de |d')?[^\W\d_]{3,12}\.?,?\s+(?:de |del )?\d{2,4}"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|\d{1,2}[-/][^\W\d_]{3,9}\.?[-/]\d{2,4}|[^\W\d_]{3,9}[-/]\d{1,2}[-/]\d{2,4}|\d{1,2} tháng \d{1,2}"
    r"|\d{4}\.?\s+[^\W\d_]{3,12}\.?\s+\d{1,2}"
)
TIME = re.compile(r"\d{1,2}\s?[:.h時时]\s?\d{2}")
DATED_START = re.compile(rf"(?:{WEEKDAY}\w{{0,9}}[.,]*\s+)?(?:(?:kl\.|um|à|at)\s+)?(?:{DATE.pattern})", re.IGNORECASE)
MAIL = re.compile(r"[^\s<>\"'(\[]{1,120}@[^\s<>\"')\]]{1,120}")

# A device's or app's own line under the text. "发自内心", "来自总行的邮件" and "从昨天起无法发送" are none.
_DEVICE = (
    r"(?:iphone|ipad|ipod|android|安卓|手机|手機|平板|mate|galaxy|phone|mobile|tablet|samsung|blackberry|windows|outlook"
    r"|foxmail|gmail|微信|企业微信|钉钉|飞书|邮箱大师|网易邮箱|qq\s?邮箱|qq\s?mail|邮件应用|邮件客户端|华为|小米|荣耀|oppo|vivo|三星|魅族)"
)
MOBILE = re.compile(
    rf"""\W{{0,3}}(?:
      (?:sent|send)\s(?:from|via|with|using)\s[^.!?]{{2,60}}(?:[.!?].{{0,60}})?
    | sent\sby\s(?:my\s)?{_DEVICE}.{{0,30}}
    | (?:\w+\s)?from\s(?:my\s{_DEVICE}.{{0,20}}|mobile)
    | (?:get|download)\s\[?outlook\sfor\s(?:ios|android|mac).{{0,80}}
    | gesendet\s(?:von|mit|aus)\s.{{2,60}} | von\s(?:meinem|meiner)\s.{{2,40}}\sgesendet\W{{0,3}}
    | diese\s(?:nachricht|e-?mail|mail)\swurde\svon\s.{{2,60}}\sgesendet\W{{0,3}}
    | outlook\sfür\s(?:ios|android).{{0,60}}
    | envoy[ée]e?\s(?:depuis|de|avec|à\spartir\sde|via)\s.{{2,60}} | t[ée]l[ée]charge[zr]\soutlook\spour\s.{{2,60}}
    | enviado\s(?:desde|do|de|a\spartir|com|pelo|via)\s.{{2,60}}
    | obt[eé]n(?:er|ga|ha)?\s(?:o\s)?outlook\spara\s.{{2,60}}
    | inviato\s(?:da|dal|dall|con|tramite).{{2,60}} | scarica\soutlook\sper\s.{{2,60}}
    | (?:verzonden|verstuurd)\s(?:vanaf|vanuit|met|van|via)\s.{{2,60}} | sendt\s(?:fra|med)\s.{{2,60}}
    | (?:skickat|skickades)\s(?:från|med)\s.{{2,60}} | lähetetty\s.{{2,60}}(?:sta|stä|lta|ltä|ni)\W?
    | wysłan[eoy]\s(?:z|za|przy)\s.{{2,60}} | odesláno\s(?:z|ze)\s.{{2,60}} | odoslané\s(?:z|zo)\s.{{2,60}}
    | отправлено\s(?:с|из)\s.{{2,60}} | надіслано\s(?:з|із)\s.{{2,60}}
    | .{{2,40}}(?:'?[td]an|'?[td]en)\sgönderildi | trimis\sde\spe\s.{{2,60}} | gửi\stừ\s.{{2,40}}
    | (?:本邮件)?(?:发自|發自|发送自|寄自|傳送自)\s?(?:我的|於我的|于我的)\s?[\w\s+.()（）-]{{1,30}}
    | (?:本邮件)?(?:发自|發自|发送自|发件来自|寄自|傳送自|来自|來自)\s?.{{0,20}}?
      {_DEVICE}[a-z0-9\s+]{{0,16}}(?:版\s?(?:邮件|郵件|mail|outlook))?
    | [从從]\s?(?:我的\s?|.{{0,12}}{_DEVICE})[^无無不没]{{0,20}}(?:发送|傳送|寄出|傳出|发出)
    | 由\s?.{{0,12}}{_DEVICE}.{{0,12}}(?:发送|发出|傳送)
    | (?:获取|下载|取得|獲取)\s?outlook\s?(?:for|的)?.{{0,60}}
    | iphoneから送信 | .{{0,30}}から送信(?:されました)? | .{{0,20}}에서\s보냄
    )\W{{0,3}}(?:[<(\[].{{0,200}})?""",
    re.IGNORECASE | re.VERBOSE,
)
CLOSING = re.compile(
    r"(?:(?:with\s)?(?:best|kind|kindest|warm|warmest|many)?\s?regards|regards|best wishes|yours (?:sincerely"
    r"|faithfully|truly)"
    r"|sincerely(?: yours)?|mit (?:freundlichen|besten|lieben) gr(?:ü|ue)(?:ß|ss)en|freundliche gr(?:ü|ue)(?:ß|ss)e"
    r"|(?:viele|beste|liebe) gr(?:ü|ue)(?:ß|ss)e|mfg|cordialement|bien cordialement"
    r"|salutations(?: distinguées)?|saludos(?: cordiales)?"
    r"|un saludo|atentamente|atenciosamente|cordiali saluti|distinti saluti|met vriendelijke groet(?:en)?"
    r"|med venlig hilsen"
    r"|mvh|vänliga hälsningar|med vänliga hälsningar|z poważaniem|pozdrawiam|с уважением|з повагою"
    r"|此致|敬礼|顺颂商祺|顺祝商祺|顺颂时祺|祝商祺|祝好|致礼|此致敬礼|敬上|谨上|商祺)\s*[,，.!！。~～]*",
    re.IGNORECASE,
)
CONTACT_LABEL = re.compile(
    r"(?:tel|telephone|phone|mobile|cell|fax|e-?mail|mail|web|www|website|skype|wechat|mob|ph|t|m|f|p|e|w"
    r"|telefon|handy|tél|móvil"
    r"|电话|电 ?话|手机|手 ?机|传真|邮箱|邮件|座机|分机|热线|网址|网站|地址"
    r"|邮编|微信|公司|部门|电子邮件|電話|手機|傳真|電郵|地址)"
    r"(?:\s?号码|\s?[(（][^)）]{1,10}[)）])?\s*[:：.|]\s*\S",
    re.IGNORECASE,
)
CONTACT = re.compile(r"\S+@\S+\.\w|https?://|www\.\S+\.\w|(?:\+?\(?\d[\d\s().\-/]{6,}\d)")
DISCLAIMER = re.compile(
    r"\W*(?:confidentiality notice|disclaimer|legal notice|this (?:e-?mail|message"
    r"|communication)(?: and any (?:attachments?|files))?[^.]{0,80}"
    r"(?:confidential|intended (?:only|solely))|the information contained in this|diese e-?mail (?:enthält"
    r"|kann) vertrauliche"
    r"|ce (?:message|courriel)[^.]{0,60}confidentiel|保密(?:声明|须知|提示|通知)|免责声明|法律声明"
    r"|(?:本|此)(?:电子)?(?:邮件|郵件|信件)(?:及其?(?:任何)?附件)?[^。]{0,30}(?:保密|机密|机密信息|专属|仅供|仅限|僅供))",
    re.IGNORECASE,
)
