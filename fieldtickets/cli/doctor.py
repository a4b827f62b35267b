"""The doctor: one plain sentence for every part, each found out by using it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import with_appcontext

from fieldtickets.senders import KeyRefused, NotSent, Rejected
from fieldtickets.senders.email import mail_gateway
from fieldtickets.senders.sms import sms_gateway
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.queries.keys import links_without_key
from fieldtickets.web.health import Check, Unwell, checks, trouble
from fieldtickets.web.parts import Parts, parts

DEMO = "demo:"


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check settings, database, storage, queue, mail and SMS by a real call; exit 1 if one is not well.

    Nothing is sent to anybody.
    """
    found = [(name, trouble(check)) for name, check in _all(parts())]
    for name, reason in found:
        click.echo(f"{name}: {reason or 'well'}")
    if any(reason for _name, reason in found):
        raise SystemExit(1)


def _all(service: Parts) -> Iterator[tuple[str, Check]]:
    yield "settings", lambda: _settings(service)
    yield from checks(service).items()
    yield "keys", lambda: _keys(service)
    yield "mail", lambda: _mail(service)
    yield "sms", lambda: _sms(service)


def _settings(service: Parts) -> None:
    """They were read when the command started; what is left is what only some installations need."""
    if service.settings.is_public and not service.settings.mail_from:
        raise Unwell("FIELDTICKETS_MAIL_FROM is missing: mails come from an address that nobody answers")


def _keys(service: Parts) -> None:
    with service.database.read(EVERYONE) as session:
        lost = links_without_key(session, service.links.knows, service.clock.now())
    if lost:
        raise Unwell(f"{lost} live links open no more: the key that signed them is not in SECRET_KEYS")


def _mail(service: Parts) -> None:
    with _plain("the mail server"), mail_gateway(service.settings.smtp_url or DEMO) as gateway:
        gateway.check()


def _sms(service: Parts) -> None:
    with _plain("the SMS gateway"):
        sms_gateway(service.settings.sms_url or DEMO).check()


@contextmanager
def _plain(provider: str) -> Iterator[None]:
    """What a provider answered, as a sentence; its words were already freed of secrets."""
    try:
        yield
    except KeyRefused as reason:
        raise Unwell(f"{provider} does not know us: {reason}") from None
    except (NotSent, Rejected) as reason:
        raise Unwell(f"{provider} takes nothing: {reason}") from None


COMMANDS = (doctor,)
