"""Playing: people act when their messages have come, by the links in them; clocks and outbox run between.

Time jumps from step to step in which something is due. Whatever is drawn by lot is drawn from the seed
and from who, where and when alone, so that the order in which a worker takes its work changes nothing.
"""

import heapq
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldtickets.desk.facts import gather
from fieldtickets.domain.acts import Act
from fieldtickets.exchanges import ACTS
from fieldtickets.links import Links
from fieldtickets.outbox import take_receipt
from fieldtickets.outbox.courier import Outbox
from fieldtickets.rounds import Rounds
from fieldtickets.simulation.answers import Look, Typed, chosen, comes_back, typed
from fieldtickets.simulation.figures import Figures, chance
from fieldtickets.simulation.letterbox import Arrived, Letterbox
from fieldtickets.simulation.machine import Machine
from fieldtickets.simulation.managing import Manager
from fieldtickets.simulation.people import NEIGHBOUR, ZONE, Cast, habit_of
from fieldtickets.simulation.stuck import stuck
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.models import Attachment, Clock, Delivery, JournalHead, Link
from fieldtickets.store.models.owed import DUE
from fieldtickets.store.queries import links as link_queries

STEP, A_DAY = timedelta(minutes=5), timedelta(days=1)  # a worker looks at least once in a step
DESK_HOURS = (time(9), time(15))  # when the manager works through the queue
OPENS_FOR = 0.6  # of the days; the rest is for ending what was begun
FORM = re.compile(
    r'<form class="act" method="post" action="([^"]*)"[^>]*>\s*'
    r'<input type="hidden" name="submission" value="([^"]*)">'
)
REFERENCE = re.compile('<p class="small">.*?</p>')
ONE_BESIDE_IN = 20  # of the tickets: the neighbour opens one as well
READS_FIRST, TAPS_TWICE = 0.1, 0.03  # of all answers
LOOKS_AGAIN = 1  # times, without a new message, at what somebody left undone
PAUSE = timedelta(hours=20)  # between these
NEXT_DEADLINE = select(func.min(Clock.due_at)).where(Clock.state == "pending")
NEXT_MESSAGE = select(func.min(Delivery.due_at)).where(DUE)


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
    neighbour: Cast
    machine: Machine
    begins: datetime
    playbook: str
    seed: int = 1

    def __post_init__(self) -> None:
        self.now = self.begins
        self.figures = Figures()
        self.turns: list[Turn] = []
        self.meant: set[str] = set()  # tokens of links with a turn to come
        self.deadline: datetime | None = None  # the first that runs, as the step began
        self.manager = self._manager(self.cast, self.figures)
        self.beside = self._manager(self.neighbour, Figures())

    def _manager(self, cast: Cast, figures: Figures) -> Manager:
        return Manager(self.database, self.links, cast, self.playbook, self.seed, figures, lambda: self.now)

    def play(self, tickets: int, days: int) -> Figures:
        """Open the tickets over the first part of these days, and let everybody act until their end."""
        ends = self.begins + timedelta(days=days)
        luck = self._chance("openings")
        for number in range(tickets):
            at = self.begins + (ends - self.begins) * OPENS_FOR * luck.random()
            heapq.heappush(self.turns, Turn(at, f"opens {number:06}", partial(self._open, number)))
        for day in range(days):
            for hour in DESK_HOURS:
                at = datetime.combine((self.begins + day * A_DAY).date(), hour, ZONE)
                heapq.heappush(self.turns, Turn(at, "manager", self._at_the_desk))
            night = datetime.combine((self.begins + day * A_DAY).date(), time(3), ZONE)
            heapq.heappush(self.turns, Turn(night, "night", self._night))
        while (instant := self._next()) is not None and instant <= ends:
            self._at(instant)
        return self.figures

    def _next(self) -> datetime | None:
        """The next step in which a person means to act, a deadline passes or a message is due."""
        with self.database.read(EVERYONE) as session:
            self.deadline, message = session.scalar(NEXT_DEADLINE), session.scalar(NEXT_MESSAGE)
        turn = self.turns[0].at if self.turns else None
        due = min((one for one in (self.deadline, message, turn) if one), default=None)
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
        if self.deadline is not None and self.deadline <= instant:
            self.figures.fired += self.rounds.run()
        if self._message_is_due():
            self.figures.messages += self.outbox.drain()
            self._take_receipts()
        for message in self.letterbox.emptied():
            self._will_read(message)

    def _message_is_due(self) -> bool:
        with self.database.read(EVERYONE) as session:
            first = session.scalar(NEXT_MESSAGE)
        return first is not None and first <= self.now

    def _take_receipts(self) -> None:
        """The network says which numbers do not exist, and what arrived although nobody heard of it."""
        receipts = self.letterbox.receipts()
        if not receipts:
            return
        with self.database.begin(EVERYONE) as session:
            for one in receipts:
                take_receipt(session, self.links, one.delivery, one.status, one.reason, self.now)

    def _night(self, _turn: Turn) -> None:
        """What served its time is forgotten; and nothing may be stuck."""
        self.rounds.clean_up()
        self.machine.look()
        with self.database.read(self.cast.organisation) as session:
            count, lines = stuck(session)
        self.figures.nights += count
        for line in lines:
            self.figures.fault("stuck", line)

    def _open(self, number: int, _turn: Turn) -> None:
        """A ticket; now and then the neighbour has one for the same companies, who leave it alone."""
        self.manager.open(number)
        if number % ONE_BESIDE_IN == 0:
            self.beside.open(number)

    def _at_the_desk(self, _turn: Turn) -> None:
        self.manager.work_through_queues()

    def _chance(self, *where: object) -> Random:
        return chance(self.seed, *where)

    def _will_read(self, message: Arrived) -> None:
        """Whoever has a message opens it when its habit says so, if ever."""
        luck = self._chance(message.address, message.words, self.now)
        habit = habit_of(message.address)
        if luck.random() < habit.answers:
            self._later(message.token, message.address, self.now + habit.delay(luck))

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
            if link.organisation_id != self.cast.organisation:
                return
            look = self._look(session, link, turn)
            act, back = chosen(look), comes_back(look)
        if link.revoked_at is not None or link.expires_at <= self.now:
            act = ACTS["message.write"]
            self._do(link, turn.token, act, look, self._field(link, act))
        elif act is not None:
            if look.chance.random() < READS_FIRST:
                self._read(link, turn.token, look)
                field_ = self._form_on_page(link, turn.token, act)
                self._ask_for_a_strange_file(link, turn.token)
            else:
                field_ = self._field(link, act)
            done = self._do(link, turn.token, act, look, field_)
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

    def _field(self, link: Link, act: Act) -> str:
        """The signed field of a form, as the page has it."""
        return self.links.form_field(f"link:{link.id}", act.name, link.ticket.version)

    def _read(self, link: Link, token: str, look: Look) -> None:
        """Some read the page before they answer: it opens, changes nothing, and tells nobody too much."""
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
        if NEIGHBOUR in page.text:
            self.figures.fault("neighbour", f"{link.ticket.ref}, page of {link.party}")

    def _form_on_page(self, link: Link, token: str, act: Act) -> str:
        """The signed field of the plain form on an act's page, as a browser without JavaScript has it."""
        path = f"/l/{token}/{act.name}"
        page = self.hands.open(path)
        self.figures.forms += 1
        self.figures.replies[page.status] += 1
        found = next((one for one in FORM.findall(page.text) if one[0].endswith(f"/{act.name}")), None)
        if found is None:
            self.figures.fault("forms", f"{link.ticket.ref}, {act.name} by {link.party}: {page.status}")
        return found[1] if found else self._field(link, act)

    def _ask_for_a_strange_file(self, link: Link, token: str) -> None:
        """The latest file of another ticket, and one that nobody has: the answers are alike."""
        others = select(Attachment.id).where(Attachment.ticket_id != link.ticket_id)
        with self.database.read(EVERYONE) as session:
            strange = session.scalar(others.order_by(Attachment.event_id.desc()).limit(1))
        if strange is None:
            return
        self.figures.strange += 1
        told, nothing = self._file(token, strange), self._file(token, strange - 1)
        if told != nothing or told.status != 404:
            self.figures.fault("strange", f"{link.ticket.ref}: file {strange} is answered {told.status}")

    def _file(self, token: str, id_: int) -> Reply:
        """What is answered when a file is asked for, but for its address and the reference of the request."""
        reply = self.hands.open(f"/l/{token}/files/{id_}/a.pdf")
        return Reply(reply.status, REFERENCE.sub("", reply.text.replace(str(id_), "")))

    def _do(self, link: Link, token: str, act: Act, look: Look, field_: str) -> bool:
        """Send the form of an act as it was shown; whether it was taken."""
        path = f"/l/{token}/{act.name}"
        fields = typed(act, look, link.ticket_id)
        reply = self.hands.send(path, {**fields, "submission": field_})
        self._note(link, act, reply)
        if reply.status == 303:
            form = self.links.read_form_field(field_)
            self.figures.acknowledged[form.nonce if form else ""] = self.now
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
