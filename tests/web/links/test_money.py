"""Quotes and extra work through everybody's own page: who reads which amount, and who decides."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.desk import Actor, Request, record
from fieldtickets.domain.effects import ChargeState
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.rounds import Rounds
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import ChargeRow, Delivery, Dispatch, Link, Ticket, TodoTask
from fieldtickets.store.queries import links as queries
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done, do
from tests.desk.test_races import at_once
from tests.pictures import photo
from tests.web.links.forms import fill, forms_on, path_of_anna, send

KARIMS, LUCIES = {"amount_net": "312", "vat_rate": "10"}, {"amount_net": "289,50", "vat_rate": "10"}
EXTRA = {"description": "Robinet d'arrêt à changer", "units": "2", "unit_price": "35"}
LATER = MONDAY_NOON + timedelta(minutes=1)
MOREAU = {"name": "Jean Moreau", "email": "jean.moreau@conseil.example"}


@pytest.fixture
def job(parts, cast):
    return a_ticket(parts, cast, cast.karim, cast.lucie, kind="quote", price_cents=None)


@pytest.fixture
def path_of_moreau(parts, cast):
    """Nadia lets Mr Moreau in; the address of his link."""

    def let_in(job, company):
        do(parts, cast, job, "approval.ask", company, MOREAU, party=Party.MANAGER)
        with parts.database.read(EVERYONE) as session:
            link = session.scalars(
                select(Link).where(Link.ticket_id == job.id, Link.party == Party.APPROVER)
            ).one()
            return f"/l/{parts.links.token(link.id, link.key_fingerprint)}"

    return let_in


def charges(database):
    with database.read(EVERYONE) as session:
        rows = session.scalars(select(ChargeRow).order_by(ChargeRow.id)).all()
        return [(one.net_cents, one.state) for one in rows]


def told(database, act, address):
    with database.read(EVERYONE) as session:
        rows = select(Delivery).where(Delivery.act == act, Delivery.address == address)
        return len(session.scalars(rows).all())


def test_two_companies_quote_and_the_approver_chooses_one(phone, job, cast, database, path_of_moreau):
    """S014 S020 S058 O08 O14"""
    karim, lucie = job.path(cast.karim), job.path(cast.lucie)
    assert "quote.submit" in forms_on(phone.get(karim).text)
    sent = (io.BytesIO(photo()), "devis.jpg")
    assert fill(phone, karim, "quote.submit", **KARIMS, file=sent).status_code == 303
    assert fill(phone, lucie, "quote.submit", **LUCIES).status_code == 303
    assert "312,00" not in phone.get(lucie).text

    moreau = path_of_moreau(job, cast.karim)
    page = phone.get(moreau).text
    assert {"quote.accept", "quote.return", "quote.refuse", "message.write"} == set(forms_on(page))
    assert all(word in page for word in ("312,00", "343,20", "devis.jpg"))
    assert not [word for word in ("289,50", "Lucie", "Rossi", "By accepting") if word in page]

    assert fill(phone, moreau, "quote.accept").status_code == 303

    assert charges(database) == [(31200, ChargeState.AGREED), (28950, ChargeState.REFUSED)]
    with database.read(EVERYONE) as session:
        assert session.scalars(select(Ticket.phase)).one() is Phase.ASSIGNED
        standings = session.scalars(select(Dispatch.standing).order_by(Dispatch.position)).all()
        assert standings == [Standing.ASSIGNED, Standing.LOST]
        assert not session.scalars(select(TodoTask).where(TodoTask.settled_at.is_(None))).all()
    assert told(database, "quote.accept", "karim@plomberie.example") == 1
    assert told(database, "quote.accept", "lucie@chauffage.example") == 1
    assert "appointment.propose" in forms_on(phone.get(karim).text)
    lost = phone.get(lucie).text
    assert "312,00" not in lost
    assert "There is nothing to decide" in phone.get(moreau).text


def test_a_yes_sent_twice_is_one_yes_although_nothing_waits_for_it_any_more(
    phone, job, cast, database, path_of_moreau
):
    """R02"""
    fill(phone, job.path(cast.karim), "quote.submit", **KARIMS)
    moreau = path_of_moreau(job, cast.karim)
    field = forms_on(phone.get(moreau).text)["quote.accept"]

    for _tap in range(2):
        assert send(phone, moreau, "quote.accept", field, comment="D'accord").status_code == 303

    assert acts_done(database, cast.organisation).count("quote.accept") == 1


def test_a_yes_to_a_price_that_changed_meanwhile_is_not_taken(phone, parts, job, cast, path_of_moreau):
    """R08 S058"""
    fill(phone, job.path(cast.karim), "quote.submit", **KARIMS)
    moreau = path_of_moreau(job, cast.karim)
    read = forms_on(phone.get(moreau).text)["quote.accept"]
    fill(phone, job.path(cast.karim), "quote.submit", amount_net="500", vat_rate="10")

    late = send(phone, moreau, "quote.accept", read)

    assert late.status_code == 409
    assert charges(parts.database)[-1] == (50000, ChargeState.PROPOSED)


def test_two_quotes_accepted_at_once_give_one_winner(parts, job, cast, database):
    """R01 S058"""
    for company, cents in ((cast.karim, 31200), (cast.lucie, 28950)):
        do(parts, cast, job, "quote.submit", company, {"amount_net": cents, "vat_rate": 1000})

    def accepts(company):
        request = Request(
            job.id,
            ACTS["quote.accept"],
            {},
            Actor(Party.MANAGER, f"user:{cast.nadia}", "Nadia Benali"),
            f"yes-{company}",
            job.dispatches[company],
        )
        return parts.database.attempt(
            cast.organisation, lambda session: record(session, parts.links, request, MONDAY_NOON)
        )

    answers = at_once(accepts, [cast.karim, cast.lucie])

    won = [one for one in answers if not isinstance(one, Exception)]
    assert len(won) == 1
    assert sorted(state for _cents, state in charges(database)) == [ChargeState.AGREED, ChargeState.REFUSED]
    with database.read(EVERYONE) as session:
        assert sorted(session.scalars(select(Dispatch.standing))) == [Standing.ASSIGNED, Standing.LOST]


def test_who_has_quoted_is_reminded_of_nothing_and_the_quote_ends_by_itself(
    parts, job, cast, database, clock, phone
):
    """S058 M19"""
    do(parts, cast, job, "quote.submit", cast.karim, {"amount_net": 31200, "vat_rate": 1000})
    do(parts, cast, job, "offer.refuse", cast.lucie, {"reason": "no_time"})

    clock.instant = MONDAY_NOON + timedelta(days=3)
    Rounds(database, parts.links, clock.now).run()
    assert told(database, "offer.remind", "karim@plomberie.example") == 0

    clock.instant = MONDAY_NOON + timedelta(days=31)
    Rounds(database, parts.links, clock.now).run()
    assert charges(database) == [(31200, ChargeState.REFUSED)]
    assert told(database, "quote.expire", "karim@plomberie.example") == 1
    assert "quote.submit" in forms_on(phone.get(job.path(cast.karim)).text)


def on_site(parts, cast, playbook):
    job = a_ticket(parts, cast, cast.karim, playbook=playbook)
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(
        parts,
        cast,
        job,
        "message.write",
        cast.karim,
        {"body": "Bonjour", "to": "customer"},
        party=Party.MANAGER,
    )
    return job


def test_the_customer_agrees_to_extra_work_where_it_pays(phone, parts, cast, database):
    """S060 S061 S066 S068 S097"""
    job = on_site(parts, cast, "marketplace")
    karim, anna = job.path(cast.karim), path_of_anna(parts, job)
    sent = (io.BytesIO(photo()), "robinet.jpg")
    assert fill(phone, karim, "extra.propose", **EXTRA, photo=sent).status_code == 303

    page = phone.get(anna).text
    assert {"extra.accept", "extra.refuse"} <= set(forms_on(page))
    assert all(word in page for word in ("70,00", "robinet.jpg", "Robinet d"))
    assert fill(phone, anna, "extra.accept").status_code == 303

    assert charges(database) == [(7000, ChargeState.AGREED)]
    assert "190,00" in phone.get(anna).text
    assert "190,00" in phone.get(karim).text


def test_extra_work_is_the_managers_where_the_customer_does_not_pay(phone, parts, cast, database):
    """S068 O08 O14"""
    job = on_site(parts, cast, "syndic")
    fill(phone, job.path(cast.karim), "extra.propose", **EXTRA)

    page = phone.get(path_of_anna(parts, job)).text
    assert "extra.accept" not in page
    assert not [word for word in ("70,00", "Robinet", "120,00") if word in page]

    do(parts, cast, job, "extra.accept", cast.karim, party=Party.MANAGER)
    assert charges(database) == [(7000, ChargeState.AGREED)]
    assert "190,00" in phone.get(job.path(cast.karim)).text
    assert "190,00" not in phone.get(path_of_anna(parts, job)).text


def test_an_approver_who_was_dismissed_decides_no_more_and_another_is_asked(
    phone, parts, job, cast, database, path_of_moreau
):
    """S058 L09"""
    fill(phone, job.path(cast.karim), "quote.submit", **KARIMS)
    moreau = path_of_moreau(job, cast.karim)
    form = forms_on(phone.get(moreau).text)["quote.accept"]
    do(parts, cast, job, "approval.dismiss", cast.karim, party=Party.MANAGER)

    assert phone.get(moreau).status_code == send(phone, moreau, "quote.accept", form).status_code == 410
    assert told(database, "approval.dismiss", MOREAU["email"]) == 1
    assert charges(database) == [(31200, ChargeState.PROPOSED)]

    durand = {"name": "Rose Durand", "email": "rose.durand@conseil.example"}
    do(parts, cast, job, "approval.ask", cast.karim, durand, party=Party.MANAGER, now=LATER)
    with parts.database.read(EVERYONE) as session:
        rows = select(Link).where(Link.party == Party.APPROVER, Link.revoked_at.is_(None))
        link = session.scalars(rows).one()
        assert not queries.is_cut(session, link)
        path = f"/l/{parts.links.token(link.id, link.key_fingerprint)}"
    assert fill(phone, path, "quote.accept").status_code == 303
    assert told(database, "quote.accept", MOREAU["email"]) == 0
