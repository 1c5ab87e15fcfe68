"""Replies in many languages: how each mail program announces what is being answered, and what is only similar."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.channels.types.email.separation import Separated, separate, separate_html

ATTRIBUTIONS = """
On Tue, Mar 5, 2024 at 2:20 PM Zhang San <zs@example.com> wrote:
On 2024-03-05 14:20, Zhang San wrote:
On 5/3/24 14:20, Zhang San via Support wrote:
On Mar 5, 2024, at 14:20, Zhang San <zs@example.com> wrote:
On Tuesday, March 5, 2024 02:20:11 PM, Zhang San <zs@example.com> wrote:
At 2024-03-05 14:20:33, "Zhang San" <zs@example.com> wrote:
2024-03-05 14:20 GMT+08:00 Zhang San <zs@example.com>:
Zhang San wrote on 05/03/2024 14:20:
"Zhang San" <zs@example.com> writes:
Quoting Zhang San <zs@example.com>:
---- On Tue, 05 Mar 2024 14:20:33 +0800 Zhang San <zs@example.com> wrote ----
Am Di., 5. März 2024 um 14:20 Uhr schrieb Zhang San <zs@example.com>:
Am 05.03.24 um 14:20 schrieb Zhang San:
Zhang San <zs@example.com> schrieb am Di., 5. März 2024, 14:20:
Le mar. 5 mars 2024 à 14:20, Zhang San <zs@example.com> a écrit :
Le 05/03/2024 à 14:20, Zhang San a écrit :
El mar, 5 mar 2024 a las 14:20, Zhang San (<zs@example.com>) escribió:
El 05/03/2024 a las 14:20, Zhang San escribió:
Em ter., 5 de mar. de 2024 às 14:20, Zhang San <zs@example.com> escreveu:
Il giorno mar 5 mar 2024 alle ore 14:20 Zhang San <zs@example.com> ha scritto:
Op di 5 mrt 2024 om 14:20 schreef Zhang San <zs@example.com>:
Den tis 5 mars 2024 kl 14:20 skrev Zhang San <zs@example.com>:
Den tir. 5. mar. 2024 kl. 14.20 skrev Zhang San <zs@example.com>:
tir. 5. mars 2024 kl. 14:20 skrev Zhang San <zs@example.com>:
ti 5. maalisk. 2024 klo 14.20 Zhang San (zs@example.com) kirjoitti:
wt., 5 mar 2024 o 14:20 Zhang San <zs@example.com> napisał(a):
W dniu 05.03.2024 o 14:20, Zhang San pisze:
út 5. 3. 2024 v 14:20 odesílatel Zhang San <zs@example.com> napsal:
Zhang San <zs@example.com> ezt írta (időpont: 2024. márc. 5., K, 14:20):
mar., 5 mar. 2024 la 14:20, Zhang San <zs@example.com> a scris:
вт, 5 мар. 2024 г. в 14:20, Zhang San <zs@example.com>:
05.03.2024 14:20, Zhang San пишет:
Вторник, 5 марта 2024, 14:20 +03:00 от Zhang San <zs@example.com>:
вт, 5 бер. 2024 р. о 14:20 Zhang San <zs@example.com> пише:
Zhang San <zs@example.com>, 5 Mar 2024 Sal, 14:20 tarihinde şunu yazdı:
Vào Th 3, 5 thg 3, 2024 vào lúc 14:20 Zhang San <zs@example.com> đã viết:
Στις Τρί 5 Μαρ 2024 στις 2:20 μ.μ., ο χρήστης Zhang San <zs@example.com> έγραψε:
Pada tanggal Sel, 5 Mar 2024 pukul 14.20 Zhang San <zs@example.com> menulis:
Missatge de Zhang San <zs@example.com> del dia dt., 5 de març 2024 a les 14:20:
2024年3月5日(火) 14:20 山田太郎 <zs@example.com>:
2024/03/05 14:20、Zhang San <zs@example.com>のメール:
2024년 3월 5일 (화) 오후 2:20, Zhang San <zs@example.com>님이 작성:
张三 <zs@example.com> 于2024年3月5日周二 14:20写道：
Zhang San <zs@example.com> 於 2024年3月5日 週二 下午2:20寫道：
于 2024/3/5 14:20, 张三 写道:
""".strip().split("\n")
REPLY = "Danke, geht wieder."


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("quote", ["\n\n> bitte prüfen\n> Gruß", "\n> bitte prüfen", "\n\nBitte prüfen.\nGruß"])
def test_attribution(attribution: str, quote: str) -> None:
    assert separate(f"{REPLY}\n\n{attribution}{quote}") == Separated(REPLY, f"{attribution}{quote}")


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("width", [72, 60, 42])
def test_wrapped_attribution(attribution: str, width: int) -> None:
    wrapped = "\n".join(textwrap.wrap(attribution, width, break_on_hyphens=False))
    assert separate(f"{REPLY}\n\n{wrapped}\n\n> bitte prüfen").text == REPLY


BLOCKS = """
From: Zhang San <zs@x.example>|Sent: Tuesday, March 5, 2024 2:20 PM|To: Li Si <ls@x.example>|Subject: RE: VPN
From: Zhang San|Sent: Tuesday, March 5, 2024 2:20 PM|To: Li Si|Cc: Wang Wu|Subject: RE: VPN
*From:* Zhang San <zs@x.example>|*Sent:* Tuesday|*To:* Li Si|*Subject:* VPN
From: Zhang San|<zs@x.example>|Sent: Tuesday|To: Li Si|Subject: VPN
Von: Zhang San|Gesendet: Dienstag, 5. März 2024 14:20|An: Li Si|Betreff: VPN
De : Zhang San|Envoyé : mardi 5 mars 2024 14:20|À : Li Si|Objet : VPN
De: Zhang San|Enviado el: martes, 5 de marzo de 2024 14:20|Para: Li Si|Asunto: VPN
De: Zhang San|Enviada em: terça-feira, 5 de março de 2024 14:20|Para: Li Si|Assunto: VPN
Da: Zhang San|Inviato: martedì 5 marzo 2024 14:20|A: Li Si|Oggetto: VPN
Van: Zhang San|Verzonden: dinsdag 5 maart 2024 14:20|Aan: Li Si|Onderwerp: VPN
Från: Zhang San|Skickat: den 5 mars 2024 14:20|Till: Li Si|Ämne: VPN
Fra: Zhang San|Sendt: 5. marts 2024 14:20|Til: Li Si|Emne: VPN
Lähettäjä: Zhang San|Lähetetty: tiistai 5. maaliskuuta 2024 14.20|Vastaanottaja: Li Si|Aihe: VPN
Od: Zhang San|Wysłano: wtorek, 5 marca 2024 14:20|Do: Li Si|Temat: VPN
Od: Zhang San|Odesláno: úterý 5. března 2024 14:20|Komu: Li Si|Předmět: VPN
Feladó: Zhang San|Elküldve: 2024. március 5., kedd 14:20|Címzett: Li Si|Tárgy: VPN
От: Zhang San|Отправлено: 5 марта 2024 г. 14:20|Кому: Li Si|Тема: VPN
Kimden: Zhang San|Gönderildi: 5 Mart 2024 Salı 14:20|Kime: Li Si|Konu: VPN
Từ: Zhang San|Đã gửi: Thứ Ba|Đến: Li Si|Chủ đề: VPN
发件人: 张三|发送时间: 2024年3月5日 14:20|收件人: 李四|主题: 答复: VPN
寄件者: 張三|寄件日期: 2024年3月5日 下午 02:20|收件者: 李四|主旨: RE: VPN
差出人: 山田|送信日時: 2024年3月5日 14:20|宛先: 李四|件名: VPN
보낸 사람: 홍길동|보낸 날짜: 2024년 3월 5일|받는 사람: 李四|제목: VPN
""".strip().split("\n")


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("before", ["\n\n", "\n", "\n\n________________________________\n", "\n\n-----\n"])
def test_header_block(block: str, before: str) -> None:
    said = separate(REPLY + before + block.replace("|", "\n") + "\n\nBitte prüfen.\n")
    assert said.text == REPLY


NOTICES = ["-----Original Message-----", "-------- Ursprüngliche Nachricht --------", "---- Replied Message ----",
           "-------- Message d'origine --------", "---------- Forwarded message ---------", "-----Mensaje original-----",
           "Begin forwarded message:", "---Zhang San wrote---",
           "##- Please type your reply above this line -##", "##- 请在此行上方回复 -##"]  # fmt: skip


@pytest.mark.parametrize("notice", NOTICES)
def test_notice(notice: str) -> None:
    assert separate(f"{REPLY}\n\n{notice}\n\nHello") == Separated(REPLY, f"{notice}\n\nHello")


def test_a_rule_above_a_notice_belongs_to_it() -> None:
    notice = "_____\n-----Original Message-----\n\nHello"
    assert separate(f"{REPLY}\n\n{notice}") == Separated(REPLY, notice)


@pytest.mark.parametrize(
    "attribution", ["On 4/3/2024, A <a@b.example\n> wrote:", "Op 4-3-2024 schreef A <a@b.example\n>:"]
)
def test_a_bracket_torn_off_its_address_is_no_quote_mark(attribution: str) -> None:
    assert separate(f"{REPLY}\n\n{attribution}\n\n> x") == Separated(REPLY, f"{attribution}\n\n> x")


# Text that only looks like a repeat or a signature stays whole.
WHOLE = [
    ("a travel request", "From: Beijing\nTo: Shanghai\nDate: 2024-03-05\nPlease book it."),
    ("an appointment", "Date: Wednesday 3, October 2024\nTime: 7:00am\nAddress: 130 Fox St"),
    ("a form", "Name: Li Si\nPhone: 123456789\nEmail: ls@example.com"),
    ("a Chinese form", "主题：打印机\n日期：今天\n内容：打印不了"),
    ("a log with addresses", "Log:\n2024-03-05 14:20:01 ERROR user=a@b.com failed:\nconnection refused"),
    ("a story with days", "On Monday the server crashed.\nOn Tuesday at 10:30 we saw this error:\ntimeout"),
    ("something that somebody sent", "Bob wrote a script that sent:\nGET / HTTP/1.1"),
    ("what I wrote", "Am 05.03.2024 um 10:00 schrieb ich Ihnen:\ndas Problem besteht weiter."),
    ("an underlined heading", "Steps\n=====\n1. open\n2. close"),
    ("a framed message", "The log says:\n================\nERROR 42\n================\nWhat now?"),
    ("several rules", "a\n-----\nb\n-----\nc"),
    ("a code block", "See:\n\n```\n--\nselect 1\n```\n\nEnd."),
    ("dashes that list", "Please check:\n-- first point\n-- second point\n\nThanks!"),
    ("arrows", "Visit us:\n>>> >>>  http://www.example.com <<<\nby clicking above"),
    ("words that sound like a device line", "您好，\n发自内心的感谢"),
    ("a quote alone", "> only this"),
    ("a courtesy and a name", "It works.\n\nThanks,\nAlex"),
    ("a quote and its answer, unannounced", "> Does it work?\n\nYes."),
]


@pytest.mark.parametrize("body", [row[1] for row in WHOLE], ids=[row[0] for row in WHOLE])
def test_whole(body: str) -> None:
    assert separate(body) == Separated(body)


SIGNATURES = [
    ("the delimiter", "Works.\n\n-- \nAlex\nACME", "Works.", "--\nAlex\nACME"),
    ("a dash and a name", "Works.\n\n-Alex Smith", "Works.", "-Alex Smith"),
    ("a device", "Works.\n\nSent from my iPhone", "Works.", "Sent from my iPhone"),
    ("devices in other languages", "Ok\n\nEnvoyé de mon iPhone\nVon meinem iPad gesendet\n發自我的 iPhone", "Ok",
     "Envoyé de mon iPhone\nVon meinem iPad gesendet\n發自我的 iPhone"),
    ("a closing with name and title", "Works.\n\nKind regards,\n\nAlex Smith\nCEO", "Works.",
     "Kind regards,\n\nAlex Smith\nCEO"),
    ("a card of contacts", "Works.\n\nAlex Smith\nACME Ltd.\nTel: +49 30 1234567\nalex@acme.example", "Works.",
     "Alex Smith\nACME Ltd.\nTel: +49 30 1234567\nalex@acme.example"),
    ("a mailing list's foot", "Works.\n\n_______________________\nlist mailing list\nlist@x.example", "Works.",
     "_______________________\nlist mailing list\nlist@x.example"),
    ("a legal notice", "Works.\n\nConfidentiality notice: this message is for you only.", "Works.",
     "Confidentiality notice: this message is for you only."),
]  # fmt: skip


@pytest.mark.parametrize(("body", "text", "signature"), [row[1:] for row in SIGNATURES], ids=[r[0] for r in SIGNATURES])
def test_signature(body: str, text: str, signature: str) -> None:
    assert separate(body) == Separated(text, "", signature)


AROUND = [
    ("below the quote", "On 4/3/2024, A wrote:\n> works?\n\nYes.", "Yes."),
    ("above and below", "Hi\n\nOn 4/3/2024, A wrote:\n> works?\n\nRegards, B", "Hi\n\nRegards, B"),
    ("between the questions", "On 4/3/2024, A wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n\n> A",
     "> one?\n\nYes.\n\n> two?\n\nNo."),
    ("a wrapped quote is no answer", "Ok\n\nOn 4/3/2024, A wrote:\n\n> this line was long enough to be wrapped by the mail"
     " program\nwithout a mark\n> and more", "Ok"),
    ("an attribution alone at the top", 'On 8 May 2017 17:34, "A" <a@b.example> wrote:\n\nIt should be 2.', "It should be 2."),
]  # fmt: skip


@pytest.mark.parametrize(("body", "text"), [row[1:] for row in AROUND], ids=[row[0] for row in AROUND])
def test_answers_around_quotes(body: str, text: str) -> None:
    assert separate(body).text == text


MARKUP = [
    ("Gmail", '<div>ok</div><div class="gmail_quote">On 4/3/2024, A wrote:<blockquote>x</blockquote></div>', "ok", ""),
    ("Gmail's signature", '<div>ok</div><div class="gmail_signature">B<br>CEO</div>', "ok", "B\nCEO"),
    ("Thunderbird", '<p>ok</p><div class="moz-cite-prefix">On 26.06.2014 14:41, A wrote:<br></div><blockquote'
     ' type="cite">x</blockquote>', "ok", ""),
    ("Outlook", '<p>ok</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> A &lt;a@b.example&gt;<br>'
     "<b>Sent:</b> Tuesday<br><b>To:</b> B<br><b>Subject:</b> C</p></div><p>x</p>", "ok", ""),
    ("Outlook on the web", '<div>ok</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> A</div>x',
     "ok", ""),
    ("Yahoo", '<div>ok</div><div class="yahoo_quoted">On 4/3/2024, A wrote: x</div>', "ok", ""),
]  # fmt: skip


@pytest.mark.parametrize(("html", "text", "signature"), [row[1:] for row in MARKUP], ids=[row[0] for row in MARKUP])
def test_markup(html: str, text: str, signature: str) -> None:
    said = separate_html(html)
    assert (said.text, said.signature) == (text, signature)


@given(st.lists(st.sampled_from([REPLY, "> quoted", "", "-- ", "On 4/3/2024, A <a@b.c> wrote:", "Sent from my iPhone",
                                 "_____", "From: a@b.c", "Sent: today", "Subject: x", "发自我的iPhone", "Yes."]), max_size=12))  # fmt: skip
def test_no_line_is_lost(lines: list[str]) -> None:
    said = separate("\n".join(lines))
    kept = "\n".join((said.text, said.quoted, said.signature)).split("\n")
    assert sorted(line.rstrip() for line in lines if line.strip()) == sorted(line for line in kept if line.strip())
    assert said.text.strip() or not "".join(lines).strip()
