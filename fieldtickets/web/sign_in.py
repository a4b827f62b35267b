"""Signing in and out, and choosing a password. What was typed while signed out is kept (S01, S02, S04)."""

import re

import structlog
from flask import Blueprint, Flask, current_app, g, json, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from wtforms import Field, Form, PasswordField, StringField, ValidationError

from fieldtickets import outbox
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import clean
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import User, UserSession
from fieldtickets.web import accounts, limiting, passwords
from fieldtickets.web.errors import stranger, typed
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import speak

bp = Blueprint("sign_in", __name__)

WRONG = "10 per 15 minutes"  # of one account from one address
WRONG_FROM_ONE_ADDRESS = "100 per 15 minutes"
MAILS = "3 per hour"  # to one account
LOCAL = re.compile(r"/(?!/)[\w./~%?=&+:,-]*", re.ASCII)

log = structlog.get_logger("security")


def address(text: str | None) -> str:
    """An e-mail address as accounts keep it."""
    return clean(text).lower()


class SignInForm(Form):
    """Who are you?"""

    email = StringField(_("E-mail"), filters=(address,))
    password = PasswordField(_("Password"))


class ForgotForm(Form):
    """Where does the mail go?"""

    email = StringField(_("E-mail"), filters=(address,))


def long_enough(_form: Form, field: Field) -> None:
    """Length is what makes a password; a repeated letter is none."""
    if not passwords.SHORTEST <= len(field.data or "") <= passwords.LONGEST or len(set(field.data)) < 5:
        raise ValidationError(
            _("Choose a password of at least %(least)s characters.", least=passwords.SHORTEST)
        )


def same_again(form: Form, field: Field) -> None:
    """Typed twice, because it cannot be read."""
    if field.data != form["password"].data:
        raise ValidationError(_("The two passwords are not the same. Type them again."))


class PasswordForm(Form):
    """Choose a password."""

    password = PasswordField(_("New password"), [long_enough])
    password_again = PasswordField(_("The same again"), [same_again])


def install(app: Flask) -> None:
    """Register the pages; SignInNeeded leads to them from anywhere."""
    app.register_blueprint(bp)
    app.register_error_handler(accounts.SignInNeeded, ask_to_sign_in)


@bp.before_request
def read_by_a_stranger() -> None:
    g.reader = stranger()


def local_path(wanted: str | None, method: str = "GET") -> str:
    """Where to go after signing in: a page of ours, else the first one (X09)."""
    pages = current_app.url_map.bind("localhost")
    if wanted and LOCAL.fullmatch(wanted) and pages.test(wanted.partition("?")[0], method):
        return wanted
    return "/"


def ask_to_sign_in(_error: accounts.SignInNeeded) -> ResponseReturnValue:
    """Lead a stranger to the sign-in page; what was sent is kept in it until then (S04)."""
    g.reader = stranger()
    here = request.full_path.rstrip("?")
    if request.method not in accounts.READING:
        return sign_in_page(SignInForm(), 401, kept=json.dumps([here, typed(), bool(request.files)]))
    there = url_for("sign_in.ask", next=here if here != "/" else None)
    if "HX-Request" in request.headers:  # a part of a page cannot hold the sign-in page
        return "", 401, {"HX-Redirect": there}
    return redirect(there, 303)


def sign_in_page(form: Form, status: int = 200, refusal: str = "", kept: str = "") -> ResponseReturnValue:
    """The form, with where to go on afterwards."""
    following = local_path(request.values.get("next"))
    page = render_template("account/sign_in.html", form=form, refusal=refusal, next=following, kept=kept)
    return page, status


@bp.get("/sign-in")
def ask() -> ResponseReturnValue:
    """The sign-in page."""
    return sign_in_page(SignInForm())


@bp.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign in; after ten wrong passwords of one account from one address, wait (S01)."""
    form = SignInForm(request.form)
    kept = request.form.get("kept", "")
    who, where = str(form.email.data)[:254], request.remote_addr or ""
    limiting.refuse_above(WRONG, "sign-in", who, where)
    limiting.refuse_above(WRONG_FROM_ONE_ADDRESS, "sign-in", where)
    user = find_user(who)
    if not passwords.matches(user, form.password.data or "") or user is None:
        limiting.count(WRONG, "sign-in", who, where)
        limiting.count(WRONG_FROM_ONE_ADDRESS, "sign-in", where)
        log.warning("sign-in refused", account=accounts.digest(who)[:8], where=where)
        return sign_in_page(form, 422, speak(_("The e-mail or the password is wrong.")), kept)
    limiting.forget(WRONG, "sign-in", who, where)
    start_session(user)
    if kept:
        return go_on(kept)
    return redirect(local_path(request.form.get("next")), 303)


def find_user(email: str) -> User | None:
    """The account of an address, of whatever organisation."""
    with parts().database.read(EVERYONE) as rows:
        return rows.scalars(select(User).where(User.email == email)).one_or_none()


def start_session(user: User) -> None:
    """A new token for this browser; what its cookie held before opens nothing any more (S06)."""
    agent, now = request.user_agent.string, parts().clock.now()
    with parts().database.begin(user.organisation_id) as rows:
        forget_token(rows)
        token = accounts.open_session(rows, user, agent, now)
    session.clear()
    session[accounts.TOKEN] = token
    session.permanent = True
    g.pop("csrf_token", None)  # the one made for the page before


def forget_token(rows: Session) -> None:
    """End the session that the cookie holds, if any."""
    rows.execute(
        delete(UserSession).where(UserSession.digest == accounts.digest(str(session.get(accounts.TOKEN))))
    )


def go_on(kept: str) -> ResponseReturnValue:
    """Offer what was typed while signed out to be sent now (S04)."""
    try:
        path, fields, had_files = json.loads(kept)
        fields = [(str(name), str(value)) for name, value in fields if name != "csrf_token"]
    except (ValueError, TypeError, RecursionError):
        return redirect("/", 303)
    path = local_path(str(path), "POST")
    return render_template("account/go_on.html", path=path, typed=fields, had_files=had_files)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's session at once."""
    with parts().database.begin(EVERYONE) as rows:
        forget_token(rows)
    session.clear()
    return redirect(url_for("sign_in.ask"), 303)


@bp.get("/password/forgot")
def forgot() -> ResponseReturnValue:
    """Where to ask for a mail with a link; says the same whoever asked."""
    return render_template("account/forgot.html", form=ForgotForm(), sent="sent" in request.args)


@bp.post("/password/forgot")
def send_link() -> ResponseReturnValue:
    """Owe a mail to the address if it has an account; the page tells nobody whether it has (S02)."""
    form = ForgotForm(request.form)
    who, now = str(form.email.data)[:254], parts().clock.now()
    user = find_user(who)
    if limiting.count(MAILS, "password", who) and user is not None and user.active:
        with parts().database.begin(user.organisation_id) as rows:
            outbox.owe_account_mail(
                rows, user, "password", {"password_link": passwords.new_link(rows, user, now)}, now
            )
        parts().ring("outbox")
    return redirect(url_for("sign_in.forgot", sent=1, lang=g.reader.language), 303)


@bp.get("/password/<token>")
def choose(token: str) -> ResponseReturnValue:
    """The form for a new password; looking does not use the link up (S02)."""
    with parts().database.read(EVERYONE) as rows:
        if passwords.live_link(rows, token, parts().clock.now()) is None:
            return dead_link()
    return render_template("account/choose.html", form=PasswordForm())


@bp.post("/password/<token>")
def use(token: str) -> ResponseReturnValue:
    """Keep the new password, end all sessions, tell the owner (S02)."""
    form, now = PasswordForm(request.form), parts().clock.now()
    with parts().database.begin(EVERYONE) as rows:
        link = passwords.live_link(rows, token, now, to_use=True)
        if link is None:
            return dead_link()
        if not form.validate():
            return render_template("account/choose.html", form=form), 422
        passwords.choose(rows, link.user, form.password.data, now)
        outbox.owe_account_mail(rows, link.user, "password_changed", {}, now)
    parts().ring("outbox")
    session.clear()
    return redirect(url_for("sign_in.ask", chosen=1), 303)


def dead_link() -> ResponseReturnValue:
    """Used, over or never there: all the same to who holds it."""
    return render_template("account/dead_link.html"), 410
