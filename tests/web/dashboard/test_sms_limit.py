"""A manager who asks the same again and again is told to call instead (M14)."""

from sqlalchemy import select

from fieldtickets.store.models import Delivery
from tests.builders import a_ticket, acts_done
from tests.web.dashboard.ticket_forms import CSRF, fill, page_of
from tests.web.signing_in import sign_in


def test_the_link_is_not_sent_again_in_a_loop(phone, parts, cast):
    """M14"""
    ticket = a_ticket(parts, cast, cast.karim)
    sign_in(phone, parts, cast.nadia)
    for _time in range(4):
        assert fill(phone, page_of(ticket), "link.resend").status_code == 303

    refused = fill(phone, page_of(ticket), "link.resend")

    assert refused.status_code == 429
    assert "Call, or wait an hour." in refused.text
    assert acts_done(parts.database, cast.organisation).count("link.resend") == 4


def test_a_lost_message_is_not_sent_again_over_the_limit_of_the_day(phone, parts, cast):
    """M14 M04"""
    ticket = a_ticket(parts, cast, cast.karim)
    with parts.database.begin(cast.organisation) as session:
        lost = session.scalars(select(Delivery).where(Delivery.channel == "sms")).one()
        lost.state, lost_id = "failed", lost.id
    a_ticket(parts, cast, cast.lucie)
    object.__setattr__(parts.settings, "sms_per_day", 1)
    sign_in(phone, parts, cast.nadia)
    csrf = CSRF.search(phone.get(page_of(ticket)).text)[1]

    refused = phone.post(f"{page_of(ticket)}/again", data={"csrf_token": csrf, "delivery": lost_id})

    assert refused.status_code == 429
    assert "Try again tomorrow." in refused.text
    assert "message.again" not in acts_done(parts.database, cast.organisation)


def test_why_a_message_waits_or_did_not_leave_is_said_beside_it(phone, parts, cast, clock):
    """M14 M18"""
    ticket = a_ticket(parts, cast, cast.karim)
    sign_in(phone, parts, cast.nadia)
    with parts.database.begin(cast.organisation) as session:
        text = session.scalars(select(Delivery).where(Delivery.channel == "sms")).one()
        text.state, text.failure = "queued", "sms.limit"
    assert "waiting to leave (the limit of text messages is reached)" in phone.get(page_of(ticket)).text

    with parts.database.begin(cast.organisation) as session:
        session.get_one(Delivery, text.id).state = "cancelled"
        session.get_one(Delivery, text.id).failure = "sms.stop"
    assert "not sent (no more text messages are wanted there)" in phone.get(page_of(ticket)).text
