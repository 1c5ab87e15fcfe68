"""Every message of the shared sample folder, against what the suites it came from say is in it."""

import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.shared_data import shared_data
from tierline.channels.types.email.tests.expectations import (
    parsed,
    sample_messages,
    stalwart_differences,
    zammad_differences,
)

# message -> what differs, and why ours is meant. Nothing else may differ, and each of these must.
CUT_SHORT = "Stalwart files a text part that the message's end cuts off as an attachment; we show it"
STALWART = {
    "legacy/034": ({"text"}, "UTF-7 is refused: markup hides in it; Stalwart's own reading of it is wrong besides"),
    "malformed/002": ({"file count"}, CUT_SHORT),
    "malformed/004": ({"file count"}, CUT_SHORT),
    "malformed/006": ({"file count"}, CUT_SHORT),
    "malformed/008": ({"file count", "text"}, CUT_SHORT),
    "malformed/012": (
        {"file count"},
        "the outer delimiter ends the unfinished inner part, so its third message is a file",
    ),
    "malformed/016": ({"file count", "text"}, "the outer delimiter ends the unfinished inner parts"),
    "malformed/020": ({"text"}, "of two Content-Type fields the first counts here and the last there"),
    "thirdparty/005": ({"text"}, "a delimiter stands at the beginning of a line or is text"),
    "thirdparty/015": ({"file count"}, "three attached messages are three files, though the first is cut short inside"),
}
NO_TEXT = "Zammad has no text here and says so in words"
HTML_FORM = "the plain and the HTML form differ; Zammad reads the HTML form, we the plain one"
TITLE = "Zammad shows the title of the HTML document, which no mail program does"
ANONYMISED = "the sample's anonymised words differ between its plain and its HTML form"
ZAMMAD = {
    "mail001": ({"body"}, ANONYMISED),
    "mail003": ({"body"}, ANONYMISED),
    "mail011": ({"body"}, HTML_FORM),
    "mail015": ({"body"}, NO_TEXT),
    "mail017": ({"body"}, HTML_FORM),
    "mail019": ({"body", "from name"}, TITLE + "; the name stands in From, the address in Reply-To: we keep both"),
    "mail021": ({"body"}, "the part is UTF-8 and says otherwise; Zammad shows mojibake"),
    "mail023": ({"body"}, "Zammad takes addresses in angle brackets for tags and drops them"),
    "mail025": ({"body"}, "a file uuencoded into the body is a file here and text there"),
    "mail027": ({"body"}, NO_TEXT),
    "mail041": ({"body"}, NO_TEXT),
    "mail047": ({"body"}, HTML_FORM),
    "mail062": ({"body"}, HTML_FORM),
    "mail066": ({"body"}, TITLE),
    "mail076": ({"from", "from name"}, "a quoted local part before an @ is an address; Zammad gives up on it"),
    "mail087": ({"from", "from name", "files", "body"}, "Zammad makes the text a file and the whole From an address"),
    "mail097": ({"message_id"}, "Zammad makes up an id where there is none; we keep that fact"),
    "mail105": ({"body"}, "a multipart without parts: we show its text, Zammad nothing"),
}


def differing(folder: Path, suffix: str, differences: object) -> dict[str, set[str]]:
    found = {}
    for path in sample_messages(folder):
        if path.with_suffix(suffix).exists():
            found[str(path.relative_to(folder).with_suffix(""))] = set(differences(path))  # type: ignore[operator]
    return {name: what for name, what in found.items() if what}


def test_stalwart_messages_read_as_expected() -> None:
    found = differing(shared_data("email_raw", "stalwart"), ".expected.json", stalwart_differences)
    assert found == {name: what for name, (what, _) in STALWART.items()}


def test_zammad_messages_read_as_expected() -> None:
    found = differing(shared_data("email_raw", "zammad"), ".expected.yml", zammad_differences)
    assert found == {name: what for name, (what, _) in ZAMMAD.items()}


def test_every_message_is_read_within_a_second() -> None:
    slow = {}
    paths = sample_messages(shared_data("email_raw"))
    for path in paths:
        started = time.process_time()
        message = parsed(path)
        if time.process_time() - started > 1:
            slow[path.name] = time.process_time() - started
        assert message.message_key
        assert "\0" not in message.subject + message.text + message.quoted + message.signature
        pickle.dumps(message.text.encode())  # no lone surrogate survives
    assert len(paths) >= 200
    assert not slow


_MEASURE = """
import sys
from tierline.channels.base import Raw
from tierline.channels.types.email import adapter
for path in sys.argv[1:]:
    adapter.parse(Raw(open(path, "rb").read()))
# Not getrusage: that one remembers the size of the process which started this one.
print(int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) // 1024)
"""


def test_the_largest_messages_stay_below_256_megabytes() -> None:
    paths = sorted(sample_messages(shared_data("email_raw")), key=lambda path: path.stat().st_size)[-5:]
    done = subprocess.run([sys.executable, "-c", _MEASURE, *map(str, paths)], capture_output=True, check=True)
    assert int(done.stdout) < 256


# Flanker's samples carry no expected values; these are read off the messages.
FLANKER = {
    "attached-pdf.eml": ["test.pdf"],
    "enclosed.eml": ["thanks.eml"],
    "enclosed-broken.eml": ["thanks.eml"],
    "iphone.eml": ["photo.JPG"],
    "mailgun-pic.eml": ["mailgun.png"],
    "spam/broken-ctype.eml": ["facejj.jpg"],
    "text-only.eml": [],
}


@pytest.mark.parametrize(("name", "files"), FLANKER.items(), ids=FLANKER)
def test_flanker_files_are_found(name: str, files: list[str]) -> None:
    assert [file.name for file in parsed(shared_data("email_raw", "flanker", *name.split("/"))).attachments] == files


def test_a_name_cut_inside_a_character_is_still_read() -> None:
    (file,) = parsed(shared_data("email_raw", "flanker", "russian-attachment-yahoo.eml")).attachments
    assert file.name.startswith("Картинка с очень, очень длинным")


@pytest.mark.parametrize("name", ["broken-mime", "delayed", "gmail-no-dns", "no-mx", "zed"])
def test_flanker_bounces_are_known(name: str) -> None:
    message = parsed(shared_data("email_raw", "flanker", "bounce", f"{name}.eml"))
    assert message.automated is not None
    assert message.automated.kind in ("dsn", "bounce")


def test_the_failed_recipient_and_our_message_are_read_from_a_report() -> None:
    message = parsed(shared_data("email_raw", "flanker", "bounce", "zed.eml"))
    assert message.facts["report"]["action"] == "failed"
    assert message.facts["report"]["status"] == "5.1.1"
    assert message.facts["report"]["recipient"].endswith("@gmail.com")


def test_a_delay_is_a_report_and_no_bounce() -> None:
    message = parsed(shared_data("email_raw", "flanker", "bounce", "no-mx.eml"))
    assert message.automated is not None
    assert (message.automated.kind, message.automated.bounce) == ("dsn", False)
