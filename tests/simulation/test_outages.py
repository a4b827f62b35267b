"""Gateways that fail for some hours: when, how, and what leaves all the same."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldtickets.senders import KeyRefused, NotSent, TextMessage, Unclear
from fieldtickets.simulation.letterbox import Letterbox, Receipt
from fieldtickets.simulation.outages import Outage, Trouble, drawn

NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def the_letterbox(trouble: Trouble, now: datetime = NOON) -> Letterbox:
    """The gateway of text messages is in trouble from eleven to one."""
    return Letterbox(lambda: now, outages=[Outage("sms", NOON - HOUR, NOON + HOUR, trouble)])


def text(id_: int) -> TextMessage:
    return TextMessage(str(id_), "+33639000001", "Lavigne", "A job: https://x.example/l/abc", "")


@pytest.mark.parametrize(
    ("trouble", "told"),
    [(Trouble.UNREACHABLE, NotSent), (Trouble.FAILING, NotSent), (Trouble.STRANGER, KeyRefused)],
)
def test_in_an_outage_nothing_arrives_and_the_sender_says_why(trouble, told):
    """M06 M08"""
    letterbox = the_letterbox(trouble)

    with pytest.raises(told):
        letterbox.texts("")(text(7))

    assert letterbox.emptied() == []
    assert letterbox.outages[0].met == {7}


def test_a_call_that_breaks_off_may_have_left_its_message_and_a_receipt_comes_later():
    """M04"""
    letterbox = the_letterbox(Trouble.BREAKING_OFF)

    with pytest.raises(Unclear):
        letterbox.texts("")(text(9))
    with pytest.raises(NotSent):
        letterbox.texts("")(text(10))

    assert [one.token for one in letterbox.emptied()] == ["abc"]
    assert letterbox.receipts() == [Receipt(9, "delivered")]


def test_after_an_outage_messages_arrive_again():
    letterbox = the_letterbox(Trouble.UNREACHABLE, NOON + HOUR)

    letterbox.texts("")(text(7))

    assert len(letterbox.emptied()) == 1


def test_outages_depend_on_the_seed_and_leave_the_last_day_alone():
    ends = NOON + timedelta(days=90)
    one, other = drawn(1, NOON, 90), drawn(2, NOON, 90)

    assert drawn(1, NOON, 90) == one != other
    assert {outage.trouble for outage in one + other} == set(Trouble)
    assert all(NOON <= outage.begins < outage.ends < ends - timedelta(days=1) for outage in one + other)
