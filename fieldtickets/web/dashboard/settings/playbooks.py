"""Playbooks: the rules that tickets follow, copied under a name of one's own and edited there.

Saving makes a new version. A ticket keeps the version that it started with.
"""

from flask import abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fieldtickets.domain.acts import Refused
from fieldtickets.domain.playbooks import PLAYBOOKS, Playbook, differences
from fieldtickets.domain.words import Message
from fieldtickets.store.models import LARGEST_ID, PlaybookRow
from fieldtickets.store.queries import playbooks as queries
from fieldtickets.web.dashboard.settings.playbook_form import GROUPS, TAKEN, NewPlaybook, Rules, filled
from fieldtickets.web.dashboard.settings.room import CHANGED, bp, note, page
from fieldtickets.web.dashboard.words import PLAYBOOK_NAMES
from fieldtickets.web.parts import parts


@bp.get("/playbooks")
def playbooks() -> ResponseReturnValue:
    """Those that come with the program, then the organisation's own with all their versions."""
    with parts().database.read(g.organisation_id) as rows:
        own: dict[str, list[PlaybookRow]] = {}
        for row in queries.own(rows):
            own.setdefault(row.name, []).append(row)
    return page("playbooks", names=PLAYBOOK_NAMES, own=own, saved="saved" in request.args)


@bp.get("/playbooks/new")
def new_playbook() -> ResponseReturnValue:
    """A copy of the rules named in `from`, still without a name."""
    source = request.args.get("from", "")
    with parts().database.read(g.organisation_id) as rows:
        playbook = _known(rows, source)
    return _page(NewPlaybook(data={**filled(playbook), "copied_from": source}))


@bp.post("/playbooks/new")
def create_playbook() -> ResponseReturnValue:
    """Keep the copy as version 1 of rules of that name."""
    form = NewPlaybook(request.form)
    if not form.validate():
        return _page(form), 422
    try:
        parts().database.attempt(g.organisation_id, lambda session: _create(session, form))
    except (Refused, IntegrityError):
        form.name.errors = [TAKEN]
        return _page(form), 422
    note("playbook made", copied_from=form.copied_from.data)
    return redirect("/settings/playbooks?saved=1", 303)


@bp.get("/playbooks/<int:row_id>")
def playbook(row_id: int) -> ResponseReturnValue:
    """The rules of one version."""
    with parts().database.read(g.organisation_id) as rows:
        row = _row(rows, row_id)
    return _page(_opened(row), row)


@bp.post("/playbooks/<int:row_id>")
def change_playbook(row_id: int) -> ResponseReturnValue:
    """Make the next version; 409 when somebody else did so since the form was opened."""
    form = Rules(request.form)
    with parts().database.read(g.organisation_id) as rows:
        row = _row(rows, row_id)
    if not form.validate():
        return _page(form, row), 422
    try:
        parts().database.attempt(g.organisation_id, lambda session: _next(session, row_id, form))
    except (Refused, IntegrityError):
        with parts().database.read(g.organisation_id) as rows:
            latest = queries.last_version(rows, row.name) or row
        return _page(_opened(latest), latest, CHANGED), 409
    note("playbook changed", playbook=row_id)
    return redirect("/settings/playbooks?saved=1", 303)


def _create(session: Session, form: NewPlaybook) -> None:
    source = _known(session, form.copied_from.data or "")
    if queries.last_version(session, form.name.data) is not None:
        raise Refused(TAKEN)
    base = _base(session, source)
    _keep(session, form.playbook(source), base, form.name.data, 1)


def _next(session: Session, row_id: int, form: Rules) -> None:
    row = _row(session, row_id)
    last = queries.last_version(session, row.name)
    if last is None or last.id != row_id:
        raise Refused(CHANGED)
    _keep(session, form.playbook(queries.read(row)), PLAYBOOKS[row.copied_from], row.name, row.version + 1)


def _keep(session: Session, rules: Playbook, base: Playbook, name: str, version: int) -> None:
    session.add(
        PlaybookRow(
            organisation_id=g.organisation_id,
            name=name,
            version=version,
            copied_from=base.name,
            rules=differences(rules, base),
            created_at=parts().clock.now(),
        )
    )


def _base(session: Session, source: Playbook) -> Playbook:
    """The playbook of the program that rules go back to, through however many copies."""
    row = queries.last_version(session, source.name)
    return PLAYBOOKS[row.copied_from if row else source.name]


def _known(session: Session, name: str) -> Playbook:
    try:
        return queries.newest(session, name)
    except queries.UnknownPlaybook:
        abort(404)


def _row(session: Session, row_id: int) -> PlaybookRow:
    row = session.get(PlaybookRow, row_id) if row_id <= LARGEST_ID else None
    return row or abort(404)


def _opened(row: PlaybookRow) -> Rules:
    return Rules(data=filled(queries.read(row)))


def _page(form: Rules, row: PlaybookRow | None = None, refusal: Message | None = None) -> str:
    return page(
        "playbook", "playbooks", form=form, row=row, groups=GROUPS, names=PLAYBOOK_NAMES, refusal=refusal
    )
