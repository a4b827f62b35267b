"""Playing: turns in the order of their instants, deadlines between them, all through the desk's door."""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from fieldtickets import desk
from fieldtickets.desk.facts import assigned, gather
from fieldtickets.domain.acts import Act, Facts, Refused, Weight
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS, EXCHANGES
from fieldtickets.links import Links
from fieldtickets.rounds import Rounds
from fieldtickets.simulation.people import (
    HABITS,
    OF_MANAGER,
    TRADE,
    Cast,
    Habit,
    a_customer,
    a_site,
)
from fieldtickets.store.db import Database
from fieldtickets.store.models import Dispatch, Ticket
from fieldtickets.store.queries.acts import locked

SAMPLES = {name: answer for exchange in EXCHANGES for name, answer in exchange.samples.items()}
ROUTINE = {"link", "message", "customer"}  # exchanges that lead nowhere
NEVER = {"ticket.open", "ticket.reopen", "ticket.amend", "offer.send"}  # by the manager's turns below
ENDS_AFTER = timedelta(days=20)  # the manager gives up on a ticket that old
BREAK = timedelta(hours=60)  # between two turns in which nothing was possible
OFTEN = 2  # times that anybody does the same on one ticket
ASKED = (Standing.OFFERED, Standing.ASSIGNED)
LAST_CALL = 2  # turns that nobody used before somebody stops looking


@dataclass(order=True)
class Turn:
    """Somebody looks at a ticket."""

    at: datetime
    number: int
    ticket: int = field(compare=False)
    party: Party = field(compare=False)
    dispatch: int | None = field(compare=False, default=None)
    idle: int = field(compare=False, default=0)


@dataclass
class Figures:
    """What was done: acts by name, refusals by act and reason."""

    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    fired: int = 0


@dataclass
class Simulation:
    """The service with a clock of its own; everything is decided by the seed."""

    database: Database
    links: Links
    cast: Cast
    begins: datetime
    playbook: str
    seed: int = 1

    def __post_init__(self) -> None:
        self.now = self.begins
        self.figures = Figures()
        self.turns: list[Turn] = []
        self.chance = Random(self.seed)
        self.waiting: set[tuple[int, Party, int | None]] = set()
        self.rounds = Rounds(self.database, self.links, lambda: self.now)

    def play(self, tickets: int, days: int) -> Figures:
        """Open the tickets over the first part of these days, and let everybody act until their end."""
        ends = self.begins + timedelta(days=days)
        opens = (ends - self.begins) * 0.6
        for number, instant in enumerate(sorted(self.chance.random() for _ticket in range(tickets))):
            heapq.heappush(
                self.turns, Turn(self.begins + opens * instant, number, -1 - number, Party.MANAGER)
            )
        while self.turns and self.turns[0].at < ends:
            turn = heapq.heappop(self.turns)
            self.now = turn.at
            self.figures.fired += self.rounds.run()
            self._take(turn)
        self.now = ends
        self.figures.fired += self.rounds.run()
        return self.figures

    def _take(self, turn: Turn) -> None:
        if turn.ticket < 0:
            self._open(-1 - turn.ticket)
            return
        self.waiting.discard((turn.ticket, turn.party, turn.dispatch))
        acted = self.database.attempt(self.cast.organisation, lambda session: self._act(session, turn))
        self._next(turn, acted)

    def _open(self, number: int) -> None:
        new = desk.NewTicket(
            title=f"Leak {number}",
            site=a_site(number),
            trade=TRADE,
            urgent=self.chance.random() < 0.1,
            kind="quote" if self.chance.random() < 0.1 else "order",
            playbook=self.playbook,
            customer=a_customer(number) if self.chance.random() < 0.9 else None,
            price_cents=self.chance.randrange(50, 500) * 100,
            manager_id=self.cast.manager,
        )

        def work(session: Session) -> int:
            ticket = desk.open_ticket(session, self.links, new, self._manager, self.now)
            desk.dispatch_to(session, self.links, ticket.id, "matching", self._manager, self.now)
            return ticket.id

        self._invite(self.database.attempt(self.cast.organisation, work))

    @property
    def _manager(self) -> desk.Actor:
        return desk.Actor(Party.MANAGER, f"user:{self.cast.manager}", "The manager")

    def _act(self, session: Session, turn: Turn) -> bool:
        """Do one thing that is possible; whether anything was done."""
        ticket = locked(session, turn.ticket)
        dispatch = next((one for one in ticket.dispatches if one.id == turn.dispatch), None)
        habit = self._habit(turn, dispatch)
        if self.chance.random() > habit.answers:
            return False
        facts = gather(session, ticket, dispatch or self._holder(turn, ticket), self.now)
        act = self._choose(turn.party, facts, habit, ticket)
        if act is None:
            return False
        return self._do(session, turn, act, dispatch.id if dispatch else None)

    def _holder(self, turn: Turn, ticket: Ticket) -> Dispatch | None:
        return assigned(ticket) if turn.party in (Party.MANAGER, Party.APPROVER) else None

    def _habit(self, turn: Turn, dispatch: Dispatch | None) -> Habit:
        if turn.party is Party.SUBCONTRACTOR and dispatch:
            return self.cast.companies[dispatch.subcontractor_id]
        return OF_MANAGER if turn.party is Party.MANAGER else HABITS[turn.ticket % len(HABITS)]

    def _choose(self, party: Party, facts: Facts, habit: Habit, ticket: Ticket) -> Act | None:
        """What is asked first; now and then something else; the manager ends what is done or too old."""
        done = Counter(one.act for one in facts.history)
        open_ones = [
            act
            for act in ACTS.values()
            if act.exchange not in ROUTINE and act.name not in NEVER and done[act.name] < OFTEN
            if act.open_to(party, facts)
        ]
        likely = [act for act in open_ones if act.weight is not Weight.SILENT]
        if party is Party.MANAGER and facts.phase.over:
            return None
        if party is Party.MANAGER and self.now - ticket.created_at > ENDS_AFTER:
            return ACTS["ticket.close" if facts.phase in (Phase.DONE, Phase.INVOICED) else "ticket.cancel"]
        asked = [act for act in likely if act.asked_now(party, facts)]
        if asked and self.chance.random() >= habit.odd:
            return asked[0]
        wanted = [act for act in likely if act.weight is not Weight.ASIDE] or likely
        plain = [act for act in wanted if act.name not in ("ticket.cancel", "ticket.close", "offer.recall")]
        return self.chance.choice(plain) if plain and self.chance.random() < 0.5 else None

    def _do(self, session: Session, turn: Turn, act: Act, dispatch: int | None) -> bool:
        actor = self._manager
        if turn.party is not Party.MANAGER:
            actor = desk.Actor(turn.party, f"link:{turn.party.value}", turn.party.value)
        answer = self._answer(act)
        submission = f"simulation:{turn.number}:{turn.at.isoformat()}"
        request = desk.Request(turn.ticket, act, answer, actor, submission, dispatch)
        try:
            with session.begin_nested():
                desk.record(session, self.links, request, self.now)
        except Refused as refused:
            self.figures.refused[f"{act.name}: {refused}"] += 1
            return False
        self.figures.acts[act.name] += 1
        return True

    def _answer(self, act: Act) -> Mapping[str, Any]:
        """The example answer, its days moved to where the simulation stands."""
        if act.name == "ticket.cancel":
            return {"source": "manager", "reason": "Given up"}
        moved = dict(SAMPLES.get(act.name, {}))
        for name, value in moved.items():
            if isinstance(value, date) and not isinstance(value, datetime):
                moved[name] = (self.now + timedelta(days=self.chance.randrange(1, 7))).date()
        return moved

    def _next(self, turn: Turn, acted: bool) -> None:
        """Whoever acted wakes the others; whoever did not looks again, some times."""
        if acted:
            self._invite(turn.ticket)
        elif turn.idle < LAST_CALL or turn.party is Party.MANAGER:
            self._wait(turn.ticket, turn.party, turn.dispatch, BREAK, turn.idle + 1)

    def _invite(self, ticket_id: int) -> None:
        """Let everybody who has to do with a ticket look at it, each after its own delay."""
        with self.database.read(self.cast.organisation) as session:
            ticket = session.get_one(Ticket, ticket_id)
            if ticket.phase.over:
                return
            companies = [(one.id, one.subcontractor_id) for one in ticket.dispatches if one.standing in ASKED]
        for dispatch, company in companies:
            delay = self.cast.companies[company].delay(self.chance)
            self._wait(ticket_id, Party.SUBCONTRACTOR, dispatch, delay)
        for party in (Party.CUSTOMER, Party.APPROVER):
            self._wait(ticket_id, party, None, HABITS[ticket_id % len(HABITS)].delay(self.chance))
        self._wait(ticket_id, Party.MANAGER, None, OF_MANAGER.delay(self.chance))

    def _wait(self, ticket: int, party: Party, dispatch: int | None, delay: timedelta, idle: int = 0) -> None:
        if (ticket, party, dispatch) not in self.waiting:
            self.waiting.add((ticket, party, dispatch))
            number = self.chance.getrandbits(48)
            heapq.heappush(self.turns, Turn(self.now + delay, number, ticket, party, dispatch, idle))
