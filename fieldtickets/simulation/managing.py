"""The manager of the play: opens tickets, and works through the queues."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from fieldtickets import desk
from fieldtickets.desk.facts import assigned, gather
from fieldtickets.domain.acts import Act, Facts, Refused
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.links import Links
from fieldtickets.outbox import send_again
from fieldtickets.simulation.answers import Look, Typed, chosen, typed
from fieldtickets.simulation.figures import Figures, chance
from fieldtickets.simulation.people import OF_MANAGER, TRADE, ZONE, Cast, a_customer, a_site
from fieldtickets.store.db import Database
from fieldtickets.store.models import Delivery, Dispatch, Ticket
from fieldtickets.store.queries.acts import locked, open_tasks
from fieldtickets.store.queries.queues import Moment, in_queue
from fieldtickets.store.queries.ticket import TROUBLE, went_again

GIVES_UP_AFTER = timedelta(days=15)  # since anything happened on a ticket
SENDS_AGAIN = 0.4  # of the times that a message did not arrive
IN_PLAY = (Standing.OFFERED, Standing.ASSIGNED)


@dataclass(frozen=True)
class Manager:
    """Does one act at a time, by the form that the ticket's page has for it, through the desk's door."""

    database: Database
    links: Links
    cast: Cast
    playbook: str
    seed: int
    figures: Figures
    now: Callable[[], datetime]

    def open(self, number: int) -> None:
        """Open a ticket and offer it to those who suit."""
        luck, mark = chance(self.seed, "ticket", number), self.cast.mark
        new = desk.NewTicket(
            title=f"{mark}Leak {number}",
            site=a_site(number, mark),
            trade=TRADE,
            urgent=luck.random() < 0.1,
            kind="quote" if luck.random() < 0.12 else "order",
            playbook=self.playbook,
            customer=a_customer(number, mark) if luck.random() < 0.92 else None,
            price_cents=luck.randrange(50, 500) * 100,
            manager_id=self.cast.manager,
        )

        def work(session: Session) -> None:
            ticket = desk.open_ticket(session, self.links, new, self._actor, self.now())
            desk.dispatch_to(session, self.links, ticket.id, "matching", self._actor, self.now())

        self.database.attempt(self.cast.organisation, work)

    @property
    def _actor(self) -> desk.Actor:
        return desk.Actor(Party.MANAGER, f"user:{self.cast.manager}", "The manager")

    def work_through_queues(self) -> None:
        """One act on each ticket that the queues show: to send, to reply to, late."""
        moment = Moment.at(self.now(), ZONE.key)
        wanted = or_(*(in_queue(name, moment) for name in ("to_send", "mine", "late")))
        with self.database.read(self.cast.organisation) as session:
            tickets = session.scalars(select(Ticket.id).where(wanted).order_by(Ticket.id)).all()
        for ticket_id in tickets:
            if self._luck("at the desk", ticket_id).random() < OF_MANAGER.answers:
                self.database.attempt(self.cast.organisation, partial(self._manage, ticket_id))

    def _manage(self, ticket_id: int, session: Session) -> None:
        ticket, luck = locked(session, ticket_id), self._luck("manager", ticket_id)
        if not ticket.phase.over and self.now() - ticket.updated_at > GIVES_UP_AFTER:
            ends = "ticket.close" if ticket.phase in (Phase.DONE, Phase.INVOICED) else "ticket.cancel"
            self._do(session, ticket, None, ACTS[ends], luck)
        elif not ticket.phase.over and not any(one.standing in IN_PLAY for one in ticket.dispatches):
            self._ask_somebody_else(session, ticket, luck)
        elif luck.random() >= SENDS_AGAIN or not self._send_again(session, ticket):
            self._answer(session, ticket, luck)

    def _send_again(self, session: Session, ticket: Ticket) -> bool:
        """Press the button beside the first message that did not arrive; whether there was one."""
        lost = select(Delivery).where(Delivery.ticket_id == ticket.id, Delivery.state.in_(TROUBLE))
        wanted = (one for one in session.scalars(lost.order_by(Delivery.id)) if not went_again(session, one))
        delivery = next(wanted, None)
        if delivery is not None:
            send_again(session, self.links, delivery, self._actor, self.now())
            self.figures.acts["message.again"] += 1
        return delivery is not None

    def _ask_somebody_else(self, session: Session, ticket: Ticket, luck: Random) -> None:
        """Two more companies by name; when all were asked the job is cancelled."""
        asked = {one.subcontractor_id for one in ticket.dispatches}
        left = [company for company in self.cast.companies if company not in asked]
        if left:
            to = luck.sample(left, min(2, len(left)))
            desk.dispatch_to(session, self.links, ticket.id, to, self._actor, self.now())
            self.figures.acts["offer.send"] += len(to)
        else:
            self._do(session, ticket, None, ACTS["ticket.cancel"], luck)

    def _answer(self, session: Session, ticket: Ticket, luck: Random) -> None:
        about = [one.dispatch_id for one in open_tasks(session, ticket.id)]
        dispatches = [one for one in ticket.dispatches if one.id in about or one.id == ticket.assigned_id]
        for dispatch in (*dispatches, None):
            facts = gather(session, ticket, dispatch or assigned(ticket), self.now())
            act = chosen(Look(Party.MANAGER, facts, OF_MANAGER, luck))
            if act is not None:
                self._do(session, ticket, dispatch, act, luck, facts)
                return

    def _do(
        self,
        session: Session,
        ticket: Ticket,
        dispatch: Dispatch | None,
        act: Act,
        luck: Random,
        facts: Facts | None = None,
    ) -> None:
        """The form of an act, filled and read as on the ticket's page, and the desk's door."""
        facts = facts or gather(session, ticket, dispatch or assigned(ticket), self.now())
        look = Look(Party.MANAGER, facts, OF_MANAGER, luck)
        form = act.form(multidict(typed(act, look, ticket.id)))
        form.fit(facts, Party.MANAGER)
        if not form.validate():
            self.figures.refused[f"{act.name}: {form.errors}"] += 1
            return
        of = dispatch.id if dispatch else None
        nonce = f"manager:{ticket.id}:{self.now().isoformat()}"
        asked = desk.Request(ticket.id, act, form.answer(), self._actor, nonce, of)
        try:
            with session.begin_nested():
                desk.record(session, self.links, asked, self.now())
        except Refused as refused:
            self.figures.refused[f"{act.name}: {refused}"] += 1
            return
        self.figures.acts[act.name] += 1
        self.figures.acknowledged[nonce] = self.now()

    def _luck(self, *what: object) -> Random:
        return chance(self.seed, *what, self.now())


def multidict(fields: Typed) -> MultiDict[str, Any]:
    """Fields as a form has them: a list is several values."""
    several = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
    return MultiDict([(name, value) for name, values in several.items() for value in values])
