"""What recording an act reads, under the ticket's lock; and whom it writes to.

The statements are made once, so that SQLAlchemy finds what it compiled of them by the same key.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, inspect, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from fieldtickets.domain.effects import ChargeKind, ChargeState
from fieldtickets.store.models import (
    ChargeRow,
    Clock,
    Dispatch,
    Event,
    EventPayload,
    JournalHead,
    Link,
    LinkDevice,
    Paper,
    Subcontractor,
    Submission,
    Ticket,
    TodoTask,
)
from fieldtickets.store.queries.graph import AROUND, know_dispatches

OF_TICKET: Any = bindparam("ticket_id")

LOCKED = (
    select(Ticket)
    .where(Ticket.id == OF_TICKET)
    .options(*AROUND)
    .with_for_update(of=Ticket)
    .execution_options(populate_existing=True)
)
LINK: Any = bindparam("link_id")
DEVICES = select(LinkDevice.device).where(LinkDevice.link_id == LINK)
KNOCKED = (
    select(
        Link,
        Submission,
        DEVICES.exists(),
        DEVICES.where(LinkDevice.device == bindparam("device")).exists(),
    )
    .outerjoin(Submission, Submission.nonce == bindparam("nonce"))
    .where(Link.id == LINK)
    .with_for_update(of=Link)
    .execution_options(populate_existing=True)
)
LOCKED_HEAD = (
    select(JournalHead).where(JournalHead.organisation_id == bindparam("organisation_id")).with_for_update()
)
COUNTED = select(Submission).where(Submission.nonce == bindparam("nonce"))
JOURNAL: Any = Event.__table__
FACT = [column.name for column in JOURNAL.columns if not column.primary_key]
APPENDED = insert(JOURNAL)
HISTORY = (
    select(Event.act, Event.at, Event.party, EventPayload.content)
    .join(EventPayload, EventPayload.event_id == Event.id, isouter=True)
    .where(
        Event.ticket_id == OF_TICKET,
        Event.act != "message.write",
        or_(Event.dispatch_id.is_(None), Event.dispatch_id == bindparam("dispatch_id")),
    )
    .order_by(Event.id)
)
CHARGES = (
    select(ChargeRow)
    .where(
        ChargeRow.ticket_id == OF_TICKET,
        or_(ChargeRow.dispatch_id.is_(None), ChargeRow.dispatch_id == bindparam("dispatch_id")),
    )
    .order_by(ChargeRow.id)
)
WAITING = select(ChargeRow).where(
    ChargeRow.ticket_id == OF_TICKET,
    ChargeRow.kind == bindparam("kind"),
    ChargeRow.state == ChargeState.PROPOSED,
)
PAPERS = select(Paper).where(Paper.subcontractor_id == bindparam("subcontractor_id")).order_by(Paper.id)
OPEN_TASKS = select(TodoTask).where(TodoTask.ticket_id == OF_TICKET, TodoTask.settled_at.is_(None))
PENDING_CLOCKS = select(Clock).where(Clock.ticket_id == OF_TICKET, Clock.state == "pending")
CLOCKS = select(Clock).where(Clock.ticket_id == OF_TICKET, Clock.kind.in_(bindparam("kinds", expanding=True)))
LINKS = select(Link).where(
    Link.ticket_id == OF_TICKET,
    Link.replaced_by.is_(None),
    or_(Link.revoked_at.is_not(None), Link.expires_at > bindparam("now")),
)
COMPANIES = (
    select(Subcontractor)
    .where(Subcontractor.id.in_(bindparam("ids", expanding=True)))
    .options(joinedload(Subcontractor.people))
)


def locked(session: Session, ticket_id: int) -> Ticket:
    """The ticket with all that its rules look at, locked until the commit. NoResultFound when foreign."""
    ticket = session.scalars(LOCKED, {"ticket_id": ticket_id}).unique().one()
    know_dispatches(session, ticket, anew=True)
    return ticket


class Knock(NamedTuple):
    """Somebody acts through a link: its row, now locked; the form, if it came before; the browsers known."""

    link: Link
    submission: Submission | None
    has_devices: bool
    knows_device: bool


def knocked(session: Session, link_id: int, nonce: str, device: str) -> Knock:
    """Through which link somebody acts, in one look: whether it lives is for the desk to say."""
    asked = {"link_id": link_id, "nonce": nonce, "device": device}
    return Knock(*session.execute(KNOCKED, asked).one())


def locked_head(session: Session, organisation_id: int) -> JournalHead:
    """The end of an organisation's journal, locked until the commit."""
    return session.scalars(LOCKED_HEAD, {"organisation_id": organisation_id}).one()


def append(session: Session, event: Event) -> int:
    """Write one more fact of the journal and give its id: all that follows from it names it."""
    fact = {name: getattr(event, name) for name in FACT}
    key: Any = session.connection().execute(APPENDED, fact).inserted_primary_key
    return int(key[0])


def submission(session: Session, nonce: str) -> Submission | None:
    """The form that was sent under this name before."""
    return session.scalars(COUNTED, {"nonce": nonce}).one_or_none()


def history(session: Session, ticket_id: int, dispatch_id: int | None) -> Sequence[Any]:
    """Act, instant, party and content of what was done on the ticket as a whole and on one dispatch.

    Oldest first; messages are left out.
    """
    return session.execute(HISTORY, {"ticket_id": ticket_id, "dispatch_id": dispatch_id}).all()


def open_tasks(session: Session, ticket_id: int) -> list[TodoTask]:
    """What the manager has to do on a ticket."""
    return list(session.scalars(OPEN_TASKS, {"ticket_id": ticket_id}))


def pending_clocks(session: Session, ticket_id: int) -> Sequence[Clock]:
    """The deadlines of a ticket that still run."""
    return session.scalars(PENDING_CLOCKS, {"ticket_id": ticket_id}).all()


def clocks_of(session: Session, ticket_id: int, kinds: Sequence[str]) -> Sequence[Clock]:
    """The deadlines of some kinds that a ticket has or had."""
    return session.scalars(CLOCKS, {"ticket_id": ticket_id, "kinds": kinds}).all()


def charges(session: Session, ticket_id: int, dispatch_id: int | None) -> Sequence[ChargeRow]:
    """The amounts of a ticket as a whole and of one dispatch, oldest first."""
    return session.scalars(CHARGES, {"ticket_id": ticket_id, "dispatch_id": dispatch_id}).all()


def waiting(session: Session, ticket_id: int, kind: ChargeKind) -> Sequence[ChargeRow]:
    """The amounts of one kind that wait for a decision, of every company on a ticket."""
    return session.scalars(WAITING, {"ticket_id": ticket_id, "kind": kind}).all()


def papers(session: Session, subcontractor_id: int) -> Sequence[Paper]:
    """The documents of a company, whichever ticket they came on."""
    return session.scalars(PAPERS, {"subcontractor_id": subcontractor_id}).all()


def links_of(session: Session, ticket_id: int, now: datetime) -> Sequence[Link]:
    """The newest links of every party: those that live, and those that were cut."""
    return session.scalars(LINKS, {"ticket_id": ticket_id, "now": now}).all()


def know_companies(session: Session, dispatches: Iterable[Dispatch | None]) -> None:
    """Read the companies of these dispatches with their people, all at once; those known are left alone."""
    strangers = [one for one in dispatches if one and "subcontractor" in inspect(one).unloaded]
    if strangers:
        ids = {one.subcontractor_id for one in strangers}
        found = {one.id: one for one in session.scalars(COMPANIES, {"ids": list(ids)}).unique()}
        for dispatch in strangers:
            set_committed_value(dispatch, "subcontractor", found[dispatch.subcontractor_id])
