"""Lists of tickets for the screen: what presses most first, filtered, page after page."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Integer, Select, and_, case, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.elements import ColumnElement

from fieldtickets.domain.folding import folded, spelled_once
from fieldtickets.domain.phases import Phase
from fieldtickets.domain.words import Message, _
from fieldtickets.store.models import LARGEST_ID, Dispatch, Ticket, TodoTask
from fieldtickets.store.models.base import UtcDateTime
from fieldtickets.store.queries.queues import OPEN, Moment, in_queue
from fieldtickets.store.queries.search import matching

PAGE = 50
NO_LIMIT = datetime(9999, 1, 1, tzinfo=UTC)

# What a manager handles, in this order; a ticket stands in the first group that it belongs to.
GROUPS: tuple[tuple[str, Message], ...] = (
    ("late", _("Late")),
    ("mine", _("Needs my reply")),
    ("to_send", _("To send")),
    ("today", _("Today")),
)


@dataclass(frozen=True)
class Wanted:
    """What a list shows. queue empty: what there is to handle, in groups; else one queue."""

    queue: str = ""
    state: str = ""
    trade: str = ""
    words: str = ""
    cursor: str = ""


@dataclass(frozen=True)
class Line:
    """A ticket in a list: the group it stands in, and what its manager has to do there."""

    ticket: Ticket
    group: str
    tasks: tuple[TodoTask, ...]


@dataclass(frozen=True)
class Lines:
    """One page of a list; `following` is the cursor of the next one, empty on the last."""

    items: tuple[Line, ...]
    following: str


def lines(session: Session, wanted: Wanted, moment: Moment) -> Lines:
    """One page, in a handful of queries whatever its length. ValueError, KeyError: no such state or queue."""
    rank = _rank(moment) if not wanted.queue else literal(0, Integer)
    limit = func.coalesce(Ticket.limit_at, literal(NO_LIMIT, UtcDateTime))
    found = session.execute(
        _rows(rank, limit)
        .where(_conditions(session, wanted, moment), _after(wanted.cursor, rank, limit))
        .order_by(rank, limit, Ticket.id)
        .limit(PAGE + 1)
    ).all()
    page = found[:PAGE]
    tasks = _open_tasks(session, [row[0].id for row in page])
    names = [name for name, _title in GROUPS]
    items = tuple(
        Line(ticket, "" if wanted.queue else names[group], tuple(tasks.get(ticket.id, ())))
        for ticket, group, _limit in page
    )
    return Lines(items, _cursor(*page[-1]) if len(found) > PAGE else "")


def open_trades(session: Session) -> list[str]:
    """The trades of open tickets, for the filter."""
    return spelled_once(session.scalars(select(Ticket.trade).where(OPEN, Ticket.trade != "").distinct()))


def _spellings(session: Session, trade: str) -> list[str]:
    """How tickets spell a trade: with a capital letter or not, with accents or without."""
    every = session.scalars(select(Ticket.trade).distinct())
    return [one for one in every if folded(one) == folded(trade)]


def _rows(rank: ColumnElement[int], limit: ColumnElement[datetime]) -> Select[Ticket, int, datetime]:
    return select(Ticket, rank, limit).options(
        joinedload(Ticket.site),
        selectinload(Ticket.dispatches).joinedload(Dispatch.subcontractor),
    )


def _rank(moment: Moment) -> ColumnElement[int]:
    """The first group that a ticket belongs to, as a number to sort by."""
    return case(*((in_queue(name, moment), place) for place, (name, _title) in enumerate(GROUPS)))


def _conditions(session: Session, wanted: Wanted, moment: Moment) -> ColumnElement[bool]:
    shown = [in_queue(wanted.queue, moment)] if wanted.queue else [to_handle(moment)]
    if wanted.state:
        shown.append(Ticket.phase == Phase(wanted.state))
    if wanted.trade:
        shown.append(Ticket.trade.in_(_spellings(session, wanted.trade)))
    return and_(matching(wanted.words), *shown)


def to_handle(moment: Moment) -> ColumnElement[bool]:
    """Whatever stands in one of the groups."""
    return or_(*(in_queue(name, moment) for name, _title in GROUPS))


def _open_tasks(session: Session, ticket_ids: list[int]) -> dict[int, list[TodoTask]]:
    found: dict[int, list[TodoTask]] = {}
    statement = select(TodoTask).where(TodoTask.ticket_id.in_(ticket_ids), TodoTask.settled_at.is_(None))
    for task in session.scalars(statement.order_by(TodoTask.id)):
        found.setdefault(task.ticket_id, []).append(task)
    return found


def _cursor(ticket: Ticket, rank: int, limit: datetime) -> str:
    """Where the next page begins: the sort key of the last line."""
    key = f"{rank}|{limit.isoformat()}|{ticket.id}"
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _after(cursor: str, rank: ColumnElement[int], limit: ColumnElement[datetime]) -> ColumnElement[bool]:
    """What sorts after the cursor; one that is none of ours begins at the start (W06)."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        last_rank, last_limit, last_id = text.split("|")
        key = (int(last_rank), datetime.fromisoformat(last_limit).astimezone(UTC), int(last_id))
    except (ValueError, OverflowError, binascii.Error):
        return true()
    if not (0 <= key[0] <= len(GROUPS) and 0 <= key[2] <= LARGEST_ID):
        return true()
    return tuple_(rank, limit, Ticket.id) > tuple_(
        literal(key[0], Integer), literal(key[1], UtcDateTime), literal(key[2])
    )
