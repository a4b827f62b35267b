"""From one ticket's page: the customer's link is sent, replaced and cut, and a wrong number is put right."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.exchanges import ACTS
from fieldtickets.store.models import Customer, Delivery, Event, Link, TodoTask
from tests.builders import MONDAY_NOON, a_ticket, acts_done, do
from tests.web.dashboard.ticket_forms import fill, forms_on, page_of
from tests.web.links.forms import path_of_anna


def annas(page: str, act: str) -> str:
    """The form of an act about Anna's link: Karim's stands on the same page."""
    (form,) = [one for one in forms_on(page, act) if 'name="to" value="customer"' in one]
    return form


def told(parts, cast, act: str) -> list[tuple[str, str]]:
    """To whom the messages of an act went."""
    with parts.database.read(cast.organisation) as session:
        rows = session.scalars(select(Delivery).where(Delivery.act == act))
        return sorted((one.party, one.address) for one in rows)


def correct(nadia, job, form: str | None = None, **typed):
    answer = {"phone": "06 39 98 00 07", "email": "anna@rossi.example", **typed}
    return fill(nadia, page_of(job), "customer.correct", form, **answer)


ANNA = [("customer", "+33639980000"), ("customer", "anna@rossi.example")]


def test_the_customers_link_is_sent_again_replaced_and_cut_and_karims_stays(nadia, parts, cast, job):
    """L09"""
    first, address = path_of_anna(parts, job), page_of(job)
    assert f"http://localhost{first}" in nadia.get(address).text

    for act in ("link.resend", "link.replace"):
        assert fill(nadia, address, act, annas(nadia.get(address).text, act)).status_code == 303
        assert told(parts, cast, act) == ANNA
    page = nadia.get(address).text
    second = re.search(r'value="http://localhost(/l/\w+)" id="link-customer"', page)[1]
    assert nadia.get(first).status_code == 410
    assert nadia.get(second).status_code == 200

    assert fill(nadia, address, "link.revoke", annas(page, "link.revoke")).status_code == 303
    assert nadia.get(second).status_code == 410
    assert nadia.get(job.path(cast.karim)).status_code == 200
    page = nadia.get(address).text
    assert all(f"Link {what}: the customer." in page for what in ("sent again", "replaced", "withdrawn"))
    assert "the customer." not in nadia.get(job.path(cast.karim)).text


def test_where_there_is_no_customer_there_is_no_link_to_handle(nadia, parts, cast):
    """L09"""
    job = a_ticket(parts, cast, cast.karim, customer=None)
    page = nadia.get(page_of(job)).text

    assert forms_on(page, "customer.correct") == []
    assert 'value="customer"' not in "".join(forms_on(page, "link.revoke"))
    assert nadia.get(f"{page_of(job)}/customer.correct").status_code == 200
    form = forms_on(page, "link.revoke")[0].replace("dispatch_id", "x")
    late = fill(nadia, page_of(job), "link.revoke", form, to="customer")
    assert late.status_code == 409
    assert "link.revoke" not in acts_done(parts.database, cast.organisation)


def test_a_wrong_number_is_put_right_and_what_waits_goes_to_the_new_one(nadia, parts, cast, job):
    """M20 M15"""
    done = correct(nadia, job)

    assert done.status_code == 303
    page = nadia.get(page_of(job)).text
    assert "Nadia Benali corrects how the customer is reached." in page
    assert "tel:+33639980007" in page
    assert ("customer", "+33639980007") in told(parts, cast, "offer.accept")
    assert ("customer", "+33639980000") not in told(parts, cast, "offer.accept")
    assert told(parts, cast, "customer.correct") == [("subcontractor", "karim@plomberie.example")]
    with parts.database.read(cast.organisation) as session:
        event = session.scalars(select(Event).where(Event.act == "customer.correct")).one()
        assert event.payload.content["answer"]["phone"] == "+33639980007"
        assert session.scalars(select(Customer.phone)).all() == ["+33639980007"]


def test_a_number_of_somebody_else_takes_the_link_along(nadia, parts, cast, job):
    """L09 M20"""
    first = path_of_anna(parts, job)

    assert correct(nadia, job, replace_link="y", email="").status_code == 303

    assert nadia.get(first).status_code == 410
    assert ("customer", "+33639980007") in told(parts, cast, "customer.correct")
    with parts.database.read(cast.organisation) as session:
        mail = select(Delivery.state).where(
            Delivery.party == Party.CUSTOMER, Delivery.act == "offer.accept", Delivery.channel == "email"
        )
        assert session.scalars(mail).all() == ["cancelled"]
        links = session.scalars(select(Link).where(Link.party == Party.CUSTOMER)).all()
        assert sorted(link.revoked_at is None for link in links) == [False, True]


@pytest.mark.parametrize("replaces", ["", "y"])
def test_a_fresh_link_to_the_right_number_makes_up_for_what_was_lost(nadia, parts, cast, job, replaces):
    """M20 M04"""
    bounced = {"channel": "sms", "recipient": "Anna Rossi", "settles": []}
    do(parts, cast, job, "message.bounce", answer=bounced, party=Party.CLOCK)
    with parts.database.read(cast.organisation) as session:
        assert session.scalars(select(TodoTask.settled_at)).all() == [None]

    correct(nadia, job, replace_link=replaces)

    with parts.database.read(cast.organisation) as session:
        (settled_at,) = session.scalars(select(TodoTask.settled_at)).all()
        assert (settled_at is not None) == bool(replaces)


def test_a_number_of_a_country_that_the_server_does_not_send_to_is_asked_again(nadia, parts, job):
    """M15"""
    object.__setattr__(parts.settings, "phone_countries", ("CH",))

    refused = correct(nadia, job, phone="04 72 00 00 00")

    assert refused.status_code == 422
    assert "We do not send to numbers of this country." in refused.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"phone": "12"}, "Check this phone number."),
        ({"phone": "0899 70 00 00"}, "phone number|special number"),
        ({"phone": "", "email": ""}, "Give a telephone number or an e-mail."),
        ({"email": "anna.rossi.example"}, "This is not an e-mail address."),
        ({"email": "a@b\nBcc: igor@igor.example"}, "This is not an e-mail address."),
    ],
)
def test_a_number_or_address_that_cannot_be_is_asked_again(nadia, parts, cast, job, typed, words):
    """M15 X04"""
    refused = correct(nadia, job, **typed)

    assert refused.status_code == 422
    assert re.search(words, refused.text)
    assert "customer.correct" not in acts_done(parts.database, cast.organisation)


def test_two_managers_do_not_overwrite_each_others_correction(nadia, parts, cast, job):
    """R08"""
    form = forms_on(nadia.get(page_of(job)).text, "customer.correct")[0]
    correct(nadia, job)

    second = correct(nadia, job, form, phone="06 39 98 00 09")

    assert second.status_code == 409
    assert "06 39 98 00 07" in second.text
    assert "06 39 98 00 09" in second.text


def test_no_act_about_a_link_or_a_number_is_the_outside_partys():
    """O02"""
    names = ("link.resend", "link.replace", "link.revoke", "customer.correct")
    assert {ACTS[name].by for name in names} == {(Party.MANAGER,)}


def test_the_manager_reads_how_often_the_customer_was_called_in_vain(nadia, parts, cast):
    """S032 S035"""
    ticket = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, ticket, "offer.accept", cast.karim)
    assert "Tries without an answer" not in nadia.get(page_of(ticket)).text
    for minute, channel in enumerate(("phone", "sms"), 1):
        now = MONDAY_NOON + timedelta(minutes=minute)
        do(parts, cast, ticket, "call.log", cast.karim, {"outcome": "no_answer", "channel": channel}, now=now)

    assert "Tries without an answer: 2 of 5, in 2 of 2 ways." in nadia.get(page_of(ticket)).text
    do(
        parts,
        cast,
        ticket,
        "call.log",
        cast.karim,
        {"outcome": "reached"},
        now=MONDAY_NOON + timedelta(hours=1),
    )
    assert "Tries without an answer" not in nadia.get(page_of(ticket)).text
