"""The simulation from a shell: a scratch database filled by play, then checked."""

import gc
import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select
from structlog.typing import EventDict

from fieldtickets.bells import Bells
from fieldtickets.clock import Clock
from fieldtickets.domain.playbooks import PLAYBOOKS
from fieldtickets.links import Links
from fieldtickets.outbox.courier import Outbox
from fieldtickets.rounds import Rounds
from fieldtickets.simulation import (
    Finding,
    Letterbox,
    Reply,
    Scene,
    Simulation,
    check,
    endings,
    engage,
    watched,
)
from fieldtickets.simulation.answers import Typed
from fieldtickets.simulation.figures import chance
from fieldtickets.simulation.machine import Machine
from fieldtickets.simulation.outages import drawn
from fieldtickets.simulation.people import NEIGHBOUR, dead_numbers
from fieldtickets.store import migrate, schema
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.files import FileStore
from fieldtickets.store.models import Organisation
from fieldtickets.web.logs import without_secrets
from fieldtickets.web.parts import Parts, parts

COMPANIES = 21
NO_LIMIT = 1_000_000_000
BEGINS = datetime.fromisoformat("2031-03-03T06:00:00+00:00")  # a Monday; clocks change four weeks later
SHOWN = 20  # lines of a rule that does not hold


class PlayedClock(Clock):
    """Time as the simulation sets it."""

    def __init__(self, begins: datetime) -> None:
        self.instant = begins

    def now(self) -> datetime:
        """The minute that is played."""
        return self.instant


class NoBells(Bells):
    """The simulation looks by itself at what is due."""

    def __init__(self) -> None:
        """No queue is opened."""

    def ring(self, bell: str) -> None:
        """Nobody waits for it."""


class Telephone:
    """A browser without cookies, on the application of this process."""

    def __init__(self, app: Flask, base_url: str) -> None:
        self._client = app.test_client(use_cookies=False)
        self._base_url = base_url

    def open(self, path: str) -> Reply:
        """Open a page."""
        return self._reply(self._client.get(path, base_url=self._base_url))

    def send(self, path: str, fields: Typed) -> Reply:
        """Send a form as a page would."""
        data = {name: _as_sent(value) for name, value in fields.items()}
        return self._reply(self._client.post(path, data=data, base_url=self._base_url))

    def _reply(self, response: Any) -> Reply:
        return Reply(response.status_code, response.get_data(as_text=True))


def _as_sent(value: Any) -> Any:
    if isinstance(value, tuple):
        content, name = value
        return BytesIO(content), name
    return [_as_sent(one) for one in value] if isinstance(value, list) else value


@click.command("simulate")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 1000))
@click.option("--tickets", default=5000, show_default=True, type=click.IntRange(1, 99_999))
@click.option("--playbook", default="syndic", show_default=True, type=click.Choice(list(PLAYBOOKS)))
@click.option("--seed", default=1, show_default=True, help="The same seed plays the same story.")
@click.option("--database", help="An empty database to play in and to keep; else one that is thrown away.")
@with_appcontext
def simulate(days: int, tickets: int, playbook: str, seed: int, database: str | None) -> None:
    """Play tickets with companies and customers of every habit; exit 1 when a rule does not hold after it."""
    with (
        TemporaryDirectory(prefix="simulation-") as folder,
        scratch(database or f"sqlite:///{Path(folder) / 'simulation.db'}") as clock,
    ):
        with overheard() as errors, watched() as machine:
            play, seconds = played(clock, machine, days, tickets, playbook, seed)
        click.echo(f"{tickets} tickets, {days} days, {playbook}, seed {seed}")
        click.echo(f"{seconds:.0f} s of one processor, {seconds / tickets:.2f} s a ticket")
        show_figures(play)
        with parts().database.read(play.cast.organisation) as session:
            scene = Scene(
                session,
                play.cast.organisation,
                parts().files,
                play.figures,
                play.letterbox,
                machine,
                errors,
                play.now,
            )
            echo("How every ticket ended", endings(session))
            conclude(list(check(scene)))


@contextmanager
def scratch(database_url: str) -> Iterator[PlayedClock]:
    """Let the application of this process work on an empty database and by a clock of its own."""
    before, clock = parts(), PlayedClock(BEGINS)
    database = Database(database_url)
    refuse_what_is_in_use(database)
    migrate.upgrade(database_url)
    database.hurry()
    settings = replace(before.settings, database_url=database_url, sms_per_day=NO_LIMIT)
    links, files = Links(settings.secret_keys, settings.base_url), FileStore("memory:")
    current_app.extensions["fieldtickets"] = Parts(
        settings,
        database,
        links,
        files,
        clock,
        Rounds(database, links, clock.now),
        NoBells(),
        before.open_jobs,
    )
    try:
        yield clock
    finally:
        database.close()
        current_app.extensions["fieldtickets"] = before


def refuse_what_is_in_use(database: Database) -> None:
    """Raise when there are organisations in it; looked at before anything is changed."""
    if schema.revision_of(database.engine) is None:
        return
    with database.read(EVERYONE) as session:
        if session.scalar(select(func.count(Organisation.id))):
            database.close()
            raise click.ClickException("This database has organisations. Give an empty one.")


@contextmanager
def overheard() -> Iterator[list[str]]:
    """What the service writes down as an error while it is played with; its other lines are left out."""
    errors, before = [], structlog.get_config()

    def keep(_logger: Any, _method: str, line: EventDict) -> EventDict:
        told = without_secrets(_logger, _method, line)
        errors.append(" ".join(f"{name}={value}" for name, value in told.items()))
        raise structlog.DropEvent

    only_errors = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(processors=[keep], wrapper_class=only_errors)
    try:
        yield errors
    finally:
        structlog.configure(**before)


def played(
    clock: PlayedClock, machine: Machine, days: int, tickets: int, playbook: str, seed: int
) -> tuple[Simulation, float]:
    """Play, and tell how many seconds of a processor it took."""
    here = parts()
    with here.database.begin(EVERYONE) as session:
        cast = engage(session, COMPANIES, BEGINS)
        neighbour = engage(session, COMPANIES, BEGINS, NEIGHBOUR)
    letterbox = Letterbox(clock.now, dead_numbers(tickets), drawn(seed, BEGINS, days))
    outbox = Outbox(
        here.settings,
        here.database,
        here.links,
        here.files,
        clock.now,
        texts=letterbox.texts,
        mails=letterbox.mails,
        chance=lambda: chance(seed, "pause", clock.now()).random(),
    )
    telephone = Telephone(current_app._get_current_object(), here.settings.base_url)  # type: ignore[attr-defined]
    play = Simulation(
        here.database,
        here.links,
        outbox,
        here.rounds,
        letterbox,
        telephone,
        lambda instant: setattr(clock, "instant", instant),
        cast,
        neighbour,
        machine,
        BEGINS,
        playbook,
        seed,
    )
    gc.freeze()
    began = time.process_time()
    play.play(tickets, days)
    return play, time.process_time() - began


def show_figures(play: Simulation) -> None:
    """What was done and told."""
    figures = play.figures
    click.echo(
        f"{sum(figures.acts.values())} acts, {figures.messages} messages, {figures.fired} deadlines fired, "
        f"{sum(figures.replies.values())} replies of pages"
    )
    outages = Counter({f"{one.channel} {one.trouble}": 0 for one in play.letterbox.outages})
    for one in play.letterbox.outages:
        outages[f"{one.channel} {one.trouble}"] += len(one.met)
    echo("Messages that met a gateway in an outage", outages)
    echo("Acts", figures.acts)
    echo("Refused", figures.refused)
    echo("Replies of pages, by status", Counter({str(key): n for key, n in figures.replies.items()}))


def echo(title: str, counts: Counter[str]) -> None:
    """A list of numbers, the largest first."""
    click.echo(f"\n{title}")
    for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        click.echo(f"{count:>8}  {name}")


def conclude(findings: list[Finding]) -> None:
    """Each rule with its count; exit 1 when one does not hold."""
    click.echo("\nRules")
    for one in findings:
        click.echo(f"{one.looked_at:>8}  {'BROKEN' if one.broken else 'holds '}  {one.number:>5}  {one.rule}")
    for one in findings:
        for line in one.broken[:SHOWN]:
            click.echo(f"  {one.rule}: {line}", err=True)
    broken = sum(bool(one.broken) for one in findings)
    click.echo(f"{len(findings)} rules, {broken} broken")
    if broken:
        raise SystemExit(1)


COMMANDS = (simulate,)
