"""Acts: what a party may do in an exchange, when, and what follows.

The life of a ticket has two levels. `Phase` is the coarse one, shared by all. Each subcontractor has
a `Standing` on it, and inside each exchange runs a short track of its own: the last act done in it
("quote.submit", then "quote.accept"). An act says in which phases and standings it is open and after
which act of its own track.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from fieldtickets.domain.calendars import Calendar
from fieldtickets.domain.countries import PHONE_COUNTRIES
from fieldtickets.domain.effects import Amount, ChargeKind, ChargeState, Effect, KeepPaper, Slot, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import EVERY_PHASE, LIVE, OUT_OF_IT, Phase, Standing
from fieldtickets.domain.playbooks import SYNDIC, Asks, Disclosure, Playbook
from fieldtickets.domain.words import HourOf, Message, _

NOTHING = None  # an exchange in which nothing happened yet

Answer = Mapping[str, Any]


class Refused(Exception):
    """The answer cannot be taken as typed; the message is for the person who typed it.

    `field` names the form field it belongs to, when it belongs to one.
    """

    code = "answer.refused"

    def __init__(self, message: Message, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class TooLate(Refused):
    """The act is not possible any more, or not yet: the ticket has moved (`code` says how)."""

    def __init__(self, message: Message, code: str = "step.not_allowed") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Done:
    """An act already done, with the answer given then."""

    act: str
    at: datetime
    answer: Answer = field(default_factory=dict)
    by: Party | None = None

    @property
    def exchange(self) -> str:
        return self.act.partition(".")[0]


@dataclass(frozen=True)
class Facts:
    """All that rules may know about a ticket, seen from one dispatch, at the moment an act is tried."""

    phase: Phase
    now: datetime  # aware, UTC
    zone: str = "Europe/Paris"  # of the site
    country: str = "FR"  # of the site, ISO 3166
    phone_countries: Sequence[str] = PHONE_COUNTRIES  # to whose numbers this server sends
    playbook: Playbook = SYNDIC
    urgent: bool = False
    history: Sequence[Done] = ()  # oldest first, messages left out
    standing: Standing | None = None  # None: seen from the ticket, not from one subcontractor
    taken_at: datetime | None = None  # since when another subcontractor has the job
    appointment: Slot | None = None
    appointment_fixed: bool = False
    called_off: Slot | None = None  # agreed when the ticket ended
    proposed: tuple[Slot, ...] = ()
    proposed_by: Party | None = None
    has_customer: bool = False
    customer_reached_by: frozenset[str] = frozenset()  # "phone", "email"
    widens: bool = False
    others_asked: bool = False  # another subcontractor still has an open offer
    phase_before: Phase = Phase.DRAFT  # where the ticket was when it was closed or cancelled
    kind: str = "order"  # or "quote"
    price_cents: int | None = None  # net, recommended
    currency: str = "EUR"
    amounts: Sequence[Amount] = ()  # of this dispatch, oldest first
    site_codes: Sequence[str] = ()  # that hang at the site now
    has_approver: bool = False
    papers: Sequence[KeepPaper] = ()  # of this subcontractor, from all its tickets

    def last(self, name: str) -> Done | None:
        """The last time an act ("quote.submit"), or any act of an exchange ("quote"), was done."""
        return next((done for done in reversed(self.history) if name in (done.act, done.exchange)), None)

    @property
    def calendar(self) -> Calendar:
        """How delays run here; what is urgent waits for no working day (T08)."""
        return self.playbook.calendar(self.zone, self.country, self.urgent)

    @property
    def asks_date(self) -> bool:
        """Whether accepting must bring a date and hour (S037)."""
        return self.playbook.asks_on_accept is Asks.DATE and not self.appointment_fixed

    @property
    def discloses(self) -> bool:
        """Whether this subcontractor may see the address and the customer (S013, O14)."""
        if self.standing in OUT_OF_IT:
            return False
        return self.playbook.disclosure is Disclosure.AT_ONCE or self.standing is Standing.ASSIGNED

    def waiting(self, kind: ChargeKind) -> Amount | None:
        """The amount of this kind that waits for a yes or no; an earlier one was replaced by the last."""
        last = next((one for one in reversed(self.amounts) if one.kind is kind), None)
        return last if last and last.state is ChargeState.PROPOSED else None


Rule = Callable[[Facts, Answer], None]


class Reach(StrEnum):
    """Which of a party's people a notice goes to."""

    THIS = "this"  # the one whose dispatch the act is about, or who has the job
    RIVALS = "rivals"  # every other subcontractor whose offer was still open
    ALL_ASKED = "all_asked"  # every subcontractor still concerned, this one included


@dataclass(frozen=True)
class Meanwhile:
    """A ticket at the moment when a message about it leaves, and what the message says of it.

    told, told_slots: the appointment and the proposed slots that it names.
    kept: whether the company that the act was about has the job yet; None when it was about none.
    undecided: the kinds of its amounts that wait for a yes or no.
    """

    phase: Phase
    standing: Standing | None = None  # of the company that it goes to
    kept: bool | None = None
    appointment: datetime | None = None
    told: datetime | None = None
    slots: tuple[datetime, ...] = ()
    told_slots: tuple[datetime, ...] = ()
    undecided: tuple[ChargeKind, ...] = ()


@dataclass(frozen=True)
class Still:
    """What must still hold for a message to be worth sending; what is left out does not matter (M12).

    standing: where the company that it goes to stands. phase: where the ticket is.
    appointment: the visit that it names is the one agreed, by the company that has the job.
    slots: the dates that it asks about wait for their answer.
    undecided: the amount that it asks about waits for its answer.
    """

    standing: tuple[Standing, ...] = ()
    phase: tuple[Phase, ...] = EVERY_PHASE
    appointment: bool = False
    slots: bool = False
    undecided: ChargeKind | None = None

    def broken_by(self, now: Meanwhile) -> str:
        """Why nobody wants the message any more, in a word of the program; empty while it is wanted."""
        if self.standing and now.standing not in self.standing:
            return "no longer asked"
        if now.phase not in self.phase:
            return "ticket over" if now.phase.over else "ticket goes on"
        if self.appointment and (now.told != now.appointment or now.kept is False):
            return "another appointment"
        if self.slots and now.told_slots != now.slots:
            return "dates no longer asked"
        if self.undecided and self.undecided not in now.undecided:
            return "decided meanwhile"
        return ""


ALWAYS = Still()


@dataclass(frozen=True)
class Notice:
    """What somebody is told once the act is done.

    sms: one segment of GSM-7 with the link last; empty when no text message is due.
    subject, email: the mail; `email` may be empty when the subject says it all.
    button: the words on the mail's one button.
    calendar: whether the mail carries the appointment.
    order: whether the mail carries the ticket's attachments (S016).
    reminder: whether it waits for the end of quiet hours.
    receipt: whether it goes even to the party that did the act; with the appointment, by mail alone. One
        with the appointment always does where a visit was agreed with somebody: calendars follow.
    farewell: whether it goes to a guest whose link is being withdrawn; that page then says so.
    still: what must be true yet when it leaves (M12); whatever it says is, when it is written.
    when: tells from the facts before the act, and the answer, whether it is due at all.
    """

    to: Party
    sms: Message = Message("")
    subject: Message = Message("")
    email: Message = Message("")
    button: Message = _("Open the request")
    reach: Reach = Reach.THIS
    calendar: bool = False
    order: bool = False
    reminder: bool = False
    receipt: bool = False
    farewell: bool = False
    still: Still = ALWAYS
    when: Callable[[Facts, Answer], bool] = lambda facts, answer: True


@dataclass(frozen=True)
class Alarm:
    """A deadline that starts: at `due_at` the party *clock* does `act`, unless it was stopped before."""

    act: str
    due_at: datetime
    number: int = 1


class Weight(StrEnum):
    """How much room an act takes on a page."""

    PRIMARY = "primary"  # what is asked now
    PLAIN = "plain"  # the other answer
    ASIDE = "aside"  # possible, rarely wanted
    SILENT = "silent"  # no form of its own


def nothing_follows(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return ()


def as_answered(facts: Facts, answer: Answer) -> Answer:
    return answer


def no_alarm(facts: Facts, answer: Answer) -> tuple[Alarm, ...]:
    return ()


@dataclass(frozen=True)
class Act:
    """One thing that can be done.

    label: the words on its button; question: the title above its form.
    line: the sentence that it leaves on the timeline, with the answer's values.
    then: what comes next, said to the one who did it (S040).
    codes: for each field that holds a code, what each code means.
    standing: where the subcontractor must stand; None: anywhere, or no dispatch at all.
    after: which act of its own track must have come last; None: any.
    instead: the act recorded when this one comes too late, so that the attempt leaves a trace (R03).
    owed_by, on_silence: for an act of the clock, who lets it come and what it will do.
    settles: the manager's tasks that this act does away with.
    strict: refused when the ticket changed since its form was shown (R08).
    open_if, not_by: what else the facts must say; the one party that may not, whoever else may.
    only: which of those who may do it do so by the rules of this ticket; None: all of them.
    bars: why it is not for this party, although it is open: said to whoever tries.
    asked_if: whether it is what is asked now; None: whenever its weight is primary.
    due: for an act of the clock, the instants at which it falls due as the facts stand now; they are
        computed again after every act, and each fires once.
    of_company: for an act of the clock, whether it is the company's own matter: its deadline goes on when the
        job is another's, or over.
    keeps_clocks: whether it changes nothing that a deadline depends on.
    icon: its picture on the timeline, where that is not its exchange's.
    written: what of an answer the journal and the messages keep, with what follows from it.
    """

    name: str
    by: tuple[Party, ...]
    label: Message
    line: Message
    form: type[Any]
    question: Message | None = None
    then: Message | None = None
    when: tuple[Phase, ...] = LIVE
    standing: tuple[Standing | None, ...] | None = None
    after: tuple[str | None, ...] | None = None
    leads_to: Phase | Callable[[Facts], Phase] | None = None
    rules: tuple[Rule, ...] = ()
    effects: Callable[[Facts, Answer], tuple[Effect, ...]] = nothing_follows
    notices: tuple[Notice, ...] = ()
    alarms: Callable[[Facts, Answer], tuple[Alarm, ...]] = no_alarm
    codes: Mapping[str, Mapping[str, Message]] = field(default_factory=dict)
    weight: Weight = Weight.PLAIN
    instead: str | None = None
    owed_by: Party | None = None
    on_silence: Message | None = None
    settles: tuple[Task, ...] = ()
    strict: bool = False
    open_if: Callable[[Facts], bool] = lambda facts: True
    not_by: Callable[[Facts], Party | None] = lambda facts: None
    only: Callable[[Facts], Sequence[Party]] | None = None
    bars: Callable[[Party, Facts], Message | None] = lambda party, facts: None
    asked_if: Callable[[Facts], bool] | None = None
    due: Callable[[Facts], Sequence[datetime]] | None = None
    of_company: bool = False
    keeps_clocks: bool = False
    icon: str = ""
    written: Callable[[Facts, Answer], Answer] = as_answered

    @property
    def exchange(self) -> str:
        return self.name.partition(".")[0]

    def open_to(self, party: Party, facts: Facts) -> bool:
        """Whether this party could do the act now, whatever it answers."""
        last = facts.last(self.exchange) if self.after is not None else None
        return (
            party in self.by
            and party is not self.not_by(facts)
            and (self.only is None or party in self.only(facts))
            and facts.phase in self.when
            and (self.standing is None or facts.standing in self.standing)
            and (self.after is None or (last.act if last else NOTHING) in self.after)
            and self.open_if(facts)
        )

    def asked_now(self, party: Party, facts: Facts) -> bool:
        """Whether it is the one thing that this party's page asks before all else."""
        urges = self.weight is Weight.PRIMARY if self.asked_if is None else self.asked_if(facts)
        return urges and self.open_to(party, facts)

    def phase_after(self, facts: Facts) -> Phase:
        """The phase of the ticket once the act is done."""
        if self.leads_to is None:
            return facts.phase
        return self.leads_to if isinstance(self.leads_to, Phase) else self.leads_to(facts)

    def play(self, party: Party, facts: Facts, answer: Answer) -> "Outcome":
        """Try the act; return what follows from it. Nothing is written.

        Raises TooLate when it is not this party's turn (R07, R09, R10), Refused when a rule says no.
        """
        if not self.open_to(party, facts):
            raise too_late(facts)
        if (why_not := self.bars(party, facts)) is not None:
            raise Refused(why_not)
        for rule in self.rules:
            rule(facts, answer)
        return Outcome(
            phase=self.phase_after(facts),
            effects=self.effects(facts, answer),
            notices=tuple((i, n) for i, n in enumerate(self.notices) if n.when(facts, answer)),
            alarms=self.alarms(facts, answer),
        )


def too_late(facts: Facts) -> TooLate:
    """Why an act is closed, in the words of the person who tried it (L19, R03, R07, R09)."""
    if facts.phase is Phase.CANCELLED:
        return TooLate(_("This job is cancelled. Do not go."), "ticket.closed")
    if facts.phase is Phase.CLOSED:
        return TooLate(_("This job is closed. You can still send a message."), "ticket.closed")
    if facts.taken_at and facts.standing not in (None, Standing.ASSIGNED):
        return TooLate(_("Given to another company at %(at)s.", at=HourOf(facts.taken_at)), "ticket.taken")
    if facts.standing is Standing.RECALLED:
        return TooLate(_("This offer was withdrawn. You have nothing to do."), "version.conflict")
    return TooLate(_("This is not possible at this step. The job has changed meanwhile."), "step.not_allowed")


@dataclass(frozen=True)
class Outcome:
    """What follows from an act: the desk writes it whole or not at all. Notices keep their number."""

    phase: Phase
    effects: tuple[Effect, ...]
    notices: tuple[tuple[int, Notice], ...]
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True)
class Exchange:
    """One kind of exchange: its name, its title and its acts, in the order they are shown.

    of_ticket: its acts belong to the ticket as a whole, not to one subcontractor's dispatch.
    samples: an example answer for each act that asks something; tests and documents use them.
    icon: the picture beside its acts on the timeline.
    """

    name: str
    title: Message
    acts: tuple[Act, ...]
    of_ticket: bool = False
    icon: str = "file"
    samples: Mapping[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        strays = [act.name for act in self.acts if act.exchange != self.name]
        if strays:
            raise ValueError(f"acts of another exchange in {self.name!r}: {strays}")
