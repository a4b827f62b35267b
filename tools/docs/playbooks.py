"""docs/playbooks.md: what each playbook that comes with the program asks, of whom, by when."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from fieldtickets.domain.acts import Act, Answer, Done, Facts
from fieldtickets.domain.effects import Slot
from fieldtickets.domain.parties import PARTY_NAMES, Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import PLAYBOOKS, Playbook, Rung
from fieldtickets.exchanges import ACTS, EXCHANGES
from fieldtickets.language import Reader, say
from fieldtickets.web.guides.guide import lasting
from tools.docs import texts
from tools.docs.tables import table

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SAMPLES = {name: answer for exchange in EXCHANGES for name, answer in exchange.samples.items()}
STANDINGS = (None, Standing.OFFERED, Standing.ASSIGNED, Standing.LOST)

INTRODUCTION = """# Playbooks

Made by `make docs` from `fieldtickets/domain/playbooks.py` and `fieldtickets/exchanges/`. A playbook is the
set of rules that a ticket follows. An administrator copies one and changes its numbers on the page
"Settings, Rules"; a ticket keeps the version that it started with. An empty value is a rule that does not
exist. Every day counts, unless `working_days` says otherwise. Amounts are without VAT. The texts in the other
languages are in [texts.md](texts.md).
"""


def page() -> str:
    """The whole page."""
    return "\n".join((INTRODUCTION, *map(of_playbook, PLAYBOOKS.values())))


def of_playbook(playbook: Playbook) -> str:
    """One playbook: its numbers, its acts, its clocks and what they say."""
    possible = [act for act in ACTS.values() if happens(act, playbook)]
    clocks = [act for act in possible if act.on_silence is not None]
    return "\n".join(
        (
            f"## `{playbook.name}`\n",
            "### Numbers\n",
            table(("rule", "value"), numbers(playbook)),
            "### Acts\n",
            table(("exchange", "acts"), acts(possible)),
            "### Clocks\n",
            table(("act", "owed by", "what silence does"), map(clock, clocks)),
            "### What the clocks send\n",
            table(("act", "to", "text"), (row for act in clocks for row in sent(act))),
        )
    )


def numbers(playbook: Playbook) -> Iterator[tuple[str, str]]:
    """Each rule with its value in words."""
    for field in dataclasses.fields(Playbook):
        if field.name not in ("name", "version"):
            yield f"`{field.name}`", value(field.name, getattr(playbook, field.name))


def value(name: str, told: object) -> str:
    """A rule's value with its unit."""
    match told:
        case bool():
            return "yes" if told else "no"
        case timedelta():
            return say(lasting(told), Reader("en"))
        case Rung():
            limit = "" if told.at_most_cents is None else f", at most {told.at_most_cents / 100:.2f}"
            step = (
                f", cancelled later than {value(name, told.before)} before the visit"
                if name == "ladder"
                else ""
            )
            return f"{told.percent} %{limit}{step}"
        case tuple():
            return "<br>".join(value(name, one) for one in told)
        case int() if name.endswith("_cents"):
            return f"{told / 100:.2f}"
        case None:
            return ""
    return str(told)


def acts(possible: list[Act]) -> Iterator[tuple[str, str]]:
    """The acts that people do, by exchange."""
    for exchange in EXCHANGES:
        done = [act for act in exchange.acts if act in possible and set(act.by) - {Party.CLOCK}]
        if done:
            yield exchange.title, "<br>".join(f"`{act.name}` {act.label}" for act in done)


def clock(act: Act) -> tuple[str, str, str]:
    """What the clock does, whose silence it is, and what it does."""
    owed_by = PARTY_NAMES[act.owed_by] if act.owed_by else ""
    return f"`{act.name}` {act.label}", owed_by, act.on_silence or ""


def sent(act: Act) -> Iterator[tuple[str, str, str]]:
    """The text message of each notice in English; the mail's subject where there is none."""
    values = {**texts.ORDINARY, "answer": SAMPLES.get(act.name, {"number": 1})}
    for number, notice in enumerate(act.notices):
        words = texts.worded(act, number, "en", values)
        text = words.sms(texts.LINK) if notice.sms else f"(mail) {words.subject}"
        yield f"`{act.name}`", notice.to.value, text


def happens(act: Act, playbook: Playbook) -> bool:
    """Whether any party could do the act on some ticket of this playbook; a deadline also has its hour."""
    return any(
        act.open_to(party, facts) and (act.due is None or bool(act.due(facts)))
        for facts in states(act, playbook)
        for party in act.by
    )


def examples(name: str) -> Iterator[Answer]:
    """What an act may have answered; a report also without the signature, which then comes afterwards."""
    answer = SAMPLES.get(name, {})
    yield answer
    if "signature" in answer:
        yield {key: value for key, value in answer.items() if key != "signature"}


def states(act: Act, playbook: Playbook) -> Iterator[Facts]:
    """Tickets in every phase, with and without what the act may need to have happened before."""
    before = {*(act.after or ()), *(one.name for one in ACTS.values() if one.exchange == act.exchange)}
    names = sorted(filter(None, before))
    pasts = [(), *((Done(name, NOW, answer),) for name in names for answer in examples(name))]
    slot = Slot(NOW)
    for phase in Phase:
        for standing in STANDINGS:
            for past in pasts:
                bare = Facts(phase, NOW, playbook=playbook, standing=standing, history=past)
                dated = dataclasses.replace(
                    bare, appointment=slot, has_customer=True, price_cents=120_00, has_approver=True
                )
                yield bare
                yield dated
                yield dataclasses.replace(dated, kind="quote", proposed=(slot,), proposed_by=Party.MANAGER)
                yield dataclasses.replace(dated, proposed=(slot,), proposed_by=Party.SUBCONTRACTOR)
