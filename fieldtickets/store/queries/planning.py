"""The planning: who comes when in one week, what waits for a yes, and what has no date yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from fieldtickets.domain.phases import Phase
from fieldtickets.store.models import Appointment, Dispatch, Subcontractor, Ticket

MOST_UNDATED = 50


@dataclass(frozen=True)
class Visit:
    """Somebody is expected: for sure, or only if somebody takes it or agrees."""

    ticket: Ticket
    starts_at: datetime
    confirmed: bool


@dataclass(frozen=True)
class Row:
    """One company's week, or with no company what nobody has yet; one list of visits for each day."""

    company: Subcontractor | None
    days: tuple[tuple[Visit, ...], ...]


@dataclass(frozen=True)
class Week:
    """The rows of a week, by name, and the tickets that have a company and no date."""

    days: tuple[date, ...]
    rows: tuple[Row, ...]
    undated: Sequence[Ticket]

    @property
    def visits(self) -> list[Visit]:
        """All visits of the week."""
        return [visit for row in self.rows for day in row.days for visit in day]


def week(session: Session, monday: date, today: date, zone: str) -> Week:
    """Monday to Friday in a zone; the weekend too when somebody comes then, or it is now (T02)."""
    whole = tuple(monday + timedelta(days=number) for number in range(7))
    start = datetime.combine(monday, time(), ZoneInfo(zone))
    end = datetime.combine(monday + timedelta(days=7), time(), ZoneInfo(zone))
    visits = [
        Visit(one.ticket, one.starts_at, one.state == "agreed" and holder(one.ticket) is not None)
        for one in session.scalars(
            _APPOINTMENTS.where(Appointment.starts_at >= start, Appointment.starts_at < end)
        )
    ]
    seen = {visit.starts_at.astimezone(ZoneInfo(zone)).date() for visit in visits} | {today}
    days = whole if seen & set(whole[5:]) else whole[:5]
    undated = session.scalars(_UNDATED.limit(MOST_UNDATED)).all()
    return Week(days, tuple(_rows(visits, days, zone)), undated)


_WITH_COMPANY = selectinload(Ticket.dispatches).joinedload(Dispatch.subcontractor)
_APPOINTMENTS = (
    select(Appointment)
    .join(Appointment.ticket)
    .where(Appointment.state.in_(("agreed", "proposed")), Ticket.phase != Phase.CANCELLED)
    .options(contains_eager(Appointment.ticket).options(joinedload(Ticket.site), _WITH_COMPANY))
    .order_by(Appointment.starts_at, Appointment.id)
)
_UNDATED = (
    select(Ticket)
    .where(
        Ticket.phase == Phase.ASSIGNED,
        Ticket.appointment_at.is_(None),
        ~Ticket.appointments.any(and_(Appointment.state == "proposed")),
    )
    .options(joinedload(Ticket.site), _WITH_COMPANY)
    .order_by(Ticket.ball_since, Ticket.id)
)


def holder(ticket: Ticket) -> Subcontractor | None:
    """The company that has the job."""
    return next((d.subcontractor for d in ticket.dispatches if d.id == ticket.assigned_id), None)


def _rows(visits: Iterable[Visit], days: Sequence[date], zone: str) -> Iterable[Row]:
    """Companies by name, then what nobody has; in a day what is agreed first, what waits for a yes last."""
    by_company: dict[int, tuple[Subcontractor | None, dict[date, list[Visit]]]] = {}
    for visit in visits:
        company = holder(visit.ticket)
        _company, on = by_company.setdefault(company.id if company else 0, (company, {}))
        on.setdefault(visit.starts_at.astimezone(ZoneInfo(zone)).date(), []).append(visit)
    for company, on in sorted(by_company.values(), key=_by_name):
        yield Row(company, tuple(tuple(sorted(on.get(day, ()), key=_agreed_first)) for day in days))


def _by_name(row: tuple[Subcontractor | None, object]) -> tuple[bool, str]:
    return row[0] is None, row[0].name.casefold() if row[0] else ""


def _agreed_first(visit: Visit) -> tuple[bool, datetime]:
    return not visit.confirmed, visit.starts_at
