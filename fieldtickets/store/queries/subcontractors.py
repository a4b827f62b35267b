"""Subcontractors in a list, by name; and what one of them holds."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from sqlalchemy import ColumnElement, and_, func, literal, select, true, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from fieldtickets.domain.folding import folded
from fieldtickets.domain.phases import Standing
from fieldtickets.store.models import LARGEST_ID, Dispatch, Paper, Person, Subcontractor, Ticket
from fieldtickets.store.queries.queues import OPEN
from fieldtickets.store.queries.search import national

PAGE = 50
CONCERNED = (Standing.ASSIGNED, Standing.OFFERED, Standing.STAND_BY)
HELD = (
    select(func.count(Dispatch.id))
    .where(Dispatch.subcontractor_id == Subcontractor.id, Dispatch.standing == Standing.ASSIGNED)
    .correlate(Subcontractor)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Listed:
    """A subcontractor in the list, with how many jobs it has or had."""

    company: Subcontractor
    jobs: int


@dataclass(frozen=True)
class Companies:
    """One page of the list; `following` is the cursor of the next one, empty on the last."""

    items: tuple[Listed, ...]
    following: str


def companies(session: Session, words: str, active: bool | None, cursor: str) -> Companies:
    """One page by name: those who work now, those who do not, or both (None); with words, those found."""
    wanted = and_(true() if active is None else Subcontractor.active.is_(active), _after(cursor))
    ids = list(islice(_ids(session, wanted, folded(words).split()[:8]), PAGE + 1))
    rows = session.execute(
        select(Subcontractor, HELD)
        .where(Subcontractor.id.in_(ids[:PAGE]))
        .options(joinedload(Subcontractor.people))
        .order_by(Subcontractor.name, Subcontractor.id)
    ).unique()
    items = tuple(Listed(company, jobs) for company, jobs in rows)
    return Companies(items, _cursor(items[-1].company) if len(ids) > PAGE else "")


def _ids(session: Session, wanted: ColumnElement[bool], words: Sequence[str]) -> Iterator[int]:
    """The ids in the order of the list. Words are compared here: accents and blanks do not count."""
    by_name = (Subcontractor.name, Subcontractor.id)
    if not words:
        yield from session.scalars(select(Subcontractor.id).where(wanted).order_by(*by_name).limit(PAGE + 1))
        return
    rows = session.execute(
        select(
            Subcontractor.id,
            Subcontractor.name,
            Subcontractor.external_no,
            Person.phone,
            Person.email,
            Person.name,
        )
        .outerjoin(Subcontractor.people)
        .where(wanted)
        .order_by(*by_name)
    )
    number = re.sub(r"[\s.\-/()]", "", "".join(words))
    sought = [number] if re.fullmatch(r"\+?\d{6,}", number) else words
    for id_, people in groupby(rows, lambda row: row[0]):
        text = " ".join(_searchable(*row[1:]) for row in people)
        if all(word in text for word in sought):
            yield id_


def _searchable(name: str, external_no: str | None, phone: str, email: str, person: str) -> str:
    known = [name, external_no, phone, national(phone or ""), email, person]
    return folded(" ".join(text for text in known if text))


def _cursor(last: Subcontractor) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.name, last.id]).encode()).decode().rstrip("=")


def _after(cursor: str) -> ColumnElement[bool]:
    """What sorts after the cursor; one that is none of ours begins at the start (W06)."""
    try:
        name, id_ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        key = tuple_(literal(str(name).replace("\0", "")), literal(max(0, min(int(id_), LARGEST_ID))))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return true()
    return tuple_(Subcontractor.name, Subcontractor.id) > key


def whole(session: Session, subcontractor_id: int) -> Subcontractor | None:
    """One subcontractor with its people; None for one that is not there, or not this organisation's."""
    if subcontractor_id > LARGEST_ID:
        return None
    return session.get(Subcontractor, subcontractor_id, options=[selectinload(Subcontractor.people)])


def open_jobs(session: Session, subcontractor_id: int) -> Sequence[Dispatch]:
    """What it was offered or holds on tickets that are not over, the newest first."""
    return session.scalars(
        select(Dispatch)
        .join(Dispatch.ticket)
        .options(joinedload(Dispatch.ticket).joinedload(Ticket.site))
        .where(Dispatch.subcontractor_id == subcontractor_id, Dispatch.standing.in_(CONCERNED), OPEN)
        .order_by(Ticket.id.desc())
        .limit(PAGE)
    ).all()


def papers(session: Session, subcontractor_id: int) -> list[Paper]:
    """The document of each kind that came last."""
    rows = session.scalars(
        select(Paper).where(Paper.subcontractor_id == subcontractor_id).order_by(Paper.received_at, Paper.id)
    )
    return list({one.kind: one for one in rows}.values())
