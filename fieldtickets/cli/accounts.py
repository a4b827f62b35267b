"""Who there is: organisations, their users and the tokens of their programs."""

import re

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.desk.founding import found_organisation
from fieldtickets.domain.parties import Role
from fieldtickets.language import LANGUAGES
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Organisation, User
from fieldtickets.web import passwords
from fieldtickets.web.api.tokens import new_token
from fieldtickets.web.parts import parts

NAME_LETTERS, SHORT_NAME_LETTERS = 120, 20
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")

organisation = AppGroup("organisation", help="Companies that manage places.")
user = AppGroup("user", help="People with an account.")
token = AppGroup("token", help="Programs that use the API.")

of_role = click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
of_organisation = click.option("--organisation", required=True, help="Its name, as it was created.")
in_language = click.option("--language", default="fr", show_default=True, type=click.Choice(list(LANGUAGES)))


@organisation.command("create")
@click.argument("name")
@click.option("--short-name", default="", help="Begins every text message, 20 letters at most.")
@in_language
def create_organisation(name: str, short_name: str, language: str) -> None:
    """Found the organisation NAME."""
    name = " ".join(name.split())
    short_name = short_name.strip() or name[:SHORT_NAME_LETTERS].strip()
    if not 0 < len(name) <= NAME_LETTERS or len(short_name) > SHORT_NAME_LETTERS:
        raise click.ClickException(
            f"A name has 1 to {NAME_LETTERS} letters, a short one {SHORT_NAME_LETTERS}."
        )
    now = parts().clock.now()
    with parts().database.begin(EVERYONE) as rows:
        if rows.scalar(select(Organisation.id).where(Organisation.name == name)):
            raise click.ClickException(f"There is an organisation {name} already.")
        found_organisation(rows, name, short_name, language, now)
    click.echo(f"{name} is there. Next: flask user create EMAIL --role admin --organisation '{name}'")


@user.command("create")
@click.argument("email")
@of_role
@of_organisation
@click.option("--name", default="", help="As colleagues read it; by default the part before the @.")
@in_language
def create_user(email: str, role: str, organisation: str, name: str, language: str) -> None:
    """Create an account and print the link, good once and for an hour, to choose its password.

    For an account that exists and has no password yet a new link is printed.
    """
    email = email.strip().lower()
    if not ADDRESS.fullmatch(email):
        raise click.ClickException("This is not an e-mail address.")
    now = parts().clock.now()
    with parts().database.begin(EVERYONE) as rows:
        owner = _organisation(rows, organisation)
        account = rows.scalars(select(User).where(User.email == email)).one_or_none()
        if account is None:
            account = User(
                organisation_id=owner,
                email=email,
                name=name or email.partition("@")[0],
                role=Role(role),
                language=language,
                created_at=now,
            )
            rows.add(account)
            rows.flush()
        elif account.password_hash or (account.organisation_id, account.role) != (owner, role):
            raise click.ClickException("There is an account with this address already.")
        link = passwords.new_link(rows, account, now)
    click.echo(parts().links.password_url(link))


@token.command("create")
@of_organisation
@of_role
@click.option("--name", default="", help="Which program it is for.")
def create_token(organisation: str, role: str, name: str) -> None:
    """Create an API token and print it, this once."""
    now = parts().clock.now()
    with parts().database.begin(EVERYONE) as rows:
        owner = _organisation(rows, organisation)
        secret = new_token(rows, owner, Role(role), name[:80], now)
    click.echo(secret)


def _organisation(rows: Session, name: str) -> int:
    found = rows.scalar(select(Organisation.id).where(Organisation.name == name.strip()))
    if found is None:
        raise click.ClickException(f"There is no organisation {name}: flask organisation create '{name}'")
    return found


COMMANDS = (organisation, user, token)
