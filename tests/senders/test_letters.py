"""A mail goes to one person, in one thread, with its appointment and files: X04, X05, M11."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from fieldtickets.senders import MailFile, Rejected
from fieldtickets.senders.letters import letter
from tests.senders.mails import INVITATION, NOON, a_mail

HARD_NAMES = (
    'Evil" <igor@evil.example>, "x',
    "=?utf-8?q?Igor_=3Cigor=40evil=2Eexample=3E?=",
    "Müller, Jörg <igor@evil.example>; Ça (très) «œuvre» " * 4,
    "Martin, Paul",
    "o'Neill \\",
    "",
)


def read(mail) -> EmailMessage:
    """The mail as another program reads its bytes."""
    return message_from_bytes(letter(mail).as_bytes(), policy=policy.default)


def only_recipient(message: EmailMessage) -> str:
    (address,) = message["To"].addresses
    return address.addr_spec


def test_a_mail_says_the_same_in_text_and_in_html():
    message = read(a_mail())

    assert message.get_content_type() == "multipart/alternative"
    assert message.get_body(("plain",)).get_content().strip() == "Bonjour, une fuite à Lyon."
    assert message.get_body(("html",)).get_content().strip() == "<p>Bonjour, une fuite à Lyon.</p>"


def test_a_mail_names_its_thread_and_wants_no_machine_to_answer():
    message = read(a_mail(headers={"X-Delivery": "d-17"}))

    assert message["From"] == "Régie Lavigne <tickets@lavigne.example>"
    assert message["To"] == "Karim Benali <karim@benali.example>"
    assert message["Reply-To"] == "Régie Lavigne <t+12.abcdef@in.lavigne.example>"
    assert message["Subject"] == "T-2026-000123 : fuite d'eau"
    assert message["Message-ID"] == "<d-17@lavigne.example>"
    assert message["In-Reply-To"] == "<d-9@lavigne.example>"
    assert message["References"] == "<d-1@lavigne.example> <d-9@lavigne.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message["Date"].datetime == NOON
    assert message["X-Delivery"] == "d-17"


def test_an_appointment_is_shown_by_the_mail_program_and_attached():
    message = read(a_mail(calendar=INVITATION))

    parts = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    invitation, attached = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert parts == ["text/plain", "text/html", "text/calendar", "text/calendar"]
    assert invitation["Content-Type"].params["method"] == "REQUEST"
    assert not invitation.is_attachment()
    assert Calendar.from_ical(invitation.get_content()).events[0]["SUMMARY"] == "Fuite à Lyon"
    assert attached.get_filename() == "appointment.ics"
    assert attached.get_payload(decode=True) == INVITATION


def test_a_cancelled_appointment_keeps_its_own_method():
    message = read(a_mail(calendar=INVITATION.replace(b"METHOD:REQUEST", b"METHOD:CANCEL")))

    invitation = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert invitation["Content-Type"].params["method"] == "CANCEL"


def test_files_arrive_byte_for_byte_under_their_names():
    name = "Bon d'intervention n° 12 – côté cour, très très très long à lire jusqu'au bout.pdf"
    message = read(a_mail(files=(MailFile(name, "application/pdf", b"%PDF-\x00\xff"),)))

    (attached,) = message.iter_attachments()
    assert attached.get_filename() == name
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == b"%PDF-\x00\xff"


def shown_name(message: EmailMessage) -> str:
    """The recipient's name as programs show it that join encoded words as RFC 2047 says."""
    name, _ = parseaddr(message_from_bytes(message.as_bytes())["To"])
    return str(make_header(decode_header(name)))


@pytest.mark.parametrize("name", HARD_NAMES)
def test_a_name_never_becomes_a_second_recipient(name):
    """X05"""
    message = read(a_mail(to_name=name))

    assert only_recipient(message) == "karim@benali.example"
    assert shown_name(letter(a_mail(to_name=name))) == name.replace("=?", "= ?")[:120].strip()


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=150))
def test_whatever_the_name_there_is_one_recipient(name):
    """X05"""
    assert only_recipient(read(a_mail(to_name=name, from_name=name))) == "karim@benali.example"


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300))
def test_whatever_the_subject_no_header_is_added(subject):
    """X04"""
    assert read(a_mail(subject=subject)).keys() == read(a_mail()).keys()


@pytest.mark.parametrize(
    "subject",
    [
        "T-2026-000123 : intervention demandée à Saint-Étienne-du-Rouvray, côté cour, " * 3 + "fin",
        "Évier bouché — " * 20 + "fin",
        "=?utf-8?q?Igor?= a écrit",
        "x" * 200,
    ],
)
def test_a_long_subject_is_read_as_it_was_written(subject):
    """X04"""
    raw = letter(a_mail(subject=subject)).as_bytes()

    assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject.replace("=?", "= ?").strip()
    assert max(map(len, raw.split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1


def test_a_long_thread_is_never_encoded():
    ids = tuple(f"{'b' * length}@{'mail.' * 12}example" for length in (5, 90, 150, 30))
    raw = letter(a_mail(references=ids, message_id="c" * 150 + "@lavigne.example")).as_bytes()

    unfolded = raw.replace(b"\r\n ", b" ").decode().splitlines()
    assert "References: " + " ".join(f"<{one}>" for one in ids) in unfolded
    assert f"In-Reply-To: <{ids[-1]}>" in unfolded
    assert f"Message-ID: <{'c' * 150}@lavigne.example>" in unfolded


BAD_LINES = ("\r\nBcc: igor@evil.example", "\nBcc: igor@evil.example", "\r\n\r\n<p>", "\x00")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("subject", f"Fuite{line}") for line in BAD_LINES[:3]),
        *(("to_name", f"Karim{line}") for line in BAD_LINES[:3]),
        *(("from_name", f"Lavigne{line}") for line in BAD_LINES[:3]),
        *(("to_address", f"karim@benali.example{line}") for line in BAD_LINES),
        *(("reply_to", f"t@lavigne.example{line}") for line in BAD_LINES),
        *(("message_id", f"d@lavigne.example{line}") for line in BAD_LINES),
        *(("references", (f"d@lavigne.example{line}",)) for line in BAD_LINES),
        *(("headers", {"X-Delivery": f"d{line}"}) for line in BAD_LINES[:3]),
        *(("headers", {f"X-Delivery{line}": "d"}) for line in BAD_LINES),
        *(("files", (MailFile(f"a{line}.pdf", "application/pdf", b""),)) for line in BAD_LINES),
        ("files", (MailFile("a.pdf", "pdf", b""),)),
        ("to_address", "karim@benali.example, igor@evil.example"),
        ("to_address", "karim@benali.example,igor@evil.example"),
        ("to_address", "Karim <karim@benali.example>"),
        ("to_address", "karim"),
        ("to_address", ""),
        ("to_address", "@"),
        ("to_address", "kärim@benali.example"),
        ("to_address", "karim@" + "x" * 70 + ".example"),
        ("message_id", "d"),
        ("message_id", "<a@b><c@d>"),
    ],
)
def test_what_would_write_another_header_or_recipient_is_refused_whole(field, value):
    """X04 X05"""
    with pytest.raises(Rejected, match="cannot be written") as told:
        letter(a_mail(**{field: value}))

    assert "igor" not in str(told.value)


def test_a_domain_with_accents_is_written_in_its_ascii_form():
    """X05"""
    assert only_recipient(read(a_mail(to_address="karim@façade.example"))) == "karim@xn--faade-zra.example"


def test_a_letter_that_no_encoding_has_is_our_fault_and_not_the_recipients():
    """M11"""
    with pytest.raises(UnicodeError):
        letter(a_mail(text="\ud800")).as_bytes()
