"""API tokens: made, shown once, revoked; how programs speak for the organisation (W01)."""

import secrets

from flask import abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.validators import InputRequired

from fieldtickets import desk
from fieldtickets.domain.parties import Role
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Line, at_most, options
from fieldtickets.store.models import LARGEST_ID, ApiToken
from fieldtickets.web.api.tokens import new_token
from fieldtickets.web.dashboard.new_form import CHOOSE
from fieldtickets.web.dashboard.once import once
from fieldtickets.web.dashboard.settings.room import bp, note, page
from fieldtickets.web.parts import parts

MAY = {Role.MANAGER.value: _("Reads and writes"), Role.VIEWER.value: _("Only reads")}
SHOWN_BEFORE = _("This token was made and shown already. If it was not copied, revoke it and make another.")


class TokenForm(AnswerForm):
    """A program that is to speak for the organisation."""

    name = Line(
        _("Which program is it for?"), [InputRequired(_("Give the name of the program.")), at_most(80)]
    )
    role = SelectField(_("What may it do?"), choices=options(MAY.items()), invalid_choice_message=CHOOSE)


@bp.get("/tokens")
def tokens() -> ResponseReturnValue:
    """Every token, the newest first, and the form of a new one."""
    return _page(TokenForm(data={"role": Role.MANAGER.value}))


@bp.post("/tokens")
def create_token() -> ResponseReturnValue:
    """Make a token and show its secret on this very page: nobody can read it again afterwards."""
    form, submission = TokenForm(request.form), request.form.get("submission", "")[:40]
    if not form.validate():
        return _page(form), 422
    try:
        secret = parts().database.attempt(g.organisation_id, lambda rows: _create(rows, form, submission))
    except desk.FormReused as reused:
        return _page(form, refusal=reused.message), 422
    if not secret:
        return _page(form, refusal=SHOWN_BEFORE), 409
    note("token made", role=form.role.data)
    return _page(TokenForm(data={"role": form.role.data}), secret=secret), 201


def _create(session: Session, form: TokenForm, submission: str) -> str:
    """The secret of a new token; empty when this form made one before, since the secret is kept nowhere."""
    secret = ""

    def make() -> str:
        nonlocal secret
        role, now = Role(form.role.data), parts().clock.now()
        secret = new_token(session, g.organisation_id, role, form.name.data, now)
        return "token"

    once(session, "token.create", submission, make)
    return secret


@bp.post("/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End a token: the next call with it is a stranger's."""
    with parts().database.begin(g.organisation_id) as session:
        token = session.get(ApiToken, token_id) if token_id <= LARGEST_ID else None
        if token is None:
            abort(404)
        revoked = token.revoked_at is None
        token.revoked_at = token.revoked_at or parts().clock.now()
    if revoked:
        note("token revoked", token=token_id)
    return redirect("/settings/tokens", 303)


def _page(form: TokenForm, *, refusal: Message | None = None, secret: str = "") -> str:
    with parts().database.read(g.organisation_id) as rows:
        found = rows.scalars(
            select(ApiToken).order_by(ApiToken.revoked_at.is_not(None), ApiToken.created_at.desc())
        ).all()
    # the form of a secret that is shown is done with; one that was refused is the same form again
    submission = secrets.token_urlsafe(16) if secret or refusal else request.form.get("submission")
    return page(
        "tokens",
        form=form,
        refusal=refusal,
        secret=secret,
        found=found,
        may_do=MAY,
        submission=submission or secrets.token_urlsafe(16),
    )
