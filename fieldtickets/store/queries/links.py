"""Links: what opening one reads, what its party may see, and how often a dead one was renewed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, and_, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from fieldtickets.domain.effects import ChargeKind
from fieldtickets.domain.parties import Party
from fieldtickets.store.models import (
    Attachment,
    ChargeRow,
    Dispatch,
    Event,
    EventPayload,
    Link,
    Message,
    Subcontractor,
)
from fieldtickets.store.queries.graph import AROUND, know_dispatches

DISPATCH: Any = bindparam("dispatch_id", type_=BigInteger())

OPENED = (
    select(Link)
    .where(Link.id == bindparam("link_id"))
    .options(
        joinedload(Link.ticket).options(*AROUND),
        joinedload(Link.dispatch).joinedload(Dispatch.subcontractor),
        joinedload(Link.guest),
    )
)

# What was said and done, as a page shows it, on whichever ticket.
FACTS = (
    select(
        Event.id,
        Event.act,
        Event.at,
        Event.declared_at,
        Event.party,
        Event.actor,
        Event.dispatch_id,
        EventPayload.content,
        Message.body,
        Message.audience,
    )
    .join(EventPayload, EventPayload.event_id == Event.id, isouter=True)
    .join(Message, Message.event_id == Event.id, isouter=True)
    .order_by(Event.id)
)
SAID = FACTS.where(
    Event.ticket_id == bindparam("ticket_id"),
    or_(Event.dispatch_id.is_(None), Event.dispatch_id == DISPATCH),
)

# What an amount was asked for with: for who decides on it, and for a customer who pays extra work.
CHARGED = select(ChargeRow.event_id).where(
    ChargeRow.ticket_id == bindparam("ticket_id"),
    or_(
        bindparam("decides", type_=Boolean()),
        and_(ChargeRow.kind == ChargeKind.EXTRA, ChargeRow.payer == bindparam("party")),
    ),
    or_(DISPATCH.is_(None), ChargeRow.dispatch_id == DISPATCH),
)

# A subcontractor's files are those of its own dispatch, also what its technician sends; the other parties
# have one thread each (O08).
FILES = (
    select(Attachment)
    .where(
        Attachment.ticket_id == bindparam("ticket_id"),
        or_(
            Attachment.shared,
            and_(
                Attachment.audience.in_([bindparam("party"), bindparam("sent_by_it")]),
                or_(DISPATCH.is_(None), Attachment.dispatch_id == DISPATCH),
            ),
            Attachment.event_id.in_(CHARGED),
        ),
    )
    .order_by(Attachment.event_id, Attachment.place, Attachment.id)
)
ONE_FILE = FILES.where(Attachment.id == bindparam("file_id"))

COMPANY = (
    select(Subcontractor)
    .join(Dispatch, Dispatch.subcontractor_id == Subcontractor.id)
    .where(Dispatch.id == DISPATCH)
    .options(selectinload(Subcontractor.people))
)

SAME_PARTY = (
    Link.ticket_id == bindparam("ticket_id"),
    Link.party == bindparam("party"),
    or_(Link.dispatch_id == DISPATCH, and_(DISPATCH.is_(None), Link.dispatch_id.is_(None))),
)
CUT = (
    select(Link.id)
    .where(*SAME_PARTY, Link.revoked_at.is_not(None), Link.replaced_by.is_(None))
    .where(Link.created_at >= bindparam("created_at"))  # whoever was let in since has nothing to do with it
    .limit(1)
)
LIVING = (
    select(Link.id).where(*SAME_PARTY, Link.revoked_at.is_(None), Link.expires_at > bindparam("now")).limit(1)
)
RENEWALS = select(Event.at).where(
    Event.ticket_id == bindparam("ticket_id"),
    Event.act == "link.renew",
    Event.party == bindparam("party"),
    or_(Event.dispatch_id == DISPATCH, and_(DISPATCH.is_(None), Event.dispatch_id.is_(None))),
    Event.at > bindparam("since"),
)


class Said(NamedTuple):
    """One fact of the journal with the words beside it, and the message that it holds."""

    id: int
    act: str
    at: datetime
    declared_at: datetime | None
    party: Party
    actor: str
    dispatch_id: int | None
    content: dict[str, Any] | None
    body: str | None
    audience: Party | None


def opened(session: Session, link_id: int) -> Link | None:
    """The link with all that its pages look at: place, customer, dates, who was asked."""
    link = session.scalars(OPENED, {"link_id": link_id}).unique().one_or_none()
    if link is not None:
        know_dispatches(session, link.ticket)
    return link


def said(session: Session, ticket_id: int, dispatch_id: int | None) -> list[Said]:
    """What was said and done on the ticket as a whole and on one dispatch, oldest first."""
    rows = session.execute(SAID, {"ticket_id": ticket_id, "dispatch_id": dispatch_id})
    return [Said(*row) for row in rows]


def files_for(session: Session, link: Link) -> Sequence[Attachment]:
    """The attachments that the party of a link may see."""
    return session.scalars(FILES, _seen_by(link)).all()


def file_for(session: Session, link: Link, file_id: int) -> Attachment | None:
    """One attachment; None for one that is not there or not for this party: both look alike (O01)."""
    return session.scalars(ONE_FILE, {**_seen_by(link), "file_id": file_id}).one_or_none()


def company_of(session: Session, dispatch_id: int) -> Subcontractor:
    """The subcontractor of a dispatch, with its people."""
    return session.scalars(COMPANY, {"dispatch_id": dispatch_id}).one()


def is_cut(session: Session, link: Link) -> bool:
    """Whether the manager withdrew the link of this party, and gave no new one since."""
    return session.scalar(CUT, _seen_by(link)) is not None


def lives(session: Session, link: Link, now: datetime) -> bool:
    """Whether the party of this link has one that opens."""
    return session.scalar(LIVING, {**_seen_by(link), "now": now}) is not None


def renewals(session: Session, link: Link, since: datetime) -> list[datetime]:
    """When this party asked for a new link, after `since`."""
    return list(session.scalars(RENEWALS, {**_seen_by(link), "since": since}))


def _seen_by(link: Link) -> dict[str, Any]:
    sent = Party.DELEGATE if link.party is Party.SUBCONTRACTOR else link.party
    return {
        "ticket_id": link.ticket_id,
        "party": link.party,
        "sent_by_it": sent,
        "dispatch_id": link.dispatch_id,
        "created_at": link.created_at,
        "decides": link.party is Party.APPROVER,
    }
