"""Acts of the manager's side, through the same forms and the same door as on the pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import Forbidden

from fieldtickets import desk
from fieldtickets.desk.facts import gather
from fieldtickets.domain.acts import Act, too_late
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.fields import AnswerForm, FilesField, MoneyField
from fieldtickets.outbox import limits
from fieldtickets.store.models import Dispatch, Ticket
from fieldtickets.store.queries import acts as queries
from fieldtickets.web import doing
from fieldtickets.web.api import shapes, views
from fieldtickets.web.api.idempotency import submission
from fieldtickets.web.api.problems import not_found, not_right
from fieldtickets.web.api.spec import answers, spec
from fieldtickets.web.api.tickets import actor_of_token, by_ref
from fieldtickets.web.attachments import kept
from fieldtickets.web.parts import parts
from fieldtickets.web.sheets import fit


@spec.validate(resp=answers(HTTP_200=shapes.Ticket), tags=["tickets"])
def do(ref: str, act_name: str) -> Any:
    """Do an act of the manager or the accountant: its form's fields as JSON (or multipart, with files).

    `dispatch_id` says whose dispatch it is about; without it, the one that has the job or the only one.
    `seen_version` is the `version` of the ticket as it was read: what changed since is not changed unseen.
    """
    act = _act(act_name)
    fields = _fields(act)
    with kept(_files_sent(act), g.organisation_id) as sent:
        recorded = parts().database.attempt(
            g.organisation_id, lambda session: _do(session, ref, act, fields, sent.files)
        )
        sent.unwanted = recorded.again
    parts().ring("outbox")
    if recorded.too_late is not None:
        raise recorded.too_late
    with parts().database.read(g.organisation_id) as session:
        return views.tickets(session, [by_ref(session, ref)])[0]


def _do(
    session: Session, ref: str, act: Act, fields: MultiDict[str, Any], files: Sequence[desk.StoredFile]
) -> desk.Recorded:
    now, ticket = parts().clock.now(), by_ref(session, ref)
    dispatch = _dispatch(ticket, act, fields)
    form: AnswerForm = act.form(fields)
    facts = gather(session, ticket, dispatch, now)
    fit(form, facts, g.role.party)
    nonce, valid = submission(), form.validate()
    if not valid and queries.submission(session, nonce) is None:
        if not act.open_to(g.role.party, facts):
            raise too_late(facts)
        raise not_right({name: found for name, found in form.errors.items() if name})
    asked = desk.Request(
        ticket.id,
        act,
        form.answer() if valid else {},
        actor_of_token(),
        nonce,
        dispatch.id if dispatch else None,
        seen_version=_seen_version(fields),
        files=tuple(files),
        typed=sorted(pair for pair in fields.items(multi=True) if isinstance(pair[1], str)),
    )
    recorded = desk.record(session, parts().links, asked, now)
    limits.check_act(session, parts().settings, asked, recorded, now)
    return recorded


def _act(name: str) -> Act:
    act = ACTS.get(name)
    if act is None or not {Party.MANAGER, Party.ACCOUNTANT} & set(act.by):
        raise not_found()
    if g.role.party not in act.by:
        raise Forbidden(_("The role of this token may not do this."))
    return act


def _fields(act: Act) -> MultiDict[str, Any]:
    """The fields of the body as a form has them: a list is several values, null an empty one."""
    if not request.is_json:
        return MultiDict([*request.form.items(multi=True), *request.files.items(multi=True)])
    prices = {one.name for one in act.form() if isinstance(one, MoneyField)}
    body: Mapping[str, Any] = request.get_json() if request.get_data(cache=True) else {}
    fields: MultiDict[str, Any] = MultiDict()
    for name, value in body.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not False:
                fields.add(name, _typed(one, name in prices))
    return fields


def _typed(value: Any, is_price: bool) -> str:
    """A value of JSON as a person types it; a price that is a whole number is in cents."""
    if value is None:
        return ""
    if is_price and type(value) is int:
        return f"{value // 100}.{value % 100:02d}"
    return "1" if value is True else str(value)


def _seen_version(fields: MultiDict[str, Any]) -> int | None:
    """The version of the ticket that the program had read, where it says so (R08)."""
    typed = fields.get("seen_version", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 16):
        raise not_right({"seen_version": [_("Write a whole number here.")]})
    return int(typed)


def _dispatch(ticket: Ticket, act: Act, fields: MultiDict[str, Any]) -> Dispatch | None:
    try:
        return doing.dispatch_meant(ticket, act, fields.get("dispatch_id"), fields.get("to"))
    except LookupError:
        raise not_right({"dispatch_id": [_("This ticket has no such dispatch.")]}) from None


def _files_sent(act: Act) -> list[FileStorage]:
    """The files of a multipart body, where the act takes any."""
    fields = [one.name for one in act.form() if isinstance(one, FilesField)]
    return [file for name in fields for file in request.files.getlist(name)]
