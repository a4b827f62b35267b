"""docs/lifecycle.md: what may happen to a ticket, drawn from EXCHANGES and nothing else."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from fieldtickets.domain.acts import NOTHING, Act, Exchange, Facts, Notice, Reach
from fieldtickets.domain.effects import Assign, Effect, EndOffers, Release, Slot, Stand
from fieldtickets.domain.parties import PARTY_NAMES, Party
from fieldtickets.domain.phases import EVERY_PHASE, LIVE, PHASE_NAMES, STANDING_NAMES, Phase, Standing
from fieldtickets.domain.playbooks import PLAYBOOKS, Playbook
from fieldtickets.exchanges import EXCHANGES
from fieldtickets.exchanges.fields import NoQuestion
from tools.docs.tables import table

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ALWAYS_DUE = Notice.__dataclass_fields__["when"].default
REACHES = {Reach.THIS: "", Reach.RIVALS: " (the others asked)", Reach.ALL_ASKED: " (all asked)"}
HEAD = ("act", "by", "asks", "in phase", "where the subcontractor stands", "after", "leads to")

INTRODUCTION = """# The life of a ticket

Made by `make docs` from `fieldtickets/exchanges/`. An act of a party is a form on its page; an act of the
clock happens when a deadline passes. `*` marks what must be answered.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        (
            INTRODUCTION,
            "## Phases of the ticket\n",
            table(("phase", "on screen"), ((phase.value, PHASE_NAMES[phase]) for phase in Phase)),
            phases_drawn(),
            "## Where a subcontractor stands\n",
            table(("standing", "on screen"), ((one.value, STANDING_NAMES[one]) for one in Standing)),
            standings_drawn(),
            "## Playbooks\n",
            table(("rule", *PLAYBOOKS), playbook_rows()),
            *(of_exchange(exchange) for exchange in EXCHANGES),
        )
    )


def playbook_rows() -> Iterator[tuple[str, ...]]:
    """Each rule of a playbook, with what the three say; "" where they say nothing."""
    for field in dataclasses.fields(Playbook):
        if field.name != "name":
            told = (getattr(playbook, field.name) for playbook in PLAYBOOKS.values())
            yield f"`{field.name}`", *map(value, told)


def value(told: object) -> str:
    """A rule's value in a word."""
    if isinstance(told, timedelta):
        return duration(told)
    if isinstance(told, bool):
        return "yes" if told else "no"
    return "" if told is None else str(told)


def of_exchange(exchange: Exchange) -> str:
    """One exchange: its acts as a table, who is told, its clocks, and the picture of all that."""
    told = [row for act in exchange.acts for row in notice_rows(act)]
    clocks = [row for act in exchange.acts for row in clock_rows(act)]
    silences = [row for act in exchange.acts for row in silence_rows(act)]
    return "\n".join(
        (
            f"## {exchange.title} (`{exchange.name}`)\n",
            table(HEAD, (act_row(act) for act in exchange.acts)),
            drawn(exchange),
            *section("Who is told", ("act", "whom", "how"), told),
            *section("Clocks", ("started by", "what happens", "after"), clocks),
            *section("Silence", ("act", "owed by", "what silence does"), silences),
        )
    )


def section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A table under its title; nothing at all when it has no row."""
    return (f"### {title}\n", table(head, rows)) if rows else ()


def act_row(act: Act) -> tuple[str, ...]:
    """One act: who, what it asks, when it is open, where it leads."""
    return (
        f"`{act.name}` {act.label}",
        ", ".join(party.value for party in act.by),
        fields(act),
        phases(act.when),
        "" if act.standing is None else values(act.standing, "no dispatch"),
        "" if act.after is None else values(act.after, "nothing yet"),
        ", ".join(phase.value for phase in targets(act)),
    )


def fields(act: Act) -> str:
    """The names of a form's fields."""
    if act.form is NoQuestion:
        return ""
    return " ".join(f"`{field.name}`{'*' if field.flags.required else ''}" for field in act.form())


def phases(when: tuple[Phase, ...]) -> str:
    """Phases by name, or in a word."""
    if set(when) == set(EVERY_PHASE):
        return "any"
    return "any before the end" if set(when) == set(LIVE) else ", ".join(phase.value for phase in when)


def values(codes: Iterable[str | None], nothing: str) -> str:
    """Codes by name, None in words."""
    return ", ".join(nothing if code is NOTHING else str(code) for code in codes)


def targets(act: Act) -> list[Phase]:
    """The phases that an act can lead to; none when it leaves the ticket where it is."""
    if act.leads_to is None:
        return []
    found = {act.phase_after(Facts(here, NOW, phase_before=was)) for here in act.when for was in LIVE}
    return [phase for phase in Phase if phase in found]


def notice_rows(act: Act) -> Iterator[tuple[str, str, str]]:
    """Who is told of an act, and how."""
    for notice in act.notices:
        channels = [name for name, text in (("SMS", notice.sms), ("e-mail", notice.subject)) if text]
        more = [
            words
            for words, holds in (
                ("with the calendar entry", notice.calendar),
                ("with the ticket's files", notice.order),
                ("not at night", notice.reminder),
                ("also to who did it", notice.receipt),
                ("when it concerns them", notice.when is not ALWAYS_DUE),
            )
            if holds
        ]
        how = " and ".join(channels) + (f", {', '.join(more)}" if more else "")
        yield f"`{act.name}`", notice.to.value + REACHES[notice.reach], how


def clock_rows(act: Act) -> Iterator[tuple[str, str, str]]:
    """The deadlines that an act starts, in each playbook."""
    found: dict[str, list[str]] = {}
    for name, playbook in PLAYBOOKS.items():
        for urgent in (False, True):
            facts = Facts(act.when[0], NOW, playbook=playbook, urgent=urgent, proposed=(Slot(NOW),))
            for alarm in act.alarms(facts, sample(act)):
                found.setdefault(alarm.act, []).append(
                    f"{duration(alarm.due_at - NOW)} ({name}{', urgent' if urgent else ''})"
                )
    yield from ((f"`{act.name}`", f"`{what}`", "<br>".join(after)) for what, after in found.items())


def silence_rows(act: Act) -> Iterator[tuple[str, str, str]]:
    """What the clock does when nobody answers."""
    if act.on_silence is not None and act.owed_by is not None:
        yield f"`{act.name}`", act.owed_by.value, act.on_silence


def duration(delay: timedelta) -> str:
    """A delay in hours, or in minutes when it is no whole number of hours."""
    minutes = round(delay / timedelta(minutes=1))
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def sample(act: Act) -> dict[str, object]:
    """The example answer of an act."""
    (exchange,) = (one for one in EXCHANGES if one.name == act.exchange)
    first = {"number": 1} if act.due else {}  # as the rounds say it
    return {**first, **exchange.samples.get(act.name, {})}


def effects(act: Act, standing: Standing | None) -> tuple[Effect, ...]:
    """What an act brings when a subcontractor stands there, with its example answer."""
    facts = Facts(act.when[0], NOW, standing=standing, proposed=(Slot(NOW + timedelta(days=1)),))
    return act.effects(facts, sample(act))


def phases_drawn() -> str:
    """The ticket's phases with the acts that lead from one to the next."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for exchange in EXCHANGES:
        for act in exchange.acts:
            for here in act.when:
                for there in {act.phase_after(Facts(here, NOW, phase_before=was)) for was in LIVE}:
                    if there is not here:
                        arrows.setdefault((here.value, there.value), []).append(act.name)
    lines = [f"    {here} --> {there} : {', '.join(acts)}" for (here, there), acts in sorted(arrows.items())]
    return mermaid("stateDiagram-v2", ["    [*] --> draft", *lines])


def standings_drawn() -> str:
    """How a subcontractor's standing changes by its own acts and those of others."""
    lines = ["    [*] --> chosen", "    offered --> lost : another accepts"]
    for exchange in EXCHANGES:
        for act in exchange.acts:
            for here in act.standing or ():
                there = standing_after(effects(act, here))
                if here and there and there != here:
                    lines.append(f"    {here.value} --> {there.value} : {act.name}")
            if act.standing is None and EndOffers() in effects(act, None):
                lines.append(f"    offered --> recalled : {act.name}")
    return mermaid("stateDiagram-v2", lines)


def standing_after(brought: tuple[Effect, ...]) -> Standing | None:
    """Where these effects leave the subcontractor; None where it stood."""
    for effect in brought:
        if isinstance(effect, Assign):
            return Standing.ASSIGNED
        if isinstance(effect, Stand | Release):
            return effect.standing
    return None


def drawn(exchange: Exchange) -> str:
    """One exchange: who does what, and which phase follows."""
    lines: list[str] = []
    for act in exchange.acts:
        box = act.name.replace(".", "_")
        lines.append(f'    {box}["{act.name}"]')
        lines += [f"    {party.value}([{PARTY_NAMES[party]}]) --> {box}" for party in act.by]
        lines += [f"    {box} ==> {there.value}{{{{{there.value}}}}}" for there in targets(act)]
        told = {notice.to for notice in act.notices}
        lines += [f"    {box} -.-> told_{one.value}([{PARTY_NAMES[one]}])" for one in Party if one in told]
    return mermaid("flowchart LR", lines)


def mermaid(kind: str, lines: Iterable[str]) -> str:
    """A drawing that code hosts show as a picture."""
    return "```mermaid\n" + "\n".join((kind, *lines)) + "\n```\n"
