"""Sessions on site: from when to when somebody was there, and what would be billed though nobody came."""

from datetime import timedelta

import pytest

from fieldtickets.domain.acts import Done
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.exchanges.stays import Stay, is_billed_unseen, stays
from tests.builders import MONDAY_NOON

ABSENT = {"reason": "customer_absent"}
POSTPONED = {"agreed_with_customer": True}


def past(*acts):
    """These acts, one an hour from noon on; an act is a name, or a name with its answer."""
    pairs = [(one, {}) if isinstance(one, str) else one for one in acts]
    return [Done(name, at(number), answer) for number, (name, answer) in enumerate(pairs)]


def at(number: int):
    return MONDAY_NOON + timedelta(hours=number)


def test_a_session_lasts_from_the_recorded_arrival_to_the_report():
    """S077 S078"""
    came = past("offer.accept", ("visit.arrive", {"proof": "code"}), "visit.start")
    assert stays(came) == [Stay(at(1), None, "code")]
    assert stays([*came, Done("completion.submit", at(9))]) == [Stay(at(1), at(9), "code")]


def test_who_never_said_to_have_come_has_no_session():
    """S078"""
    assert stays(past("offer.accept", "visit.on_my_way", "visit.late", "completion.submit")) == []


def test_the_code_scanned_at_the_start_proves_the_session_that_lasts():
    """S078"""
    assert stays(past("visit.arrive", ("visit.start", {"proof": "code"}))) == [Stay(at(0), None, "code")]


@pytest.mark.parametrize(
    "end",
    [
        ("visit.fail", ABSENT),
        ("visit.customer_cancels", {}),
        ("appointment.agree", {}),
        ("appointment.propose", POSTPONED),
        ("offer.recall", {}),
        ("ticket.cancel", {}),
    ],
    ids=lambda end: end[0],
)
def test_whatever_ends_the_visit_ends_the_session_and_the_next_arrival_begins_another(end):
    """S078"""
    assert stays(past("visit.arrive", end, "visit.start")) == [Stay(at(0), at(1)), Stay(at(2))]


def test_a_date_that_is_only_proposed_ends_no_session():
    """S078"""
    assert stays(past("visit.start", "appointment.propose", "visit.late")) == [Stay(at(0))]


UNSEEN = (
    (("offer.accept", "completion.submit"), True),
    (("visit.on_my_way", ("visit.fail", ABSENT)), True),
    (("visit.arrive", "appointment.agree", "completion.submit"), True),  # the day changed since
    (("visit.arrive", "completion.submit"), False),
    (("visit.start", "completion.submit"), False),
    (("visit.customer_absent", ("visit.fail", ABSENT)), False),
    (("completion.submit", "ticket.reopen", "visit.arrive", "completion.submit"), False),
    ((("visit.fail", {"reason": "no_access"}),), False),  # which costs nobody anything
    (("offer.accept",), False),
)


@pytest.mark.parametrize(("acts", "unseen"), UNSEEN)
def test_a_session_without_recorded_arrival_is_not_billed_unseen(acts, unseen):
    """S079"""
    assert is_billed_unseen(past(*acts), HOME_CLEANING) is unseen


@pytest.mark.parametrize("rules", [SYNDIC, MARKETPLACE], ids=lambda rules: rules.name)
@pytest.mark.parametrize(("acts", "_unseen"), UNSEEN)
def test_arrivals_are_wanted_in_home_cleaning_alone(acts, _unseen, rules):
    """S091"""
    assert not is_billed_unseen(past(*acts), rules)
