"""Loading the demo: first the people, then forty tickets played through the desk, in the order of time."""

import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.demo import people, stories
from fieldtickets.demo.stage import Cast, Stage, Theatre
from fieldtickets.desk.founding import found_organisation
from fieldtickets.domain.parties import Role
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.models import Organisation, Person, Subcontractor, User

KeepPassword = Callable[[Session, User, str, datetime], None]


def is_loaded(database: Database) -> bool:
    """Whether the demo's organisation is there."""
    with database.read(EVERYONE) as session:
        return session.scalar(select(Organisation.id).where(Organisation.name == people.NAME)) is not None


def load(theatre: Theatre, keep_password: KeepPassword, now: datetime) -> bool:
    """Make the organisation and its tickets, seen from now; False, and nothing changes, when it is there."""
    if is_loaded(theatre.database):
        return False
    theatre.database.hurry()
    founded = min(story.opened.instant(now) for story in stories.STORIES)
    with theatre.database.begin(EVERYONE) as session:
        cast = engage(session, keep_password, founded)
    Stage(theatre, cast, pictures(), now).play(stories.STORIES)
    return True


def pictures() -> dict[str, bytes]:
    """The photos of the demo as JPEG by name, painted in a process of their own."""
    program = [sys.executable, str(Path(__file__).with_name("pictures.py"))]
    painted = subprocess.run(program, check=True, capture_output=True).stdout
    return {name: b64decode(jpeg) for name, jpeg in json.loads(painted).items()}


def engage(session: Session, keep_password: KeepPassword, now: datetime) -> Cast:
    """The organisation, its accounts and its subcontractors."""
    organisation_id = found_organisation(session, people.NAME, people.SHORT_NAME, "fr", now)
    organisation = session.get_one(Organisation, organisation_id)
    organisation.phone, organisation.address = people.PHONE, people.ADDRESS
    users = {account.role: _user(organisation_id, account, now) for account in people.ACCOUNTS}
    companies = {company.key: _subcontractor(organisation_id, company, now) for company in people.COMPANIES}
    session.add_all([*users.values(), *companies.values()])
    session.flush()
    for user in users.values():
        keep_password(session, user, people.PASSWORD, now)
    manager = users[Role.MANAGER]
    return Cast(
        organisation_id, manager.id, manager.name, {key: company.id for key, company in companies.items()}
    )


def _user(organisation_id: int, account: people.Account, now: datetime) -> User:
    return User(
        organisation_id=organisation_id,
        name=account.name,
        email=account.email,
        role=account.role,
        created_at=now,
    )


def _subcontractor(organisation_id: int, company: people.Company, now: datetime) -> Subcontractor:
    office = Person(
        organisation_id=organisation_id, name=company.name, phone=company.phone, email=company.email
    )
    return Subcontractor(
        organisation_id=organisation_id,
        name=company.name,
        language=company.language,
        trades=list(company.trades),
        areas=list(company.areas),
        created_at=now,
        people=[office],
    )
