"""A mail carries the ticket's own files: they are read without opening the link (S016)."""

import hashlib

import pytest

from fieldtickets.desk import NewTicket, StoredFile, dispatch_to, open_ticket
from fieldtickets.domain.parties import Party
from fieldtickets.outbox import courier
from fieldtickets.store.files import new_key
from fieldtickets.store.models import Site
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, do, sent

PHOTO, PLAN = b"\xff\xd8 a photo of the leak", b"%PDF-1.7 a plan of the cellar"


def stored(parts, cast, name: str, kind: str, content: bytes) -> StoredFile:
    digest = hashlib.sha256(content).hexdigest()
    key = new_key(cast.organisation, digest)
    parts.files.put(key, content)
    return StoredFile("files", name, kind, len(content), digest, key)


@pytest.fixture
def offered(parts, cast):
    """A ticket with a photo and a plan, offered to Karim."""

    def offer(**details):
        files = (
            stored(parts, cast, "évier.jpg", "image/jpeg", PHOTO),
            stored(parts, cast, "plan.pdf", "application/pdf", PLAN),
        )
        new = NewTicket("Fuite sous évier", Site(name="Résidence", city="Lyon"), **details)
        with parts.database.begin(cast.organisation) as session:
            ticket = open_ticket(session, parts.links, new, cast.manager, MONDAY_NOON, files)
            dispatch_to(session, parts.links, ticket.id, (cast.karim,), cast.manager, MONDAY_NOON)
            ticket_id = ticket.id
        return sent(parts, cast.organisation, ticket_id)

    return offer


def attached(mail) -> list[tuple[str, str, bytes]]:
    parts = mail.message.iter_attachments()
    return [(one.get_filename(), one.get_content_type(), one.get_content()) for one in parts]


@pytest.mark.parametrize("kind", ["order", "quote"])
def test_the_mail_of_an_offer_carries_the_files_of_the_ticket(outbox, offered, mailbox, kind):
    """S016 S017"""
    offered(kind=kind)
    outbox.drain()

    (mail,) = mailbox.mails
    assert attached(mail) == [("évier.jpg", "image/jpeg", PHOTO), ("plan.pdf", "application/pdf", PLAN)]
    assert "/l/" in mail.message.get_body(("html",)).get_content()


def test_what_was_sent_in_messages_and_later_mails_are_not_filled_with_files(
    outbox, offered, parts, cast, mailbox
):
    """S016"""
    job = offered()
    note = stored(parts, cast, "entre-nous.jpg", "image/jpeg", b"\xff\xd8 between us")
    do(parts, cast, job, "message.write", answer={"to": "note", "body": "Entre nous"}, party=Party.MANAGER,
       files=(note,))  # fmt: skip
    outbox.drain()
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    outbox.drain()

    offer, *later = mailbox.mails
    assert [name for name, _kind, _content in attached(offer)] == ["évier.jpg", "plan.pdf"]
    assert later
    assert {name for mail in later for name, _kind, _content in attached(mail)} <= {"appointment.ics"}


def test_a_file_too_big_for_a_mail_is_left_to_the_page(
    outbox, offered, parts, cast, mailbox, phone, monkeypatch
):
    """S016"""
    monkeypatch.setattr(courier, "MOST_ATTACHED_BYTES", len(PHOTO))
    job = offered()
    outbox.drain()

    (mail,) = mailbox.mails
    assert [name for name, _kind, _content in attached(mail)] == ["évier.jpg"]
    assert "plan.pdf" in phone.get(job.path(cast.karim)).text
