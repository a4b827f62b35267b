"""The demo from a shell: loaded once, and told where to look each time."""

import click
from flask.cli import AppGroup

from fieldtickets.demo import is_loaded, load, people
from fieldtickets.demo.stage import Theatre
from fieldtickets.domain.parties import Role
from fieldtickets.store import migrate
from fieldtickets.web import passwords
from fieldtickets.web.demo import INBOX
from fieldtickets.web.parts import parts

SHOWN = (Role.MANAGER, Role.ACCOUNTANT)

demo = AppGroup("demo", help="A believable organisation to play with.")


@demo.command("load")
def load_demo() -> None:
    """Bring the schema up and make the demo's organisation, unless it is there; then say how to get in."""
    settings = parts().settings
    if settings.env != "demo":
        raise click.ClickException("Only with FIELDTICKETS_ENV=demo: its passwords are known to everybody.")
    migrate.upgrade(settings.database_url)
    if not is_loaded(parts().database):
        click.echo("Loading the demo, once: twelve companies, forty tickets, three weeks of messages.")
        theatre = Theatre(settings, parts().database, parts().links, parts().files)
        load(theatre, passwords.choose, parts().clock.now())
        parts().ring("previews")  # for the worker, when it starts
    click.echo(how_to_get_in(settings.base_url))


def how_to_get_in(base_url: str) -> str:
    """The address, who may sign in with which password, and where the messages are."""
    lines = ["", f"  {people.NAME} is open: {base_url}/", ""]
    accounts = [account for account in people.ACCOUNTS if account.role in SHOWN]
    lines += [f"  {one.role.capitalize():<12}{one.email:<26}{people.PASSWORD}" for one in accounts]
    lines += [
        "",
        f"  Every SMS and e-mail, with live links: {base_url}{INBOX}",
        "  Ctrl-C stops everything.",
        "",
    ]
    return "\n".join(lines)


COMMANDS = (demo,)
