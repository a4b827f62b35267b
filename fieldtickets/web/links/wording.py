"""What a page says first: where the job stands for this party, and what accepting means."""

from dataclasses import dataclass

from fieldtickets.domain.acts import Done, Facts
from fieldtickets.domain.effects import ChargeKind
from fieldtickets.domain.parties import OF_THE_COMPANY, Party
from fieldtickets.domain.phases import REPORTED, Phase, Standing
from fieldtickets.domain.playbooks import Asks
from fieldtickets.domain.words import HourOf, Message, _
from fieldtickets.exchanges.completion import expired
from fieldtickets.exchanges.reckoning import confirmed
from fieldtickets.exchanges.under_way import done_now, leaves_at, nobody_opens
from fieldtickets.store.models import Subcontractor


@dataclass(frozen=True)
class Banner:
    """Where things stand: a title, a sentence, and a tone (go, info, warn, stop)."""

    tone: str
    title: Message
    text: Message = Message("")


NOTHING = Message("")
NOTHING_TO_DO = _("You have nothing to do.")

STANDINGS = {
    Standing.RECALLED: Banner(
        "info", _("This offer was withdrawn."), _("You have nothing to do. Do not go.")
    ),
    Standing.WITHDRAWN: Banner("info", _("You gave this job back."), _("Do not go.")),
    Standing.REFUSED: Banner("info", _("You refused this job."), _("Changed your mind? It is still free.")),
    Standing.STAND_BY: Banner("info", _("You are on stand-by."), _("If the job is free, we ask you first.")),
    Standing.LOST: Banner("info", _("This job is not free at the moment."), NOTHING_TO_DO),
}


UNDER_WAY = {
    "visit.on_my_way": ("go", _("%(company)s arrives between %(soonest)s and %(latest)s."), Message("")),
    "visit.late": ("warn", _("%(company)s is late and comes at %(hour)s."), Message("")),
    "visit.arrive": ("go", _("%(company)s is on site."), Message("")),
    "visit.start": ("go", _("%(company)s is on site."), Message("")),
    "visit.customer_absent": ("warn", _("%(company)s is at your door."), _("Please open, or call.")),
    "visit.nobody_came": ("warn", _("We ask %(company)s where it is."), _("The manager is told as well.")),
}


COMING = {
    "visit.on_my_way": ("go", _("You are expected between %(soonest)s and %(latest)s.")),
    "visit.late": ("warn", _("You are late, and expected at %(hour)s.")),
    "visit.nobody_came": ("warn", _("The customer waits for you.")),
    "visit.arrive": ("go", _("You are on site.")),
    "visit.start": ("go", _("You are on site.")),
}
UNLESS = _("Was there a reason? Write to the manager.")
BILLED = {
    "invoice.submit": _("Your invoice is being checked."),
    "invoice.approve": _("Your invoice is approved and will be paid."),
    "invoice.pay": _("Your invoice is paid."),
}


def banner(party: Party, facts: Facts, company: Subcontractor | None) -> Banner | None:
    """The sentence about the state of the job, None while a question says it all."""
    if party is Party.DELEGATE and facts.standing is not Standing.ASSIGNED:
        return Banner("stop", _("This job is not yours any more."), _("Do not go."))
    if party not in OF_THE_COMPANY:
        return _for_the_approver(facts) if party is Party.APPROVER else _for_the_customer(facts, company)
    if facts.phase is Phase.CANCELLED:
        reason = _reason(facts) if facts.standing is Standing.ASSIGNED else Message("")
        return Banner("stop", _("This job is cancelled. Do not go."), reason)
    if facts.phase is Phase.CLOSED and expired(facts):
        return Banner("stop", _("Nobody declared the work in time: it is not billed."), UNLESS)
    if facts.phase is Phase.CLOSED:
        return Banner("info", _("This job is closed."), _("You can read it, and still send a message."))
    if facts.standing is Standing.ASSIGNED:
        return _waiting(facts) or _for_the_company(party, facts)
    if facts.taken_at:
        return _taken(facts)
    return STANDINGS.get(facts.standing) if facts.standing else None


def _for_the_company(party: Party, facts: Facts) -> Banner | None:
    """Where it stands itself: to come, on its way, at work, done; how its invoice fares is the office's."""
    if facts.phase in REPORTED:
        last = facts.last("invoice") if party is Party.SUBCONTRACTOR else None
        return Banner("go", _("The work is done."), BILLED.get(last.act, NOTHING) if last else NOTHING)
    if (last := done_now(facts, *UNDER_WAY)) and last.act in COMING:
        tone, title = COMING[last.act]
        return Banner(tone, title.given(**_hours(last)))
    return _appointment(_("You come %(at)s."), facts) if facts.appointment else None


def _hours(told: Done) -> dict[str, object]:
    """The hours that were said with an act of the visit."""
    answer = told.answer
    return {"soonest": answer.get("soonest"), "latest": answer.get("latest"), "hour": answer.get("new_hour")}


def _taken(facts: Facts) -> Banner:
    """Told to those who lost: since when, never by whom (S006, O08)."""
    at = HourOf(facts.taken_at) if facts.taken_at else None
    title = _("Another company has the job since %(at)s.", at=at)
    if facts.standing is Standing.STAND_BY:
        return Banner("info", title, _("You are on stand-by: if it is free again, we ask you first."))
    return Banner("info", title, _("You have nothing to do. Thank you for your answer."))


def _for_the_approver(facts: Facts) -> Banner | None:
    """Nothing but a yes or no is asked of an approver; for as long as nothing is, that is said."""
    if facts.phase.over:
        return Banner("info", _("This job is closed."), _("You can read it, and still send a message."))
    if facts.waiting(ChargeKind.QUOTE) or facts.waiting(ChargeKind.EXTRA):
        return None
    return Banner("info", _("There is nothing to decide at the moment."), _("We write to you when there is."))


def _for_the_customer(facts: Facts, company: Subcontractor | None) -> Banner:
    if facts.phase is Phase.CANCELLED:
        return Banner("stop", _("The visit is cancelled."), _reason(facts))
    if facts.phase is Phase.CLOSED:
        return Banner("info", _("This job is closed."), _("You can read it, and still send a message."))
    if facts.phase in REPORTED:
        return Banner("go", _("The work is done."), _("Something is not right? Write to us."))
    if company is None:
        return Banner("info", _("We are looking for a company."), _("We tell you as soon as one comes."))
    if facts.appointment is None:
        return _date_to_come(facts, company.name)
    if (on_its_way := _under_way(facts, company.name)) is not None:
        return on_its_way
    sure = _("The company has confirmed it.") if confirmed(facts) else Message("")
    return _appointment(_("%(company)s comes %(at)s.", company=company.name), facts, sure)


def _waiting(facts: Facts) -> Banner | None:
    """How long who stands before a shut door has to wait (S083)."""
    until = leaves_at(facts)
    if until is None or not nobody_opens(facts):
        return None
    if facts.now < until:
        return Banner("warn", _("The customer is told. You may leave at %(at)s.", at=HourOf(until)))
    return Banner("go", _("You may leave now."), _("Say that the work could not be done, and why."))


def _under_way(facts: Facts, company: str) -> Banner | None:
    """Where the company is that comes, as it said itself (S073, S081)."""
    last = done_now(facts, *UNDER_WAY)
    if last is None:
        return None
    tone, title, text = UNDER_WAY[last.act]
    return Banner(tone, title.given(company=company, **_hours(last)), text)


def _date_to_come(facts: Facts, company: str) -> Banner:
    title = _failed(facts) or _("%(company)s does the work.", company=company)
    if facts.proposed_by is Party.CUSTOMER:
        return Banner("info", title, _("It has your dates, and still has to say yes."))
    return Banner("info", title, Message("") if facts.proposed else _("You agree on a date together."))


def _failed(facts: Facts) -> Message | None:
    """Why this company has to come again."""
    last = next((one for one in reversed(facts.history) if one.act in ("visit.fail", "offer.accept")), None)
    if last is None or last.act != "visit.fail":
        return None
    if last.answer.get("reason") == "customer_absent":
        return _("Nobody opened at the visit.")
    return _("The work could not be done at the visit.")


def _appointment(sentence: Message, facts: Facts, more: Message = NOTHING) -> Banner:
    assert facts.appointment
    return Banner("go", sentence.given(at=facts.appointment.starts_at), more)


def _reason(facts: Facts) -> Message:
    """Why it was cancelled, as it was typed."""
    last = facts.last("ticket.cancel")
    return Message("%(reason)s", {"reason": last.answer.get("reason", "")}) if last else Message("")


def condition(facts: Facts) -> Message | None:
    """What accepting promises, said before the button (S011, S012)."""
    if facts.standing is not Standing.OFFERED:
        return None
    if facts.playbook.asks_on_accept is Asks.CALL:
        return _("By accepting you say: I can call the customer at once, and I am free in the next few days.")
    if facts.appointment_fixed and facts.appointment:
        return _("By accepting you confirm that you come %(at)s.", at=facts.appointment.starts_at)
    return _("By accepting you confirm that you come at the hour you choose.")
