"""Playing: people act when their messages have come, by the links in them; clocks and outbox run between.

Time jumps from step to step in which something is due. Whatever is drawn by lot is drawn from the seed
and from who, where and when alone, so that the order in which a worker takes its work changes nothing.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from fieldtickets import desk
from fieldtickets.desk.facts import assigned, gather
from fieldtickets.domain.acts import Act, Facts, Refused
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.links import Links
from fieldtickets.outbox import take_receipt
from fieldtickets.outbox.courier import Outbox
from fieldtickets.rounds import Rounds
from fieldtickets.simulation.answers import Look, Typed, chosen, comes_back, typed
from fieldtickets.simulation.letterbox import Arrived, Letterbox
from fieldtickets.simulation.people import (
    OF_MANAGER,
    TRADE,
    Cast,
    a_customer,
    a_site,
    habit_of,
)
from fieldtickets.simulation.stuck import stuck
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.models import Clock, Delivery, Dispatch, JournalHead, Link, Ticket
from fieldtickets.store.queries import links as link_queries
from fieldtickets.store.queries.acts import locked, open_tasks
from fieldtickets.store.queries.queues import Moment, in_queue

STEP, A_DAY = timedelta(minutes=5), timedelta(days=1)  # a worker looks at least once in a step
DESK_HOURS = (time(9), time(15))  # when the manager works through the queue
OPENS_FOR = 0.6  # of the days; the rest is for ending what was begun
GIVES_UP_AFTER = timedelta(days=15)  # since anything happened on a ticket
READS_FIRST, TAPS_TWICE = 0.1, 0.03  # of all answers
LOOKS_AGAIN = 1  # times, without a new message, at what somebody left undone
PAUSE = timedelta(hours=20)  # between these
NEXT_DEADLINE = select(func.min(Clock.due_at)).where(Clock.state == "pending")
NEXT_MESSAGE = select(func.min(Delivery.due_at)).where(Delivery.state == "queued")
IN_PLAY = (Standing.OFFERED, Standing.ASSIGNED)


@dataclass(frozen=True)
class Reply:
    """What the service answered to a request: the status, and the page where there is one."""

    status: int
    text: str


class Hands(Protocol):
    """A telephone's browser: all that somebody without an account has."""

    def open(self, path: str) -> Reply:
        """Open a page."""

    def send(self, path: str, fields: Typed) -> Reply:
        """Send a form; files are pairs of a stream and a name."""


@dataclass(order=True)
class Turn:
    """Something that somebody means to do. Of several at one instant the key decides, never a random id."""

    at: datetime
    key: str
    do: Callable[["Turn"], None] = field(compare=False)
    token: str = field(compare=False, default="")
    idle: int = field(compare=False, default=0)


@dataclass
class Figures:
    """What was done and what was told: acts and refusals by name, replies of pages by status."""

    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    replies: Counter[int] = field(default_factory=Counter)
    fired: int = 0
    messages: int = 0
    looks: int = 0
    acknowledged: list[str] = field(default_factory=list)  # the forms that were taken
    twice: int = 0
    nights: int = 0  # that a ticket was open, of all tickets
    faults: dict[str, list[str]] = field(default_factory=dict)  # what was seen to be wrong, by rule

    def fault(self, rule: str, line: str) -> None:
        """Something that must never be seen from outside."""
        self.faults.setdefault(rule, []).append(line)


@dataclass
class Simulation:
    """The service with a clock of its own; everything is decided by the seed."""

    database: Database
    links: Links
    outbox: Outbox
    rounds: Rounds
    letterbox: Letterbox
    hands: Hands
    set_clock: Callable[[datetime], None]
    cast: Cast
    begins: datetime
    playbook: str
    seed: int = 1

    def __post_init__(self) -> None:
        self.now = self.begins
        self.figures = Figures()
        self.turns: list[Turn] = []
        self.meant: set[str] = set()  # tokens of links with a turn to come
        self.zone = ZoneInfo("Europe/Paris")

    def play(self, tickets: int, days: int) -> Figures:
        """Open the tickets over the first part of these days, and let everybody act until their end."""
        ends = self.begins + timedelta(days=days)
        chance = self._chance("openings")
        for number in range(tickets):
            at = self.begins + (ends - self.begins) * OPENS_FOR * chance.random()
            heapq.heappush(self.turns, Turn(at, f"opens {number:06}", self._opening(number)))
        for day in range(days):
            for hour in DESK_HOURS:
                at = datetime.combine((self.begins + day * A_DAY).date(), hour, self.zone)
                heapq.heappush(self.turns, Turn(at, "manager", self._work_through_queue))
            night = datetime.combine((self.begins + day * A_DAY).date(), time(3), self.zone)
            heapq.heappush(self.turns, Turn(night, "night", self._night))
        while (instant := self._next()) is not None and instant <= ends:
            self._at(instant)
        self._at(ends)
        return self.figures

    def _next(self) -> datetime | None:
        """The next step in which a person means to act, a deadline passes or a message is due."""
        with self.database.read(EVERYONE) as session:
            clock, message = session.scalar(NEXT_DEADLINE), session.scalar(NEXT_MESSAGE)
        turn = self.turns[0].at if self.turns else None
        due = min((one for one in (clock, message, turn) if one), default=None)
        if due is None:
            return None
        return self.begins + max(1 + (self.now - self.begins) // STEP, -((self.begins - due) // STEP)) * STEP

    def _at(self, instant: datetime) -> None:
        """One step: people act, deadlines fire, messages leave and are read later."""
        self.now = instant
        self.set_clock(instant)
        while self.turns and self.turns[0].at <= instant:
            turn = heapq.heappop(self.turns)
            turn.do(turn)
        self.figures.fired += self.rounds.run()
        self.figures.messages += self.outbox.drain()
        self._report_failures()
        for message in self.letterbox.emptied():
            self._will_read(message)

    def _report_failures(self) -> None:
        """The network says which numbers do not exist."""
        failed = self.letterbox.failed()
        if not failed:
            return
        with self.database.begin(EVERYONE) as session:
            for delivery_id in failed:
                take_receipt(session, self.links, delivery_id, "failed", "unknown number", self.now)

    def _night(self, _turn: Turn) -> None:
        """What served its time is forgotten; and nothing may be stuck."""
        self.rounds.clean_up()
        with self.database.read(self.cast.organisation) as session:
            count, lines = stuck(session)
        self.figures.nights += count
        for line in lines:
            self.figures.fault("stuck", line)

    def _chance(self, *where: object) -> Random:
        return Random("|".join(map(str, (self.seed, *where))))

    # The manager, at the desk

    def _opening(self, number: int) -> Callable[[Turn], None]:
        return lambda _turn: self._open(number)

    def _open(self, number: int) -> None:
        chance = self._chance("ticket", number)
        new = desk.NewTicket(
            title=f"Leak {number}",
            site=a_site(number),
            trade=TRADE,
            urgent=chance.random() < 0.1,
            kind="quote" if chance.random() < 0.12 else "order",
            playbook=self.playbook,
            customer=a_customer(number) if chance.random() < 0.92 else None,
            price_cents=chance.randrange(50, 500) * 100,
            manager_id=self.cast.manager,
        )

        def work(session: Session) -> None:
            ticket = desk.open_ticket(session, self.links, new, self._manager, self.now)
            desk.dispatch_to(session, self.links, ticket.id, "matching", self._manager, self.now)

        self.database.attempt(self.cast.organisation, work)

    @property
    def _manager(self) -> desk.Actor:
        return desk.Actor(Party.MANAGER, f"user:{self.cast.manager}", "The manager")

    def _work_through_queue(self, turn: Turn) -> None:
        """One act on each ticket that the queues show: to send, to reply to, late."""
        moment = Moment.at(self.now, str(self.zone))
        wanted = or_(*(in_queue(name, moment) for name in ("to_send", "mine", "late")))
        with self.database.read(self.cast.organisation) as session:
            tickets = session.scalars(select(Ticket.id).where(wanted).order_by(Ticket.id)).all()
        for ticket_id in tickets:
            if self._chance("at the desk", ticket_id, self.now).random() < OF_MANAGER.answers:
                self.database.attempt(self.cast.organisation, partial(self._manage, ticket_id))

    def _manage(self, ticket_id: int, session: Session) -> None:
        ticket, chance = locked(session, ticket_id), self._chance("manager", ticket_id, self.now)
        if not ticket.phase.over and self.now - ticket.updated_at > GIVES_UP_AFTER:
            ends = "ticket.close" if ticket.phase in (Phase.DONE, Phase.INVOICED) else "ticket.cancel"
            self._manager_does(session, ticket, None, ACTS[ends], chance)
        elif not ticket.phase.over and not any(one.standing in IN_PLAY for one in ticket.dispatches):
            self._ask_somebody_else(session, ticket, chance)
        else:
            self._answer_as_manager(session, ticket, chance)

    def _ask_somebody_else(self, session: Session, ticket: Ticket, chance: Random) -> None:
        """Two more companies by name; when all were asked the job is cancelled."""
        asked = {one.subcontractor_id for one in ticket.dispatches}
        left = [company for company in self.cast.companies if company not in asked]
        if left:
            to = chance.sample(left, min(2, len(left)))
            desk.dispatch_to(session, self.links, ticket.id, to, self._manager, self.now)
            self.figures.acts["offer.send"] += len(to)
        else:
            self._manager_does(session, ticket, None, ACTS["ticket.cancel"], chance)

    def _answer_as_manager(self, session: Session, ticket: Ticket, chance: Random) -> None:
        about = [one.dispatch_id for one in open_tasks(session, ticket.id)]
        dispatches = [one for one in ticket.dispatches if one.id in about or one.id == ticket.assigned_id]
        for dispatch in (*dispatches, None):
            facts = gather(session, ticket, dispatch or assigned(ticket), self.now)
            act = chosen(Look(Party.MANAGER, facts, OF_MANAGER, chance))
            if act is not None:
                self._manager_does(session, ticket, dispatch, act, chance, facts)
                return

    def _manager_does(
        self,
        session: Session,
        ticket: Ticket,
        dispatch: Dispatch | None,
        act: Act,
        chance: Random,
        facts: Facts | None = None,
    ) -> None:
        """The form of an act, filled and read as on the ticket's page, and the desk's door."""
        facts = facts or gather(session, ticket, dispatch or assigned(ticket), self.now)
        look = Look(Party.MANAGER, facts, OF_MANAGER, chance)
        form = act.form(multidict(typed(act, look, ticket.id)))
        form.fit(facts, Party.MANAGER)
        if not form.validate():
            self.figures.refused[f"{act.name}: {form.errors}"] += 1
            return
        of = dispatch.id if dispatch else None
        nonce = f"manager:{ticket.id}:{self.now.isoformat()}"
        asked = desk.Request(ticket.id, act, form.answer(), self._manager, nonce, of)
        try:
            with session.begin_nested():
                desk.record(session, self.links, asked, self.now)
        except Refused as refused:
            self.figures.refused[f"{act.name}: {refused}"] += 1
            return
        self.figures.acts[act.name] += 1
        self.figures.acknowledged.append(nonce)

    # Everybody else, with a telephone

    def _will_read(self, message: Arrived) -> None:
        """Whoever has a message opens it when its habit says so, if ever."""
        chance = self._chance(message.address, message.words, self.now)
        habit = habit_of(message.address)
        if chance.random() < habit.answers:
            self._later(message.token, message.address, self.now + habit.delay(chance))

    def _later(self, token: str, address: str, at: datetime, idle: int = 0) -> None:
        if token not in self.meant:
            self.meant.add(token)
            heapq.heappush(self.turns, Turn(at, address, self._use_link, token, idle))

    def _use_link(self, turn: Turn) -> None:
        """Open a link, choose what to do, send its form; and think of the visit that comes."""
        self.meant.discard(turn.token)
        with self.database.read(EVERYONE) as session:
            link = link_queries.opened(session, self.links.read(turn.token) or 0)
            if link is None:
                self.figures.fault("links", f"a message for {turn.key} carried no link of ours")
                return
            look = self._look(session, link, turn)
            act, back = chosen(look), comes_back(look)
        if link.revoked_at is not None or link.expires_at <= self.now:
            self._do(link, turn.token, ACTS["message.write"], look)
        elif act is not None:
            self._maybe_read(link, turn.token, look)
            done = self._do(link, turn.token, act, look)
            again = self.now + look.habit.delay(look.chance)
            self._later(turn.token, turn.key, again, 0 if done else turn.idle + 1)
        elif back is not None:
            self._later(turn.token, turn.key, back)
        elif turn.idle < LOOKS_AGAIN:
            self._later(turn.token, turn.key, self.now + PAUSE, turn.idle + 1)

    def _look(self, session: Session, link: Link, turn: Turn) -> Look:
        """What a link's party sees now; who comes to a visit, and who opens, is drawn once for each visit."""
        facts = gather(session, link.ticket, link.dispatch, self.now)
        visit = facts.appointment.starts_at if facts.appointment else None
        customer = link.ticket.customer
        there = self._chance("at home", link.ticket_id, visit).random()
        there_too = self._chance("comes", link.ticket_id, turn.key, visit).random()
        return Look(
            link.party,
            facts,
            habit_of(turn.key),
            self._chance(turn.key, link.ticket_id, self.now),
            comes=there_too < habit_of(turn.key).comes,
            opens=customer is None or there < habit_of(customer.phone).comes,
        )

    def _maybe_read(self, link: Link, token: str, look: Look) -> None:
        """Some read the page before they answer: it opens, changes nothing, and tells nobody too much."""
        if look.chance.random() >= READS_FIRST:
            return
        before, page = self._head(), self.hands.open(f"/l/{token}")
        self.figures.looks += 1
        self.figures.replies[page.status] += 1
        if page.status not in (200, 410):
            self.figures.fault("pages", f"{link.ticket.ref}, page of {link.party}: {page.status}")
        if self._head() != before:
            self.figures.fault("reading", f"{link.ticket.ref}: opening a page left a fact")
        customer = link.ticket.customer
        if link.dispatch and customer and not look.facts.discloses and customer.name in page.text:
            reader = look.facts.standing
            self.figures.fault("disclosure", f"{link.ticket.ref}: {reader} reads of the customer")

    def _do(self, link: Link, token: str, act: Act, look: Look) -> bool:
        """Send the form of an act as it was shown; whether it was taken."""
        path = f"/l/{token}/{act.name}"
        fields = typed(act, look, link.ticket_id)
        field_ = self.links.form_field(f"link:{link.id}", act.name, link.ticket.version)
        reply = self.hands.send(path, {**fields, "submission": field_})
        self._note(link, act, reply)
        if reply.status == 303:
            form = self.links.read_form_field(field_)
            self.figures.acknowledged.append(form.nonce if form else "")
            if look.chance.random() < TAPS_TWICE:
                self._tap_again(path, {**fields, "submission": field_}, link, act)
        return reply.status == 303

    def _note(self, link: Link, act: Act, reply: Reply) -> None:
        self.figures.replies[reply.status] += 1
        if reply.status == 303:
            self.figures.acts[act.name] += 1
            return
        self.figures.refused[f"{act.name}: {reply.status}"] += 1
        if reply.status not in (409, 410, 422):
            self.figures.fault("pages", f"{link.ticket.ref}, {act.name} by {link.party}: {reply.status}")

    def _tap_again(self, path: str, fields: Typed, link: Link, act: Act) -> None:
        """The same form once more: the same answer, and nothing new."""
        before, reply = self._head(), self.hands.send(path, fields)
        self.figures.twice += 1
        if reply.status != 303 or self._head() != before:
            self.figures.fault("twice", f"{link.ticket.ref}, {act.name}: {reply.status} the second time")

    def _head(self) -> int:
        """The number of the last fact."""
        with self.database.read(self.cast.organisation) as session:
            return session.scalar(select(JournalHead.seq)) or 0


def multidict(fields: Typed) -> MultiDict[str, Any]:
    """Fields as a form has them: a list is several values."""
    several = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
    return MultiDict([(name, value) for name, values in several.items() for value in values])
