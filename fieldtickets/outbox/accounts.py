"""Mails about an account: no ticket, no link of a ticket; what they carry instead is a password link."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from fieldtickets.domain.acts import Notice
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.store.models import Delivery, Organisation, User

WANTED_FOR = timedelta(minutes=60)  # as long as the link in it works
ACCOUNT = "account."  # before the kind, where a delivery of a ticket has the name of an act
TEST = ACCOUNT + "test"

ACCOUNT_MAILS: Mapping[str, Notice] = {
    "password": Notice(
        Party.MANAGER,
        subject=_("Choose a new password"),
        email=_(
            "Somebody asked for a new password for your account. The button works once, for an hour. "
            "If it was not you, do nothing: your password stays as it is."
        ),
        button=_("Choose a password"),
    ),
    "password_changed": Notice(
        Party.MANAGER,
        subject=_("Your password was changed"),
        email=_(
            "The password of your account was changed just now, and all devices were signed out. "
            "If it was not you, choose a new one at once and tell your administrator."
        ),
        button=_("Sign in"),
    ),
    "invitation": Notice(
        Party.MANAGER,
        subject=_("Your account"),
        email=_("An account was made for you. Choose a password to begin; the button works once."),
        button=_("Choose a password"),
    ),
    "test": Notice(
        Party.MANAGER,
        subject=_("Test message"),
        email=_("You asked for this message to see whether mails arrive. They do."),
        button=_("Sign in"),
        sms=_("%(organisation)s: this is a test, text messages arrive. %(link)s"),
    ),
}


def owe_account_mail(
    session: Session, user: User, kind: str, words: Mapping[str, str], now: datetime
) -> Delivery:
    """Owe a user one of ACCOUNT_MAILS; written in the caller's transaction, like every delivery.

    words: {"password_link": name} where the mail carries one; the token itself is never stored.
    """
    return _owed(session, user, kind, "email", user.email, words, now)


def owe_test_text(
    session: Session, user: User, phone: str, organisation: Organisation, now: datetime
) -> Delivery:
    """Owe a text message to the number, in E.164, at which an administrator wants to see one arrive."""
    return _owed(session, user, "test", "sms", phone, {"organisation": organisation.short_name}, now)


def _owed(
    session: Session,
    user: User,
    kind: str,
    channel: str,
    address: str,
    words: Mapping[str, str],
    now: datetime,
) -> Delivery:
    delivery = Delivery(
        idempotency_key=f"{ACCOUNT}{kind}.{user.id}.{uuid4().hex}",
        organisation_id=user.organisation_id,
        party=Party.MANAGER,
        channel=channel,
        address=address,
        name=user.name,
        language=user.language,
        zone="UTC",
        act=ACCOUNT + kind,
        words=dict(words),
        due_at=now,
        ends_at=now + WANTED_FOR,
    )
    session.add(delivery)
    return delivery
