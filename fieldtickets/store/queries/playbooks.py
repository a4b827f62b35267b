"""The rules of tickets: the playbooks that come with the program, and an organisation's own."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.domain.playbooks import PLAYBOOKS, Playbook, changed
from fieldtickets.store.models import PlaybookRow, Ticket


class UnknownPlaybook(LookupError):
    """It neither comes with the program nor is the organisation's."""


def rules_of(session: Session, ticket: Ticket) -> Playbook:
    """The rules that a ticket started with, whatever was changed since; an own one is read once a session."""
    if ticket.playbook in PLAYBOOKS:
        return PLAYBOOKS[ticket.playbook]
    known: dict[tuple[int, str, int], Playbook] = session.info.setdefault("playbooks", {})
    key = (ticket.organisation_id, ticket.playbook, ticket.playbook_version)
    if key not in known:
        wanted = select(PlaybookRow).where(
            PlaybookRow.organisation_id == ticket.organisation_id,
            PlaybookRow.name == ticket.playbook,
            PlaybookRow.version == ticket.playbook_version,
        )
        known[key] = read(session.scalars(wanted).one())
    return known[key]


def newest(session: Session, name: str) -> Playbook:
    """The rules that a new ticket gets. Raises UnknownPlaybook."""
    if name in PLAYBOOKS:
        return PLAYBOOKS[name]
    row = last_version(session, name)
    if row is None:
        raise UnknownPlaybook(name)
    return read(row)


def last_version(session: Session, name: str) -> PlaybookRow | None:
    """The newest version of an own playbook."""
    rows = select(PlaybookRow).where(PlaybookRow.name == name).order_by(PlaybookRow.version.desc())
    return session.scalars(rows.limit(1)).one_or_none()


def read(row: PlaybookRow) -> Playbook:
    """The playbook that a row holds."""
    rules = changed(PLAYBOOKS[row.copied_from], row.rules)
    return replace(rules, name=row.name, version=row.version)


def own(session: Session) -> Sequence[PlaybookRow]:
    """Every version of the organisation's playbooks, by name, the newest first."""
    return session.scalars(
        select(PlaybookRow).order_by(PlaybookRow.name, PlaybookRow.version.desc(), PlaybookRow.id)
    ).all()


def names(session: Session) -> list[str]:
    """Every name that a new ticket may give."""
    return list(dict.fromkeys((*PLAYBOOKS, *(row.name for row in own(session)))))
