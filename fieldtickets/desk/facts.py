"""Gathering: from rows to the facts that rules may know."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar, overload

from sqlalchemy.orm import Session

from fieldtickets.domain.acts import Done, Facts
from fieldtickets.domain.effects import Amount, KeepPaper
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Standing
from fieldtickets.exchanges.texts import revived
from fieldtickets.store.db import looking
from fieldtickets.store.models import Appointment, Customer, Dispatch, Ticket
from fieldtickets.store.queries import acts as queries
from fieldtickets.store.queries.links import Said
from fieldtickets.store.queries.playbooks import rules_of
from fieldtickets.store.queries.sites import codes_at

T = TypeVar("T")


def gather(
    session: Session,
    ticket: Ticket,
    dispatch: Dispatch | None,
    now: datetime,
    past: Sequence[Done] | None = None,
) -> Facts:
    """The facts of a ticket, seen from one dispatch, or from the ticket when there is none.

    past: its history, where the caller has read it already.
    """
    holder = assigned(ticket)
    slots = [one for one in ticket.appointments if one.state == "proposed"]
    agreed = next((one for one in ticket.appointments if one.state == "agreed"), None)
    called_off = next((one for one in ticket.appointments if one.state == "off"), None)
    return Facts(
        phase=ticket.phase,
        phase_before=ticket.phase_before,
        now=now,
        zone=ticket.site.time_zone,
        country=ticket.site.country,
        playbook=rules_of(session, ticket),
        urgent=ticket.urgent,
        history=past if past is not None else past_of(session, ticket.id, seen_from(ticket, dispatch)),
        standing=dispatch.standing if dispatch else None,
        taken_at=holder.answered_at if holder and holder is not dispatch else None,
        appointment=agreed.slot if agreed and concerns(agreed, dispatch, holder) else None,
        appointment_fixed=bool(agreed and agreed.fixed),
        called_off=called_off.slot if called_off and concerns(called_off, dispatch, holder) else None,
        proposed=tuple(one.slot for one in slots),
        proposed_by=slots[0].proposed_by if slots else None,
        has_customer=ticket.customer is not None,
        customer_reached_by=ways_to(ticket.customer),
        kind=ticket.kind,
        price_cents=ticket.price_cents,
        currency=ticket.currency,
        amounts=amounts_of(session, ticket.id, dispatch.id if dispatch else ticket.assigned_id),
        site_codes=Lazy(session, lambda rows: (one.code for one in codes_at(rows, ticket.site))),
        papers=papers_of(session, dispatch.subcontractor_id if dispatch else None),
        widens=ticket.widens,
        others_asked=any(d.standing is Standing.OFFERED for d in ticket.dispatches if d is not dispatch),
    )


def concerns(agreed: Appointment, dispatch: Dispatch | None, holder: Dispatch | None) -> bool:
    """Whether an appointment is this side's: what the winner agreed is not told to those who lost (O08)."""
    return agreed.fixed or dispatch is None or dispatch is holder


def ways_to(customer: Customer | None) -> frozenset[str]:
    """How a customer is reached: "phone", "email", both or neither."""
    return frozenset(way for way in ("phone", "email") if getattr(customer, way, ""))


class Lazy(Sequence[T]):
    """Rows read when a rule or a page first asks for them: most acts never do."""

    def __init__(self, session: Session, read: Callable[[Session], Iterable[T]]) -> None:
        self._session, self._read = session, read

    @cached_property
    def _all(self) -> tuple[T, ...]:
        with looking(self._session) as session:
            return tuple(self._read(session))

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)


def past_of(
    session: Session, ticket_id: int, dispatch_id: int | None, then: Sequence[Done] = ()
) -> Sequence[Done]:
    """What was done on a ticket and on one dispatch; `then` follows it and is not written yet."""
    return Lazy(
        session, lambda rows: (*(done(*row) for row in queries.history(rows, ticket_id, dispatch_id)), *then)
    )


def amounts_of(session: Session, ticket_id: int, dispatch_id: int | None) -> Sequence[Amount]:
    """The amounts of a ticket and of one dispatch, oldest first."""
    return Lazy(session, lambda rows: (row.amount for row in queries.charges(rows, ticket_id, dispatch_id)))


def papers_of(session: Session, subcontractor_id: int | None) -> Sequence[KeepPaper]:
    """The documents of a company, whichever ticket they came on."""
    if subcontractor_id is None:
        return ()
    return Lazy(
        session,
        lambda rows: (KeepPaper(one.kind, one.expires_on) for one in queries.papers(rows, subcontractor_id)),
    )


def done(act: str, at: datetime, party: Party, content: Mapping[str, Any] | None) -> Done:
    """A fact of the journal as rules know it."""
    return Done(act, at, revived(content["answer"]) if content else {}, party)


def past_on(rows: Iterable[Said], dispatch_id: int | None) -> list[Done]:
    """What was done on a ticket and on one dispatch, in rows that were read already.

    An hour that a phone kept while it had no network is the hour of the act (T07).
    """
    return [
        done(one.act, one.declared_at or one.at, one.party, one.content)
        for one in rows
        if one.body is None and one.dispatch_id in (None, dispatch_id)
    ]


def seen_from(ticket: Ticket, dispatch: Dispatch | None) -> int | None:
    """Whose acts count beside those of the ticket as a whole: this dispatch's, else the holder's."""
    return dispatch.id if dispatch else ticket.assigned_id


def assigned(ticket: Ticket) -> Dispatch | None:
    """The dispatch that has the job."""
    return next((d for d in ticket.dispatches if d.id == ticket.assigned_id), None)
