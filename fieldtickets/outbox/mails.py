"""A delivery as a mail: text and HTML with one button, threaded, with the appointment and the order."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from fieldtickets.documents.calendar import Method, Person, Visit, invitation
from fieldtickets.domain.parties import Party
from fieldtickets.exchanges.texts import revived
from fieldtickets.outbox.contents import facts
from fieldtickets.outbox.queue import Parcel
from fieldtickets.phones import pretty
from fieldtickets.senders import Mail, MailFile
from fieldtickets.store.models import Delivery

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[2] / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def mail(
    parcel: Parcel, address: str, url: str, now: datetime, sender: str, files: Sequence[MailFile] = ()
) -> Mail:
    """The mail of a delivery. url: where its button leads. sender: the address of the installation.

    Answers go where the organisation wants them, else to the manager in charge; all mails of one party
    about one ticket make one thread.
    """
    delivery, organisation = parcel.delivery, parcel.organisation
    from_address = organisation.mail_from or sender
    host = from_address.rpartition("@")[2]
    shown = {"parcel": parcel, "say": parcel.wording.say, "url": url, "phone": _phone(parcel)}
    shown["facts"] = facts(parcel)
    return Mail(
        id=str(delivery.id),
        to_address=address,
        to_name=delivery.name,
        from_address=from_address,
        from_name=organisation.name,
        reply_to=_reply_to(parcel),
        subject=parcel.wording.subject,
        text=TEMPLATES.get_template("email/notice.txt").render(shown),
        html=TEMPLATES.get_template("email/notice.html").render(shown),
        language=delivery.language,
        message_id=f"{delivery.id}.{delivery.attempts}@{host}",
        written_at=now,
        references=(f"{thread(delivery)}@{host}",) if delivery.ticket_id else (),
        calendar=entry(parcel, url, now, from_address) if parcel.wording.notice.calendar else None,
        files=tuple(files),
    )


def _reply_to(parcel: Parcel) -> str:
    """Who reads an answer to the mail; empty for mails to our own side, which nobody answers."""
    if parcel.ticket is None or parcel.delivery.party is Party.MANAGER:
        return ""
    manager = parcel.ticket.manager
    return parcel.organisation.mail_reply or (manager.email if manager else "")


def thread(delivery: Delivery) -> str:
    """What names the thread of one party about one ticket; no mail has it as its own id."""
    return f"ticket-{delivery.ticket_id}-{delivery.party}-{delivery.dispatch_id or 0}"


def entry(parcel: Parcel, url: str, now: datetime, sender: str) -> bytes | None:
    """The appointment as a calendar part, put in, moved or taken out; None when there is none.

    Its sequence is the ticket's version when the act was done: a mail that leaves late cannot overtake a
    newer one in the calendar (RFC 5545, 3.8.7.4). sender: who invites where no manager is in charge.
    """
    ticket, words = parcel.ticket, parcel.delivery.words
    starts_at = revived(words.get("appointment"))
    if ticket is None or not isinstance(starts_at, datetime):
        return None
    delivery, manager = parcel.delivery, ticket.manager
    side = delivery.dispatch_id if delivery.party is Party.SUBCONTRACTOR else None
    visit = Visit(
        uid=f"{ticket.id}.{delivery.party}.{side or 0}@{urlsplit(url).hostname}",
        sequence=words.get("sequence", ticket.version),
        starts_at=starts_at,
        zone=delivery.zone,
        written_at=now,
        title=f"{ticket.title}, {ticket.site.city}",
        location=ticket.site.city,
        url=url,
        organiser=Person(parcel.organisation.name, manager.email if manager else sender),
        guest=Person(delivery.name, delivery.address),
    )
    return invitation(visit, Method.CANCEL if words.get("off") else Method.REQUEST)


def _phone(parcel: Parcel) -> str:
    return pretty(parcel.organisation.phone, parcel.delivery.language) if parcel.organisation.phone else ""
