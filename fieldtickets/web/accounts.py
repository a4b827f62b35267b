"""Account holders: who is signed in, what their role may do, and that a form is their own (S03 to S06).

A cookie holds a random token; the row with its digest says whose it is, and deleting the row signs out
at once (O10). Looking never writes: when somebody was last seen is noted by what they do (G01).
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, update
from sqlalchemy.orm import Session, contains_eager
from werkzeug.exceptions import Forbidden, Unauthorized

from fieldtickets.domain.parties import Role
from fieldtickets.language import Reader
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Organisation, User, UserSession
from fieldtickets.web.parts import parts

READING = ("GET", "HEAD", "OPTIONS")
MANAGERS = (Role.ADMIN, Role.MANAGER)  # who may do the manager's acts
SESSION_LASTS = timedelta(days=30)  # after the last thing done
SEEN_EVERY = timedelta(minutes=5)
TOKEN = "account"  # the name of the cookie's entry, not a secret

SMALL_BODY_BYTES = 1_000_000  # from somebody who is not signed in


class OwnForms(CSRFProtect):
    """Flask-WTF's token, and besides that the origin which the browser names (S03, S05, S07)."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Raise CSRFError for a form without our token, or sent by another site's page."""
        if request.method in READING or not request.endpoint or (apply_exemptions and self._is_exempt()):
            return
        if TOKEN not in session:
            request.max_content_length = SMALL_BODY_BYTES  # before the form, and what is in it, is read
        super().protect()
        refuse_other_origins()

    def _is_exempt(self) -> bool:
        """As the library's; and what is in an exempt room is exempt, however deep."""
        rooms = [current_app.blueprints[name] for name in request.blueprints]
        return bool(super()._is_exempt()) or any(room in self._exempt_blueprints for room in rooms)


csrf = OwnForms()  # a blueprint with a proof of its own says `csrf.exempt(bp)`


class SignInNeeded(Unauthorized):
    """Nobody is signed in; the sign-in page takes over, and keeps what was typed (S04)."""


class RoleNotAllowed(Forbidden):
    """Signed in, in a role that may not do this (O02)."""

    code_for_programs = "role.not_allowed"


class AgelessSerializer(URLSafeTimedSerializer):
    """Signed cookies whose age nobody asks: two servers' clocks may differ (T04), the row ends a session."""

    def loads(self, s, max_age=None, return_timestamp=False, salt=None):  # type: ignore[no-untyped-def, override]
        """As the library's, whatever age is allowed."""
        return super().loads(s, None, return_timestamp, salt)


class AgelessSessions(SecureCookieSessionInterface):
    """Flask's cookie, read without comparing clocks."""

    def get_signing_serializer(self, app: Flask) -> AgelessSerializer:
        """The library's serializer with the installation's keys, oldest first."""
        return AgelessSerializer(
            [*app.config["SECRET_KEY_FALLBACKS"], app.config["SECRET_KEY"]],
            salt="fieldtickets.session.v1",
            serializer=self.serializer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


def install(app: Flask) -> None:
    """Set up the cookie and the protection of forms; `may` becomes a word of templates."""
    settings = app.extensions["fieldtickets"].settings
    https = settings.base_url.startswith("https:")
    newest, *older = settings.secret_keys
    app.config.update(
        SECRET_KEY=newest,
        SECRET_KEY_FALLBACKS=older[::-1],
        SESSION_COOKIE_NAME="__Host-fieldtickets" if https else "fieldtickets",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        WTF_CSRF_SECRET_KEY=[*older[::-1], newest],
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # refuses browsers that send no Referer (S05); see refuse_other_origins
    )
    app.session_interface = AgelessSessions()
    app.jinja_env.globals["may"] = may
    csrf.init_app(app)


def refuse_other_origins() -> None:
    """Raise CSRFError when the browser names another site; one that names none is believed (S05)."""
    origin = request.headers.get("Origin") or _origin(request.headers.get("Referer"))
    ours = (parts().settings.base_url, request.host_url.rstrip("/"))
    if origin and origin not in ours:
        raise CSRFError("The form came from another site.")


def _origin(referer: str | None) -> str:
    return "/".join((referer or "").split("/")[:3])


def signed_in() -> None:
    """Guard of a whole blueprint, as its `before_request`: somebody is signed in, and readers only read.

    Sets g.user, g.organisation, g.organisation_id and g.reader. Raises SignInNeeded, RoleNotAllowed.
    """
    if not recognised():
        raise SignInNeeded
    if request.method not in READING:
        _note_seen(g.account, parts().clock.now())
        require(Role.ADMIN, Role.MANAGER, Role.ACCOUNTANT)


def recognised() -> bool:
    """Whether somebody is signed in, for pages that strangers read too; sets what `signed_in` does."""
    found = _account(parts().clock.now())
    if found is None:
        return False
    g.account, g.organisation = found
    g.user, g.organisation_id = g.account.user, g.organisation.id
    g.reader = Reader(g.user.language, g.organisation.time_zone)
    return True


def _account(now: datetime) -> tuple[UserSession, Organisation] | None:
    """The live session of the cookie with its user loaded; None when there is none (any more)."""
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    with parts().database.read(EVERYONE) as rows:
        found = rows.execute(
            select(UserSession, Organisation)
            .join(UserSession.user)
            .join(Organisation, Organisation.id == UserSession.organisation_id)
            .options(contains_eager(UserSession.user))
            .where(
                UserSession.digest == digest(token),
                UserSession.last_seen_at > now - SESSION_LASTS,
                User.active.is_(True),
            )
        ).one_or_none()
        return (found[0], found[1]) if found else None


def _note_seen(account: UserSession, now: datetime) -> None:
    if now - account.last_seen_at < SEEN_EVERY:
        return
    with parts().database.begin(account.organisation_id) as rows:
        rows.execute(update(UserSession).where(UserSession.digest == account.digest).values(last_seen_at=now))


def may(*roles: Role | str) -> bool:
    """Whether the account holder has one of these roles."""
    return g.user.role in roles


def require(*roles: Role) -> None:
    """Raise RoleNotAllowed unless the account holder has one of these roles (O02)."""
    if not may(*roles):
        raise RoleNotAllowed


def open_session(rows: Session, user: User, agent: str, now: datetime) -> str:
    """A new row for this browser; the token that goes into its cookie and is kept nowhere."""
    token = secrets.token_urlsafe(32)
    rows.add(
        UserSession(
            organisation_id=user.organisation_id,
            digest=digest(token),
            user_id=user.id,
            agent=agent[:200],
            created_at=now,
            last_seen_at=now,
        )
    )
    return token


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
