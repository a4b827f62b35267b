"""From one ticket's page: more companies are asked, and their links sent, replaced and cut."""

from sqlalchemy import select

from fieldtickets.store.models import Link
from tests.builders import TUESDAY_AT_TWO, a_subcontractor, a_ticket, acts_done, do
from tests.web.dashboard.ticket_forms import fill, forms_on, page_of, ref_of


def test_nadia_asks_more_companies_once(nadia, parts, cast):
    """R02 S003"""
    ticket = a_ticket(parts, cast, cast.karim)
    page = nadia.get(page_of(ticket)).text
    form = forms_on(page, "offer.send")[0]
    assert "Lucie Chauffage" in form
    assert "Karim" not in form
    for _tap in range(2):
        assert fill(nadia, page_of(ticket), "offer.send", form, offer_to=cast.lucie).status_code == 303
    other = fill(nadia, page_of(ticket), "offer.send", form, offer_to=cast.karim)
    assert other.status_code == 422
    assert acts_done(parts.database, cast.organisation).count("offer.send") == 2


def test_the_next_suitable_ones_are_asked_by_trade_and_place(nadia, parts, cast):
    """S007"""
    ref = ref_of(parts, cast, a_ticket(parts, cast))
    assert fill(nadia, f"/tickets/{ref}", "offer.send", offer_to="matching").status_code == 303
    assert acts_done(parts.database, cast.organisation).count("offer.send") == 2


def test_nobody_chosen_or_somebody_foreign_is_refused(nadia, parts, cast):
    """O01"""
    ref = ref_of(parts, cast, a_ticket(parts, cast))
    with parts.database.begin(cast.other_organisation) as session:
        foreign = a_subcontractor(session, cast.other_organisation, "Igor Travaux", "+33612345670").id
    nobody = fill(nadia, f"/tickets/{ref}", "offer.send")
    assert nobody.status_code == 422
    assert "Choose whom to ask" in nobody.text
    assert fill(nadia, f"/tickets/{ref}", "offer.send", offer_to=foreign).status_code == 422
    assert nadia.get(f"/tickets/{ref}/offer.send").status_code == 200


def test_asking_more_companies_comes_too_late_once_karim_has_the_job(nadia, parts, cast):
    """R07"""
    ticket = a_ticket(parts, cast, cast.karim)
    form = forms_on(nadia.get(page_of(ticket)).text, "offer.send")[0]
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    late = fill(nadia, page_of(ticket), "offer.send", form, offer_to=cast.lucie)
    assert late.status_code == 409
    assert "Karim Plomberie accepts the job" in late.text
    assert forms_on(nadia.get(page_of(ticket)).text, "offer.send") == []


def test_a_link_is_replaced_cut_and_sent_again(nadia, parts, cast):
    """L09"""
    ticket = a_ticket(parts, cast, cast.karim)
    address = page_of(ticket)
    assert fill(nadia, address, "link.resend").status_code == 303
    assert fill(nadia, address, "link.replace").status_code == 303
    page = nadia.get(address).text
    assert ticket.path(cast.karim) not in page
    assert "http://localhost/l/" in page
    assert fill(nadia, address, "link.revoke").status_code == 303
    page = nadia.get(address).text
    assert "The link opens nothing any more." in page
    with parts.database.read(cast.organisation) as session:
        live = select(Link).where(
            Link.dispatch_id == ticket.dispatches[cast.karim], Link.revoked_at.is_(None)
        )
        assert session.scalars(live).all() == []
