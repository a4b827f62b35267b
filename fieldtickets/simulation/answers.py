"""What people type into the forms of acts, and which act they choose among those that are possible."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from fieldtickets.domain.acts import Act, Facts, Weight
from fieldtickets.domain.fees import cost_of_cancelling
from fieldtickets.domain.parties import Party
from fieldtickets.exchanges import ACTS
from fieldtickets.simulation.people import GUESTS, Habit

Typed = Mapping[str, Any]

NOTHING, AT_DESK = 8.0, 3.0  # how likely it is that somebody, or the manager, does nothing; see below
WEIGHTS: Mapping[Party, Mapping[str, float]] = {
    Party.SUBCONTRACTOR: {
        "offer.accept": 6,
        "offer.refuse": 6,
        "offer.stand_by": 4,
        "offer.withdraw": 0.4,
        "appointment.propose": 5,
        "call.log": 6,
        "presence.deny": 4,
        "visit.late": 2,
        "visit.customer_absent": 60,
        "visit.fail": 0.5,
        "visit.customer_cancels": 0.3,
        "visit.cannot_come": 0.5,
        "extra.propose": 4,
        "quote.submit": 0.3,
        "quote.decline": 2,
        "completion.submit": 12,
        "invoice.submit": 1,
        "document.submit": 0.3,
        "delegate.create": 0.8,
        "delegate.revoke": 0.3,
        "message.write": 0.15,
    },
    Party.DELEGATE: {"visit.customer_absent": 60, "visit.fail": 0.5, "message.write": 0.1},
    Party.CUSTOMER: {
        "appointment.propose": 1.5,
        "extra.refuse": 3,
        "visit.nobody_came": 6,
        "completion.sign": 2,
        "fee.contest": 5,
        "ticket.cancel": 0.4,
        "message.write": 0.15,
    },
    Party.APPROVER: {"message.write": 0.1},
    Party.MANAGER: {
        "offer.recall": 1,
        "offer.remind": 1,
        "completion.return": 1,
        "completion.except": 2,
        "quote.return": 2,
        "quote.refuse": 1,
        "approval.ask": 4,
        "extra.refuse": 2,
        "invoice.dispute": 2,
        "fee.uphold": 3,
        "link.replace": 0.1,
        "link.resend": 0.1,
        "link.revoke": 0.03,
        "customer.correct": 0.05,
        "message.write": 0.2,
        "ticket.amend": 0.05,
        "ticket.cancel": 0.15,
        "ticket.close": 0.5,
        "ticket.reopen": 0.05,
        "ticket.settle": 12,
    },
}
FROM_START: Mapping[str, timedelta] = {  # of the visit: before this nobody thinks of it
    "visit.on_my_way": timedelta(minutes=-50),
    "visit.late": timedelta(minutes=-40),
    "visit.arrive": timedelta(minutes=-10),
    "visit.start": timedelta(minutes=-5),
    "visit.customer_absent": timedelta(minutes=12),
    "visit.fail": timedelta(minutes=10),
    "visit.customer_cancels": timedelta(minutes=5),
    "visit.nobody_came": timedelta(minutes=35),
    "extra.propose": timedelta(minutes=15),
    "completion.submit": timedelta(minutes=45),
}
AT_THE_VISIT = tuple(timedelta(minutes=minutes) for minutes in (-45, -5, 16, 50))
MOMENTS = {  # of the visit, at which somebody thinks of it without being told
    Party.SUBCONTRACTOR: AT_THE_VISIT,
    Party.DELEGATE: AT_THE_VISIT,
    Party.CUSTOMER: (timedelta(minutes=40),),
}
ON_SITE = frozenset(FROM_START) - {"visit.nobody_came"}
URGES: Mapping[Party, Mapping[str, float]] = {  # how often the first thought is this, whatever is asked
    Party.SUBCONTRACTOR: {"extra.propose": 0.15},
    Party.CUSTOMER: {"fee.contest": 0.5, "ticket.cancel": 0.1},
    Party.MANAGER: {"approval.ask": 0.3, "fee.uphold": 0.5},
}
THOUGHT_OF = {
    party: tuple(
        act
        for act in ACTS.values()
        if party in act.by and (act.weight is not Weight.SILENT or act.name in weights)
    )
    for party, weights in WEIGHTS.items()
}
RARE = (ACTS["ticket.reopen"], ACTS["offer.stand_by"])  # asked first on a page, and yet seldom wanted
OFTEN = 3  # times that anybody does the same on one ticket by choice


@dataclass(frozen=True)
class Look:
    """Somebody looks at what is possible. comes: to the visit; opens: whether the customer is at home."""

    party: Party
    facts: Facts
    habit: Habit
    chance: Random
    comes: bool = True
    opens: bool = True


def chosen(look: Look) -> Act | None:
    """What is asked, most of the time; else something else that is possible, or nothing."""
    possible = [act for act in THOUGHT_OF[look.party] if may(act, look)]
    urgent = next((act for act in possible if urges(act, look)), None)
    if urgent is not None:
        return urgent
    asked = next((act for act in possible if act.asked_now(look.party, look.facts) and act not in RARE), None)
    if asked and look.chance.random() >= look.habit.odd:
        return asked
    weights = [weight(act, look) for act in possible]
    nothing = AT_DESK if look.party is Party.MANAGER else NOTHING
    act: Act | None = look.chance.choices([None, *possible], [nothing, *weights])[0]
    return act


def may(act: Act, look: Look) -> bool:
    """Whether the moment of an act has come, and it could be done."""
    if act.name == "visit.customer_absent" and look.opens:
        return False
    if act.name in ON_SITE and not (look.comes and is_time(act, look.facts)):
        return False
    return act.open_to(look.party, look.facts) and (
        act.name != "visit.nobody_came" or is_time(act, look.facts)
    )


def urges(act: Act, look: Look) -> bool:
    """Whether somebody has set their mind on an act; less each time that it was done."""
    often = URGES.get(look.party, {}).get(act.name, 0.0)
    if act.name == "ticket.cancel" and not cost_of_cancelling(look.facts):
        return False  # plans change at the last moment
    return often > 0 and look.chance.random() < often / (1 + times_done(act, look))


def is_time(act: Act, facts: Facts) -> bool:
    """Whether the hour of an act on site has come; without an appointment it always has."""
    return facts.appointment is None or facts.now >= facts.appointment.starts_at + FROM_START[act.name]


def weight(act: Act, look: Look) -> float:
    """How likely an act is by choice: less each time that it was done, and never too often."""
    done = times_done(act, look)
    likely = WEIGHTS[look.party].get(act.name, 1.0)
    if act.name.startswith("quote.") and look.facts.kind == "quote":
        likely *= 8
    return 0.0 if done >= OFTEN else likely / (1 + done)


def times_done(act: Act, look: Look) -> int:
    return sum(one.act == act.name for one in look.facts.history)


def comes_back(look: Look) -> datetime | None:
    """When somebody who has nothing to do now looks again by itself: around the visit that is agreed."""
    visit, moments = look.facts.appointment, MOMENTS.get(look.party, ())
    if visit is None or not look.comes:
        return None
    ahead = (visit.starts_at + moment + look.habit.behind for moment in moments)
    later = next((instant for instant in ahead if instant > look.facts.now), None)
    return later + timedelta(minutes=look.chance.randrange(1, 9)) if later else None


def typed(act: Act, look: Look, number: int) -> Typed:
    """The form of an act as somebody fills it. number: of the ticket."""
    fill = FORMS.get(act.name)
    return fill(look, number) if fill else {}


def a_date(look: Look, suffix: str = "") -> Typed:
    """A day within the week, at an hour of work."""
    there = look.facts.now.astimezone(ZoneInfo(look.facts.zone))
    day = there.date() + timedelta(days=look.chance.randrange(1, 7))
    hour = f"{look.chance.randrange(8, 19):02}:{look.chance.choice(('00', '30'))}"
    return {f"date{suffix}": day.isoformat(), f"time{suffix}": hour}


def accepts(look: Look, number: int) -> Typed:
    return a_date(look) if look.facts.asks_date else {}


def proposes(look: Look, number: int) -> Typed:
    if look.party is not Party.CUSTOMER and look.facts.has_customer and look.chance.random() < 0.4:
        return {**a_date(look), "agreed_with_customer": "y"}
    return {**a_date(look), **a_date(look, "_2")}


def agrees(look: Look, number: int) -> Typed:
    ahead = [slot for slot in look.facts.proposed if slot.starts_at > look.facts.now]
    return {"slot": str(look.chance.choice(ahead or look.facts.proposed).number)}


def calls(look: Look, number: int) -> Typed:
    outcome = "reached" if look.opens else look.chance.choice(("no_answer", "no_answer", "wrong_number"))
    return {"outcome": outcome, "channel": look.chance.choice(("phone", "sms")), "checked": ["introduce"]}


def prices(look: Look, number: int) -> Typed:
    return {"amount_net": f"{look.chance.randrange(8, 90) * 10}.50", "vat_rate": "10", "lead_days": "3"}


def adds(look: Look, number: int) -> Typed:
    return {"description": "The tap leaks too", "units": "2", "unit_price": "35", "vat_rate": "10"}


def reports(look: Look, number: int) -> Typed:
    signed = {"signer_name": f"Customer {number}", "signature": SIGNATURE}
    proof = signed if look.opens else {"no_signature_reason": "Nobody at home"}
    photos = [photo(name) for name in ("before.png", "after.png")]
    return {"done": "New trap", "minutes": "45", "payment": "invoice", "photos": photos, **proof}


def signs(look: Look, number: int) -> Typed:
    return {"signer_name": f"Customer {number}", "signature": SIGNATURE}


def bills(look: Look, number: int) -> Typed:
    net = look.facts.price_cents or 10000
    vat = net // 5
    totals = {"total_net": euros(net), "total_vat": euros(vat), "total_gross": euros(net + vat)}
    sent = [one for one in look.facts.history if one.act == "invoice.submit"]
    last = look.facts.last("invoice")
    again = len(sent) - (last is not None and last.act == "invoice.dispute")  # corrected, it keeps its number
    return {
        "number": f"F-{number}-{again}",
        "date": look.facts.now.date().isoformat(),
        "file": paper(),
        **totals,
    }


def sends_paper(look: Look, number: int) -> Typed:
    ends = look.facts.now.date() + timedelta(days=look.chance.randrange(5, 60))
    kind = look.chance.choice(("insurance", "vigilance", "registration"))
    return {"kind": kind, "file": paper(), "expires_on": ends.isoformat()}


def sends_somebody(look: Look, number: int) -> Typed:
    return {"name": "Sofiane", "phone": f"{GUESTS}{number % 10_000:04}"}


def asks_approver(look: Look, number: int) -> Typed:
    return {"name": "The owner", "email": f"owner-{number}@simulation.example"}


def cancels(look: Look, number: int) -> Typed:
    source = "customer" if look.party is Party.CUSTOMER else look.chance.choice(("manager", "subcontractor"))
    return {"source": source, "reason": "No longer needed"}


def corrects(look: Look, number: int) -> Typed:
    return {"email": f"customer-{number}@simulation.example", "replace_link": "y"}


def writes(look: Look, number: int) -> Typed:
    to = whose(look, number) if look.party is Party.MANAGER else {}
    return {**to, "body": "When exactly does somebody come?"}


def whose(look: Look, number: int) -> Typed:
    return {"to": "subcontractor" if look.facts.standing else "customer"}


def says(**words: str) -> Callable[[Look, int], Typed]:
    """A form that is always filled alike."""
    return lambda look, number: words


def refuses(look: Look, number: int) -> Typed:
    return {"reason": look.chance.choice(("no_time", "too_far", "price"))}


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def paper() -> tuple[bytes, str]:
    """The smallest PDF that is whole."""
    return b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n0\n%%EOF\n", "paper.pdf"


def photo(name: str) -> tuple[bytes, str]:
    """A picture of one point."""
    return bytes.fromhex(PICTURE), name


PICTURE = (
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000"
    "000301010018dd8db00000000049454e44ae426082"
)
SIGNATURE = json.dumps([[[100, 100], [180, 60], [260, 140]], [[300, 90], [420, 110]]])
FORMS: Mapping[str, Callable[[Look, int], Typed]] = {
    "offer.accept": accepts,
    "offer.refuse": refuses,
    "offer.withdraw": says(reason="expertise", told_customer="yes"),
    "appointment.propose": proposes,
    "appointment.agree": agrees,
    "call.log": calls,
    "presence.deny": says(reason="The van is broken"),
    "visit.on_my_way": says(eta_minutes="25"),
    "visit.arrive": says(position="45.764,4.836"),
    "visit.late": says(minutes="30"),
    "visit.fail": says(reason="no_access", comment="The cellar is locked"),
    "visit.customer_cancels": says(comment="Found somebody else"),
    "visit.cannot_come": says(comment="The van is broken"),
    "approval.ask": asks_approver,
    "extra.propose": adds,
    "quote.submit": prices,
    "quote.decline": refuses,
    "quote.return": says(comment="Without taking it down, please"),
    "completion.submit": reports,
    "completion.sign": signs,
    "completion.return": says(comment="The photo of the trap is missing"),
    "completion.except": says(reason="The telephone was stolen", customer_agreed="y"),
    "invoice.submit": bills,
    "invoice.dispute": says(comment="The VAT is wrong"),
    "document.submit": sends_paper,
    "fee.contest": says(comment="The bell is broken, and I was there"),
    "delegate.create": sends_somebody,
    "message.write": writes,
    "ticket.cancel": cancels,
    "ticket.amend": says(access="Second floor, code 4B21"),
    "ticket.reopen": says(reason="It leaks again"),
    "customer.correct": corrects,
    "link.replace": whose,
    "link.resend": whose,
    "link.revoke": whose,
}
