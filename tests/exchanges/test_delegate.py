"""The technician whom a company sends: by a link of their own, that can be taken back alone."""

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.effects import Dismiss, Invite
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.delegate import DelegateForm
from tests.builders import some_facts

create, revoke = ACTS["delegate.create"], ACTS["delegate.revoke"]


def holding(*acts, **changes):
    facts = {"phase": Phase.ASSIGNED, "standing": Standing.ASSIGNED, **changes}
    return some_facts("offer.accept", *acts, **facts)


def filled(country="FR", **typed):
    form = DelegateForm(MultiDict(typed))
    form.fit(holding(country=country), Party.SUBCONTRACTOR)
    return form


def test_a_company_sends_somebody_who_gets_a_link_by_text():
    """S054"""
    form = filled(name="Sofiane", phone="06 39 98 00 01")
    assert form.validate()

    outcome = create.play(Party.SUBCONTRACTOR, holding(), form.answer())

    assert outcome.effects == (Invite(Party.DELEGATE, "Sofiane", "+33639980001"),)
    told = [notice for _number, notice in outcome.notices if notice.to is Party.DELEGATE]
    assert told[0].sms.endswith("%(link)s")


@pytest.mark.parametrize("phone", ["", "   ", "abc", "04 72 00 00 00", "0899 70 00 00", "+1 212 555 0100"])
def test_a_number_that_no_text_reaches_is_refused(phone):
    """M15"""
    form = filled(name="Sofiane", phone=phone)
    assert not form.validate()
    assert form.errors.keys() == {"phone"}


def test_a_number_is_read_as_one_of_the_country_of_the_site():
    """M15"""
    form = filled("DE", name="Jens", phone="0151 23456789")
    assert form.validate()
    assert form.answer()["phone"] == "+4915123456789"


def test_a_number_of_a_country_that_we_do_not_send_to_is_refused():
    """M15"""
    form = DelegateForm(MultiDict({"name": "Sofiane", "phone": "06 12 34 56 78"}))
    form.fit(holding(phone_countries=("CH",)), Party.SUBCONTRACTOR)

    assert not form.validate()
    assert form.errors.keys() == {"phone"}


def test_only_who_has_the_job_sends_somebody():
    """O08"""
    assert create.open_to(Party.SUBCONTRACTOR, holding())
    assert not create.open_to(Party.DELEGATE, holding())
    assert not create.open_to(Party.SUBCONTRACTOR, holding(standing=Standing.LOST))
    assert not create.open_to(Party.SUBCONTRACTOR, holding(phase=Phase.DONE))


def test_the_link_is_taken_back_alone():
    """L09"""
    sent = holding("delegate.create")
    assert revoke.play(Party.SUBCONTRACTOR, sent, {}).effects == (Dismiss(Party.DELEGATE),)
    assert not revoke.open_to(Party.SUBCONTRACTOR, holding())
    assert not revoke.open_to(Party.SUBCONTRACTOR, holding("delegate.create", "delegate.revoke"))
    assert revoke.open_to(
        Party.SUBCONTRACTOR, holding("delegate.create", "delegate.revoke", "delegate.create")
    )
