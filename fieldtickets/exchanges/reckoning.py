"""What exchanges reckon from the facts: since when a date stands, is it confirmed, who was called."""

from dataclasses import replace
from datetime import datetime

from fieldtickets.domain.acts import Answer, Done, Facts
from fieldtickets.domain.deadlines import at_site, outside_quiet_hours
from fieldtickets.domain.phases import Phase, Standing

AGREEING = ("offer.accept", "appointment.agree")
ANSWERS = ("presence.confirm", "presence.deny")
THERE = ("visit.arrive", "visit.start", "visit.customer_absent", "completion.submit")


def last_of(facts: Facts, *acts: str) -> Done | None:
    """The last time that one of these acts was done."""
    return next((done for done in reversed(facts.history) if done.act in acts), None)


def agreed_at(facts: Facts) -> datetime | None:
    """When the appointment that stands was agreed, by whichever act; None when there is none."""
    if facts.appointment is None:
        return None
    return next((done.at for done in reversed(facts.history) if _agrees(done, facts)), None)


def answer_since(facts: Facts, since: datetime | None) -> Done | None:
    """What the company said last of its presence; what it said before the job was reopened is forgotten."""
    answer, reopened = last_of(facts, *ANSWERS), last_of(facts, "ticket.reopen")
    earliest = max((one for one in (since, reopened and reopened.at) if one), default=None)
    return None if answer is None or (earliest and answer.at < earliest) else answer


def confirmed(facts: Facts) -> bool:
    """Whether the company has confirmed the appointment that stands; a new date is confirmed anew (S043)."""
    return _said(facts) == "presence.confirm"


def declined(facts: Facts) -> bool:
    """Whether the company has said that it does not come to the appointment that stands."""
    return _said(facts) == "presence.deny"


def there(facts: Facts) -> bool:
    """Whether the company has said that it is on site, for the appointment that stands."""
    return _done_since_agreed(facts, *THERE)


def set_out(facts: Facts) -> bool:
    """Whether it has left for the appointment that stands, or is there: nobody need ask if it comes."""
    return _done_since_agreed(facts, "visit.on_my_way", *THERE)


def awake(instant: datetime, facts: Facts) -> datetime:
    """The instant, or the end of the quiet hours it falls in where that is still before the visit (M19)."""
    later = outside_quiet_hours(instant, facts.zone)
    too_late = facts.appointment is not None and later >= facts.appointment.starts_at
    return instant if facts.urgent or too_late else later


def held_since(facts: Facts) -> datetime | None:
    """Since when the company has the job: its acceptance, or the day on which the job was reopened."""
    since = last_of(facts, "offer.accept", "ticket.reopen")
    return since.at if since else None


def reached(facts: Facts) -> bool:
    """Whether the company talked to the customer since it accepted."""
    return any(done.answer.get("outcome") == "reached" for done in _calls(facts))


def tries(facts: Facts) -> tuple[int, int]:
    """Calls without an answer since the customer was last reached, and by how many channels (S032)."""
    vain: list[str] = []
    for done in _calls(facts):
        if done.answer.get("outcome") == "reached":
            vain.clear()
        elif done.answer.get("outcome") == "no_answer":
            vain.append(done.answer.get("channel", "phone"))
    return len(vain), len(set(vain))


def tried_enough(facts: Facts) -> bool:
    """Whether "the customer does not answer" is a recognised reason: tries and channels suffice (S035)."""
    count, channels = tries(facts)
    return count >= facts.playbook.call_tries and channels >= facts.playbook.call_channels


def enough_with(facts: Facts, answer: Answer) -> bool:
    """Whether this very call is the one after which there were tries enough."""
    done = Done("call.log", facts.now, answer)
    return not tried_enough(facts) and tried_enough(replace(facts, history=(*facts.history, done)))


def call_owed(facts: Facts) -> bool:
    """Whether the customer is still to be called, before all else (S025, S026)."""
    return (
        facts.playbook.calls_within is not None
        and facts.has_customer
        and (facts.phase, facts.standing) == (Phase.ASSIGNED, Standing.ASSIGNED)
        and not reached(facts)
        and not tried_enough(facts)
    )


def _agrees(done: Done, facts: Facts) -> bool:
    if done.act in AGREEING:
        return True
    if facts.appointment is None or not {"date", "time"} <= done.answer.keys():
        return False
    return at_site(done.answer["date"], done.answer["time"], facts.zone) == facts.appointment.starts_at


def _done_since_agreed(facts: Facts, *acts: str) -> bool:
    done, since = last_of(facts, *acts), agreed_at(facts)
    return done is not None and (since is None or done.at >= since)


def _said(facts: Facts) -> str:
    answer = answer_since(facts, agreed_at(facts)) if facts.appointment else None
    return answer.act if answer else ""


def _calls(facts: Facts) -> list[Done]:
    accepted = last_of(facts, "offer.accept")
    return [
        done
        for done in facts.history
        if done.act == "call.log" and (accepted is None or done.at >= accepted.at)
    ]
