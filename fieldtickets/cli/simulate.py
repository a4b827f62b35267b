"""The simulation from a shell: a scratch database filled by play, then checked."""

import time
from collections import Counter

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from fieldtickets.domain.playbooks import PLAYBOOKS
from fieldtickets.simulation import Findings, Simulation, check
from fieldtickets.simulation.people import engage
from fieldtickets.store import migrate
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Organisation
from fieldtickets.web.parts import parts

COMPANIES = 14


@click.command("simulate")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 1000))
@click.option("--tickets", default=5000, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--playbook", default="syndic", show_default=True, type=click.Choice(list(PLAYBOOKS)))
@click.option("--seed", default=1, show_default=True, help="The same seed plays the same story.")
@click.option("--force", is_flag=True, help="Also where other organisations are.")
@with_appcontext
def simulate(days: int, tickets: int, playbook: str, seed: int, force: bool) -> None:
    """Play tickets with companies and customers of every habit; exit 1 when a rule does not hold after it."""
    here = parts()
    migrate.upgrade(here.settings.database_url)
    with here.database.begin(EVERYONE) as session:
        if session.scalar(select(func.count(Organisation.id))) and not force:
            raise click.ClickException("This database has organisations. Give a scratch one, or --force.")
        cast = engage(session, COMPANIES, here.clock.now())
    began = time.monotonic()
    play = Simulation(here.database, here.links, cast, here.clock.now(), playbook, seed)
    figures = play.play(tickets, days)
    seconds = time.monotonic() - began
    with here.database.read(cast.organisation) as session:
        found = check(session, cast.organisation, play.now)
    click.echo(
        f"{tickets} tickets, {days} days, {playbook}: {seconds:.0f} s, {figures.fired} deadlines fired"
    )
    _echo("Acts", figures.acts)
    _echo("Refused", figures.refused)
    _echo("Tickets by phase", found.phases)
    _echo("Who has to act", found.balls)
    _conclude(found)


def _echo(title: str, counts: Counter[str]) -> None:
    click.echo(f"\n{title}")
    for name, count in counts.most_common():
        click.echo(f"{count:>8}  {name}")


def _conclude(found: Findings) -> None:
    click.echo(f"\n{found.facts} facts in the journal, {len(found.broken)} rules broken")
    for line in found.broken:
        click.echo(f"  {line}", err=True)
    if found.broken:
        raise SystemExit(1)


COMMANDS = (simulate,)
