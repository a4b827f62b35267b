"""What the facts say about the visit that is agreed now: what was done for it, and its clocks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fieldtickets.domain.acts import Answer, Done, Facts, Refused, TooLate
from fieldtickets.domain.effects import Task
from fieldtickets.domain.phases import Phase
from fieldtickets.domain.site_codes import plain_code
from fieldtickets.domain.words import _
from fieldtickets.exchanges.appointment import settled_already

BEGIN_ANEW = ("offer.accept", "appointment.agree", "visit.fail", "visit.cannot_come", "ticket.reopen")
MISSED = (Task.INCIDENT, Task.NO_PRESENCE, Task.NO_SHOW)  # no visit so far: over once somebody is there
MISSED_AFTER = timedelta(minutes=5)  # from the start, when a customer may say that nobody came
CLOSE = timedelta(hours=3)  # before the start, from when a page asks first whether somebody left
STEP = timedelta(minutes=5)  # to which an arrival that is only estimated is rounded


def this_visit(facts: Facts) -> list[Done]:
    """What was done for the visit that is agreed now, oldest first: with a new date all begins anew."""
    past: list[Done] = []
    for done in facts.history:
        dated = done.act == "appointment.propose" and settled_already(facts, done.answer)
        if dated or done.act in BEGIN_ANEW:
            past = []
        elif done.exchange == "visit":
            past.append(done)
    return past


def done_now(facts: Facts, *acts: str) -> Done | None:
    """The last time that one of these acts was done for this visit."""
    return next((done for done in reversed(this_visit(facts)) if done.act in acts), None)


def not_there_yet(facts: Facts) -> bool:
    """Whether nobody has said yet that the company is on site."""
    return facts.phase is Phase.ASSIGNED and not is_there(facts)


def is_there(facts: Facts) -> bool:
    """Whether the company said that it is on site."""
    return done_now(facts, "visit.arrive", "visit.start") is not None


def nobody_opens(facts: Facts) -> bool:
    """Whether the customer was reported absent, and no work began since."""
    last = done_now(facts, "visit.customer_absent", "visit.start")
    return last is not None and last.act == "visit.customer_absent"


def expected_at(facts: Facts) -> datetime | None:
    """When the customer expects the company: at the hour agreed, or the later one that it was told (S081)."""
    if facts.appointment is None:
        return None
    late = done_now(facts, "visit.late")
    return facts.appointment.starts_at + timedelta(minutes=late.answer["minutes"] if late else 0)


def leaves_at(facts: Facts) -> datetime | None:
    """When who waits in vain may leave, as an instant (S083); None where the playbook has no such clock."""
    expected = expected_at(facts)
    if expected is None or facts.playbook.leaves_after is None:
        return None
    return expected + facts.playbook.leaves_after


def waited_in_vain(facts: Facts) -> bool:
    """Whether nobody opened until the end of the wait: all that is left is to say so."""
    until = leaves_at(facts)
    return nobody_opens(facts) and (until is None or facts.now >= until)


def missed(facts: Facts) -> bool:
    """Whether the customer may say that nobody came, and has not yet."""
    expected = expected_at(facts)
    late = expected is not None and facts.now >= expected + MISSED_AFTER
    return late and done_now(facts, "visit.nobody_came", "visit.start") is None


def is_near(facts: Facts) -> bool:
    return facts.appointment is not None and facts.now >= facts.appointment.starts_at - CLOSE


def arrival(facts: Facts, minutes: int) -> tuple[datetime, datetime]:
    """Between which instants somebody arrives who says how many minutes it takes.

    A quarter less and a quarter more, to five minutes: a window, not a false minute (S073).
    """
    soon, late = (facts.now + timedelta(minutes=minutes * share) for share in (0.75, 1.25))
    return rounded(soon, 0), rounded(late, 1)


def rounded(instant: datetime, up: int) -> datetime:
    """The instant at a full five minutes: the one before, or the one after when `up` is 1."""
    past = (instant - instant.replace(minute=0, second=0, microsecond=0)) % STEP
    return instant - past + STEP * up if past else instant


def with_arrival(facts: Facts, answer: Answer) -> Answer:
    """The answer with the hours at the site between which somebody comes."""
    soon, late = arrival(facts, answer["eta_minutes"])
    return {**answer, "soonest": at_the_site(facts, soon), "latest": at_the_site(facts, late)}


def with_new_hour(facts: Facts, answer: Answer) -> Answer:
    """The answer with the hour at the site that the agreed one becomes."""
    assert facts.appointment
    new = facts.appointment.starts_at + timedelta(minutes=answer["minutes"])
    return {**answer, "new_hour": at_the_site(facts, new)}


def with_end_of_wait(facts: Facts, answer: Answer) -> Answer:
    """The answer with the instant from which the company may leave."""
    until = leaves_at(facts)
    return {**answer, "leaves_at": until} if until else answer


def at_the_site(facts: Facts, instant: datetime) -> object:
    return instant.astimezone(ZoneInfo(facts.zone)).time().replace(second=0, microsecond=0)


def arrival_is_open(facts: Facts, answer: Answer) -> None:
    """From 30 minutes before the start in home cleaning; at any time elsewhere (S075)."""
    if facts.appointment is None or facts.playbook.arrives_from is None:
        return
    opens_at = facts.appointment.starts_at - facts.playbook.arrives_from
    if facts.now < opens_at:
        raise TooLate(_("You can say that you are there from %(at)s on.", at=opens_at))


def code_hangs_here(facts: Facts, answer: Answer) -> None:
    if "site_code" in answer and plain_code(answer["site_code"]) not in facts.site_codes:
        raise Refused(_("This is not the code of this site. Read it again."), field="site_code")


def customer_had_time(facts: Facts, answer: Answer) -> None:
    """Ten minutes in the marketplace, none in home cleaning: who is early waits for the hour (S085)."""
    expected = expected_at(facts)
    if expected is None:
        return
    from_ = expected + (facts.playbook.absent_after or timedelta())
    if facts.now < from_:
        raise TooLate(_("You can report this from %(at)s on. Please call first.", at=from_))


def wait_is_over(facts: Facts, answer: Answer) -> None:
    """Who leaves because nobody is there has waited as long as the playbook says (S083)."""
    until = leaves_at(facts)
    if answer["reason"] == "customer_absent" and until is not None and facts.now < until:
        raise Refused(_("Please wait until %(at)s. Then you may leave.", at=until), field="reason")
