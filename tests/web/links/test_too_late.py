"""An act that is not allowed any more, sent as a form: told why, and what was typed is not lost."""

import html

import pytest

from fieldtickets.domain.acts import Act, Weight
from fieldtickets.domain.parties import Party
from fieldtickets.exchanges import ACTS, EXCHANGES
from fieldtickets.exchanges.fields import FilesField
from tests.builders import TUESDAY_AT_TWO, TYPED_TUESDAY, a_ticket, do
from tests.conftest import sqlite_copy
from tests.web.links.forms import path_of_anna

SAMPLES = {name: answer for exchange in EXCHANGES for name, answer in exchange.samples.items()}
AT_ANY_TIME = ("message.write", "link.renew", "document.submit")
NO_LIST = "appointment.agree"  # its dates are gone with the ticket, so that there is nothing to choose from
BY_HAND = {"offer.accept": TYPED_TUESDAY}
FREE_TEXT = ("Text", "TextAreaField")


def acts_of(party: Party) -> list[Act]:
    return [
        act
        for act in ACTS.values()
        if party in act.by and act.weight is not Weight.SILENT and act.name not in (*AT_ANY_TIME, NO_LIST)
    ]


def as_sent(act: Act) -> dict[str, object]:
    """The example answer of an act as a browser sends it."""
    if act.name in BY_HAND:
        return dict(BY_HAND[act.name])
    form = act.form(data=dict(SAMPLES.get(act.name, {})))
    sent = {}
    for name, field in form._fields.items():
        if field.data in (None, "", False) or isinstance(field, FilesField):
            continue
        sent[name] = field._value() if hasattr(field, "_value") else field.data
    return sent


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def closed(parts, cast):
    job = a_ticket(parts, cast, cast.karim)
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    path_of_anna(parts, job)
    do(parts, cast, job, "ticket.close", party=Party.MANAGER)
    return job


def told_too_late(phone, parts, path, act):
    field = parts.links.form_field(f"link:{parts.links.read(path.split('/')[2])}", act.name, 1)
    typed = as_sent(act)
    answer = phone.post(f"{path}/{act.name}", data={"submission": field, **typed})
    assert answer.status_code == 409, act.name
    assert "This job is closed." in answer.text
    words = [typed[f.name] for f in act.form() if f.type in FREE_TEXT and f.name in typed]
    for text in words:
        assert "Send as a message" in answer.text, act.name
        assert html.escape(text, quote=False)[:20] in html.unescape(answer.text), act.name


def test_nobody_is_sent_to_correct_an_answer_that_is_too_late(phone, parts, cast, closed):
    """R07 S051"""
    karim = closed.path(cast.karim)
    field = parts.links.form_field(f"link:{closed.link_ids[cast.karim]}", "visit.late", 1)

    answer = phone.post(f"{karim}/visit.late", data={"submission": field, "minutes": "a while"})

    assert (answer.status_code, "This job is closed." in answer.text) == (409, True)
    assert "a while" in answer.text


@pytest.mark.parametrize("act", acts_of(Party.SUBCONTRACTOR), ids=lambda act: act.name)
def test_the_subcontractor_is_told_why_and_may_send_it_as_a_message(phone, parts, cast, closed, act):
    """R07 R09 L19 S051"""
    told_too_late(phone, parts, closed.path(cast.karim), act)


@pytest.mark.parametrize("act", acts_of(Party.CUSTOMER), ids=lambda act: act.name)
def test_the_customer_is_told_why_and_may_send_it_as_a_message(phone, parts, closed, act):
    """R07 R09 L19 S051"""
    told_too_late(phone, parts, path_of_anna(parts, closed), act)
