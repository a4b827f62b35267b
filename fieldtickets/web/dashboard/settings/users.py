"""Accounts: who has one, who is invited, what each may do; somebody always keeps the settings (O02, O10)."""

import secrets
from functools import partial
from typing import Any

from flask import abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from wtforms import BooleanField, Field, HiddenField, SelectField, ValidationError
from wtforms.validators import InputRequired

from fieldtickets import desk, outbox
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.parties import ROLE_NAMES, Role
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Line, at_most, options
from fieldtickets.store.models import LARGEST_ID, Organisation, User
from fieldtickets.store.queries import users as queries
from fieldtickets.web import limiting, passwords
from fieldtickets.web.dashboard.new_form import CHOOSE, LANGUAGE_CHOICES, an_email
from fieldtickets.web.dashboard.once import once
from fieldtickets.web.dashboard.settings.room import CHANGED, bp, differing, fingerprint, note, page
from fieldtickets.web.parts import parts

FIELDS = ("name", "role", "language", "active")
INVITATIONS = "30 per hour"  # of one organisation: they are mails to addresses that somebody typed
TAKEN = _("There is an account with this address already.")
LAST_ADMINISTRATOR = _(
    "Nobody could change the settings any more: make another account an administrator first."
)
ROLE_HINT = _(
    "A manager sends tickets and follows them. An accountant reads, and keeps the books. A reader only "
    "reads. An administrator does all of it, and these settings."
)


class PersonForm(AnswerForm):
    """Somebody with an account."""

    name = Line(_("Name"), [InputRequired(_("Give the name")), at_most(120)])
    role = SelectField(
        _("Role"),
        choices=options((role.value, name) for role, name in ROLE_NAMES.items()),
        invalid_choice_message=CHOOSE,
        description=ROLE_HINT,
    )
    language = SelectField(_("Language"), choices=LANGUAGE_CHOICES, invalid_choice_message=CHOOSE)


class InvitationForm(PersonForm):
    """Somebody who is to have one."""

    email = Line(
        _("E-mail"),
        [InputRequired(_("Give an e-mail address.")), at_most(254), an_email],
        description=_("A link to choose a password goes there. It works once, for an hour."),
    )

    def validate_email(self, field: Field) -> None:
        """Accounts are told apart by it, whatever case it is typed in."""
        field.data = field.data.lower()


class AccountForm(PersonForm):
    """An account, and whether it may sign in."""

    active = BooleanField(_("May sign in"))
    seen = HiddenField()

    def validate_active(self, field: Field) -> None:
        """One's own account is closed by somebody else: a slip would lock one out."""
        if not field.data and request.view_args and request.view_args["user_id"] == g.user.id:
            raise ValidationError(_("You cannot close your own account."))


def kept(user: User) -> dict[str, Any]:
    """The row's values under the names of the form."""
    return {**{name: getattr(user, name) for name in FIELDS}, "role": user.role.value}


@bp.get("/users")
def users() -> ResponseReturnValue:
    """Everybody with an account, by name; those who may not sign in any more at the end."""
    with parts().database.read(g.organisation_id) as rows:
        found = queries.accounts(rows)
    return page("users", found=found, role_names=ROLE_NAMES, sent="sent" in request.args)


@bp.get("/users/new")
def new_user() -> ResponseReturnValue:
    """The empty form."""
    return _invitation(InvitationForm(data={"role": Role.MANAGER.value, "language": g.organisation.language}))


@bp.post("/users/new")
def invite() -> ResponseReturnValue:
    """Make the account and owe its mail; the same form twice makes one."""
    form, submission = InvitationForm(request.form), request.form.get("submission", "")[:40]
    if not form.validate():
        return _invitation(form), 422
    limiting.refuse_above(INVITATIONS, "invitation", str(g.organisation_id))
    limiting.count(INVITATIONS, "invitation", str(g.organisation_id))

    def work(session: Session) -> tuple[str, bool]:
        return once(session, "user.invite", submission, partial(_invite, session, form))

    try:
        made, again = parts().database.attempt(g.organisation_id, work)
    except IntegrityError:
        form.email.errors = [TAKEN]
        return _invitation(form), 422
    except desk.FormReused as reused:
        return _invitation(form, reused.message), 422
    if not again:
        note("account made", account=int(made), role=form.role.data)
        parts().ring("outbox")
    return redirect("/settings/users?sent=1", 303)


def _invite(session: Session, form: InvitationForm) -> str:
    user = User(
        organisation_id=g.organisation_id,
        email=form.email.data,
        name=form.name.data,
        role=Role(form.role.data),
        language=form.language.data,
        created_at=parts().clock.now(),
    )
    session.add(user)
    session.flush()
    _owe_invitation(session, user)
    return str(user.id)


def _owe_invitation(session: Session, user: User) -> None:
    now = parts().clock.now()
    words = {"password_link": passwords.new_link(session, user, now)}
    outbox.owe_account_mail(session, user, "invitation", words, now)


@bp.post("/users/<int:user_id>/invite")
def invite_again(user_id: int) -> ResponseReturnValue:
    """Send the link once more to somebody who has not chosen a password yet."""
    limiting.refuse_above(INVITATIONS, "invitation", str(g.organisation_id))
    limiting.count(INVITATIONS, "invitation", str(g.organisation_id))
    with parts().database.begin(g.organisation_id) as session:
        user = _user(session, user_id)
        if user.password_hash or not user.active:
            return redirect("/settings/users", 303)
        _owe_invitation(session, user)
    note("account invited again", account=user_id)
    parts().ring("outbox")
    return redirect("/settings/users?sent=1", 303)


@bp.get("/users/<int:user_id>")
def user(user_id: int) -> ResponseReturnValue:
    """One account."""
    return _account(user_id, None)


@bp.post("/users/<int:user_id>")
def change_user(user_id: int) -> ResponseReturnValue:
    """Change name, role, language, and whether they may sign in; the last administrator stays one."""
    form = AccountForm(request.form)
    if not form.validate():
        return _account(user_id, form), 422
    try:
        changed = parts().database.attempt(g.organisation_id, lambda session: _change(session, user_id, form))
    except Refused as refused:
        if refused.field:
            form[refused.field].errors = [refused.message]
            return _account(user_id, form), 422
        return _account(user_id, None, refused.message), 409
    note("account changed", account=user_id, fields=changed, role=form.role.data, active=form.active.data)
    steps_down = user_id == g.user.id and form.role.data != Role.ADMIN
    return redirect("/" if steps_down else "/settings/users", 303)


def _change(session: Session, user_id: int, form: AccountForm) -> list[str]:
    # one administrator at a time, so that no two make each other something less
    session.get_one(Organisation, g.organisation_id, with_for_update=True)
    row = _user(session, user_id)
    before, after = kept(row), {name: form[name].data for name in FIELDS}
    if form.seen.data != fingerprint(before):
        raise Refused(CHANGED)
    keeps_settings = after["active"] and after["role"] == Role.ADMIN
    if row.role is Role.ADMIN and not keeps_settings and not queries.has_other_admin(session, user_id):
        raise Refused(LAST_ADMINISTRATOR, field="role")
    row.name, row.role = after["name"], Role(after["role"])
    row.language, row.active = after["language"], after["active"]
    if not row.active:
        passwords.sign_out_everywhere(session, user_id)
    return differing(before, after)


def _user(session: Session, user_id: int) -> User:
    """The organisation's account of this id; a foreign one does not exist (O01)."""
    found = session.get(User, user_id) if user_id <= LARGEST_ID else None
    return found or abort(404)


def _account(user_id: int, form: AccountForm | None, refusal: Message | None = None) -> str:
    """The page of one account, with what was typed or, without a form, with what holds now."""
    with parts().database.read(g.organisation_id) as rows:
        found = _user(rows, user_id)
    values = kept(found)
    form = form or AccountForm(data={**values, "seen": fingerprint(values)})
    return page("user", "users", form=form, account=found, refusal=refusal)


def _invitation(form: InvitationForm, refusal: Message | None = None) -> str:
    submission = request.form.get("submission") or secrets.token_urlsafe(16)
    return page("invitation", "users", form=form, refusal=refusal, submission=submission)
