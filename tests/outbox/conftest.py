"""The outbox with real providers beside it: an SMTP server and a text gateway on this machine."""

from dataclasses import replace

import pytest

from fieldtickets.outbox.courier import Outbox
from tests.fakes.smtp_sink import SmtpSink


@pytest.fixture
def mailbox():
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def outbox(parts, clock, mailbox, network) -> Outbox:
    settings = replace(parts.settings, smtp_url=mailbox.url, sms_url=network.url)
    return Outbox(settings, parts.database, parts.links, parts.files, clock.now)
