"""The journal, checked from a shell: whether what was said and done is still what was said and done."""

from collections.abc import Iterable, Sequence

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.desk.journal import Broken, holds, verify
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Event, JournalHead, Organisation, Ticket
from fieldtickets.web.parts import parts

journal = AppGroup("journal", help="What was said and done, sealed.")


@journal.command("verify")
@click.option("--ticket", "ref", help="Only the journals in which this ticket is, and its facts one by one.")
@click.option("--head", "heads", multiple=True, metavar="NUMBER:SEAL", help="A head noted earlier.")
def verify_journals(ref: str | None, heads: Sequence[str]) -> None:
    """Check every seal; exit 1, naming the first number that is wrong, when something was changed.

    Each line ends with the journal's head. Kept elsewhere and given back as --head, it also shows that
    the end was cut off together with the head in the database.
    """
    with parts().database.read(EVERYONE) as rows:
        found = [_verified(rows, organisation) for organisation in _organisations(rows, ref)]
        if ref and not found:
            raise click.ClickException(f"There is no ticket {ref}.")
        for line in _facts(rows, ref) if ref else ():
            click.echo(line)
        found += [_has(rows, head) for head in heads]
    if not all(found):
        raise SystemExit(1)


def _organisations(rows: Session, ref: str | None) -> Iterable[Organisation]:
    wanted = select(Organisation).order_by(Organisation.id)
    if ref:
        wanted = wanted.where(Organisation.id.in_(select(Ticket.organisation_id).where(Ticket.ref == ref)))
    return rows.scalars(wanted).all()


def _verified(rows: Session, organisation: Organisation) -> bool:
    try:
        facts = verify(rows, organisation.id)
    except Broken as broken:
        click.echo(f"{organisation.name}: broken, {broken}", err=True)
        return False
    head = rows.get_one(JournalHead, organisation.id)
    click.echo(f"{organisation.name}: {facts} events, every seal holds, head {head.seq}:{head.seal}")
    return True


def _facts(rows: Session, ref: str) -> Iterable[str]:
    of_ticket = select(Event).join(Ticket, Ticket.id == Event.ticket_id).where(Ticket.ref == ref)
    for event in rows.scalars(of_ticket.order_by(Event.organisation_id, Event.seq)):
        yield f"{event.seq:>8}  {event.at:%Y-%m-%d %H:%M:%S}Z  {event.act:<28} {event.seal}"


def _has(rows: Session, head: str) -> bool:
    number, _colon, seal = head.partition(":")
    known = number.isdecimal() and holds(rows, int(number), seal)
    if not known:
        click.echo(f"event {number}: the journal no longer holds this head", err=True)
    return known


COMMANDS = (journal,)
