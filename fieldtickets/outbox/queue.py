"""The rows of the outbox: claimed in batches, marked one by one, never by two workers at once (M05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from fieldtickets.domain.acts import Meanwhile
from fieldtickets.domain.effects import ChargeKind, ChargeState
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.texts import revived
from fieldtickets.outbox.wording import Wording, wording
from fieldtickets.store.models import (
    Appointment,
    ChargeRow,
    Delivery,
    Dispatch,
    Event,
    Installation,
    Link,
    Organisation,
    Ticket,
)
from fieldtickets.store.models.owed import DUE
from fieldtickets.store.queries.installation import put

BATCH = {"sms": 10, "email": 50}  # calls of a text gateway are slow, mails share a connection
LEASE = timedelta(seconds=120)  # well over the time-outs of one call
PAUSED_FOR = timedelta(minutes=5)
UNTIL_TOLD = datetime.max.replace(tzinfo=UTC)

# The statements are made once, so that SQLAlchemy finds what it compiled of them by the same key.
# DUE names the index of what is owed in its own words: without it SQLite looks at all that was ever sent.
OF_CHANNEL, LEASE_OVER = Delivery.channel == bindparam("channel"), Delivery.lease_until < bindparam("now")
IS_DUE = and_(
    DUE,
    OF_CHANNEL,
    or_(
        and_(Delivery.state == "queued", Delivery.due_at <= bindparam("now")),
        and_(Delivery.state == "claimed", LEASE_OVER),  # by a worker that died
    ),
)
IS_LEFT = and_(DUE, OF_CHANNEL, Delivery.state == "sending", LEASE_OVER)
IS_IT: Any = Delivery.id == bindparam("delivery_id")
ANY, LEFT = select(Delivery.id).where(IS_DUE).limit(1), select(Delivery.id).where(IS_LEFT)
NEXT = (
    select(Delivery.id)
    .where(IS_DUE)
    .order_by(Delivery.due_at, Delivery.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
LEFT_ONE = select(Delivery).where(IS_IT, IS_LEFT).with_for_update(skip_locked=True)
AS_IT_IS = select(Delivery).where(IS_IT).with_for_update().execution_options(populate_existing=True)
MARKED = (
    update(Delivery)
    .where(IS_IT, Delivery.state == "claimed")
    .values(state="sending", lease_until=bindparam("until"), attempts=Delivery.attempts + 1)
    .execution_options(synchronize_session=False)
)
PARCEL = (
    select(Delivery, Organisation, Ticket, Dispatch, Link, Event.dispatch_id)
    .join(Organisation, Organisation.id == Delivery.organisation_id)
    .outerjoin(Ticket, Ticket.id == Delivery.ticket_id)
    .outerjoin(Dispatch, Dispatch.id == Delivery.dispatch_id)
    .outerjoin(Link, Link.id == Delivery.link_id)
    .outerjoin(Event, Event.id == Delivery.event_id)
    .options(joinedload(Ticket.site), joinedload(Ticket.manager))
    .where(IS_IT)
    .execution_options(populate_existing=True)
)
PAUSED = select(Installation).where(Installation.name == bindparam("name"))


@dataclass
class Parcel:
    """One delivery that is being sent, with the rows that its words and its wrapping need.

    about: the dispatch of the act that owes it. proposed: the dates that wait for an answer, earliest first,
    where it asks about dates; undecided: the kinds of amounts that do, where it names one.
    over_limit: the organisation's text messages of the day are used up (M14). held_until: when the hour has
    room for another text to this number. stopped: whoever has the number answered STOP (M18).
    """

    delivery: Delivery
    organisation: Organisation
    ticket: Ticket | None
    dispatch: Dispatch | None
    link: Link | None
    about: int | None = None
    proposed: tuple[datetime, ...] = ()
    undecided: tuple[ChargeKind, ...] = ()
    over_limit: bool = False
    held_until: datetime | None = None
    stopped: bool = False

    @cached_property
    def wording(self) -> Wording:
        return wording(self.delivery)

    @property
    def unwanted(self) -> str:
        """Why nobody wants it any more, in a word of the program; empty while it is wanted (M12)."""
        if self.delivery.link_id and self.link is None:
            return "link withdrawn"
        if self.ticket is None:
            return ""
        words = revived(dict(self.delivery.words))
        now = Meanwhile(
            phase=self.ticket.phase,
            standing=self.dispatch.standing if self.dispatch else None,
            kept=self.about == self.ticket.assigned_id if self.about else None,
            appointment=self.ticket.appointment_at,
            told=words.get("appointment"),
            slots=self.proposed,
            told_slots=tuple(sorted(words.get("slots") or ())),
            undecided=self.undecided,
        )
        return self.wording.notice.still.broken_by(now)


def claim(session: Session, channel: str, now: datetime) -> Sequence[int]:
    """Take the next due deliveries of a channel for this worker; their ids, the longest due first.

    What a dead worker had claimed is taken over.
    """
    wanted = {"channel": channel, "now": now, "most": BATCH[channel]}
    ids = session.scalars(NEXT, wanted).all()
    if ids:
        taken = update(Delivery).where(Delivery.id.in_(ids))
        session.execute(taken.values(state="claimed", lease_until=now + LEASE))
    return ids


def anything(session: Session, channel: str, now: datetime) -> bool:
    """Whether a look at the queue is worth a place at the writer's door."""
    return session.scalars(ANY, {"channel": channel, "now": now}).first() is not None


def interrupted(session: Session, channel: str, now: datetime) -> Sequence[int]:
    """What a worker was sending when it died; their ids."""
    return session.scalars(LEFT, {"channel": channel, "now": now}).all()


def take_up(session: Session, channel: str, delivery_id: int, now: datetime) -> Delivery | None:
    """An interrupted delivery, locked; None when another worker has seen to it."""
    wanted = {"channel": channel, "now": now, "delivery_id": delivery_id}
    return session.scalars(LEFT_ONE, wanted).one_or_none()


def locked(session: Session, delivery: Delivery) -> None:
    """Read a delivery again as it is now, locked until the commit."""
    session.add(delivery)
    session.scalars(AS_IT_IS, {"delivery_id": delivery.id}).one()


def begin_sending(session: Session, delivery_id: int, now: datetime) -> Parcel | None:
    """Mark a claimed delivery as being sent, just before the call; None when another worker has it."""
    values = {"delivery_id": delivery_id, "until": now + LEASE}
    if session.execute(MARKED, values).rowcount != 1:  # type: ignore[attr-defined]
        return None
    parcel = Parcel(*session.execute(PARCEL, {"delivery_id": delivery_id}).one())
    if parcel.link and parcel.link.revoked_at is not None:
        kept = parcel.link if _is_farewell(parcel.delivery) else None
        parcel.link = _live_link(session, parcel.link, now) or kept
    if parcel.ticket and parcel.delivery.words.get("slots"):
        parcel.proposed = _proposed(session, parcel.ticket)
    if parcel.ticket and "net" in parcel.delivery.words.get("answer", {}):
        parcel.undecided = _undecided(session, parcel)
    return parcel


def _proposed(session: Session, ticket: Ticket) -> tuple[datetime, ...]:
    waiting = select(Appointment.starts_at).where(
        Appointment.ticket_id == ticket.id, Appointment.state == "proposed"
    )
    return tuple(session.scalars(waiting.order_by(Appointment.starts_at)))


def _is_farewell(delivery: Delivery) -> bool:
    """Whether it goes with a link that is being withdrawn; of one that cannot be written, no."""
    act = ACTS.get(delivery.act)
    return act is not None and any(one.farewell for one in act.notices[delivery.notice :][:1])


def _undecided(session: Session, parcel: Parcel) -> tuple[ChargeKind, ...]:
    waiting = select(ChargeRow.kind).where(
        ChargeRow.ticket_id == parcel.delivery.ticket_id,
        ChargeRow.dispatch_id == parcel.about,
        ChargeRow.state == ChargeState.PROPOSED,
    )
    return tuple(session.scalars(waiting))


def hand_back(session: Session, delivery_ids: Sequence[int]) -> None:
    """Give up claims, untouched: the next worker, or the next minute, takes them again."""
    claimed = update(Delivery).where(Delivery.id.in_(delivery_ids), Delivery.state == "claimed")
    session.execute(claimed.values(state="queued", lease_until=None))


def pause(session: Session, channel: str, now: datetime) -> None:
    """Stop a channel whose provider does not know us any more, for a while (M08)."""
    put(session, f"paused_{channel}", (now + PAUSED_FOR).isoformat())


def hold(session: Session) -> None:
    """Stop every channel until an operator says go: after a restore, nothing leaves by itself (D16)."""
    for channel in BATCH:
        put(session, f"paused_{channel}", UNTIL_TOLD.isoformat())


def release(session: Session, *, drop: bool) -> int:
    """Let every channel go again; how many messages wait. `drop` cancels these instead: they are old."""
    for channel in BATCH:
        resume(session, channel)
    if drop:
        session.execute(
            update(Delivery).where(DUE).values(state="cancelled", failure="dropped by the operator")
        )
    return session.scalar(select(func.count()).select_from(Delivery).where(DUE)) or 0


def was_paused(session: Session, channel: str) -> bool:
    """Whether the provider refused us the last time already."""
    return _pause(session, channel) is not None


def is_paused(session: Session, channel: str, now: datetime) -> bool:
    """Whether a channel rests; when its rest is over one batch is tried."""
    row = _pause(session, channel)
    return row is not None and datetime.fromisoformat(row.value) > now


def resume(session: Session, channel: str) -> None:
    """The provider takes messages again."""
    if row := _pause(session, channel):
        session.delete(row)


def _pause(session: Session, channel: str) -> Installation | None:
    return session.scalars(PAUSED, {"name": f"paused_{channel}"}).one_or_none()


def _live_link(session: Session, old: Link, now: datetime) -> Link | None:
    """The link that took the place of one that was replaced while its message waited."""
    return session.scalars(
        select(Link)
        .where(Link.ticket_id == old.ticket_id, Link.dispatch_id == old.dispatch_id)
        .where(Link.party == old.party, Link.revoked_at.is_(None), Link.expires_at > now)
    ).first()
