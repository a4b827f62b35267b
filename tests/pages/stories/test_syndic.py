"""A syndic's order: quoted, approved by the council, done by a technician, billed and paid."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.pages.stories.conftest import AT_ANNAS
from tests.pages.stories.stage import Manager, Somebody, Stage, a_paper, a_photo

pytestmark = pytest.mark.translated
LEAK = {
    "title": "Fuite sous évier",
    "description": "De l'eau coule sous l'évier de la cuisine.",
    "trade": "plomberie",
    "price": "120",
    "playbook": "syndic",
}


def test_an_order_is_quoted_approved_done_billed_and_paid(stage, nadia, karim, anna):
    """S014 S017 S037 S048 S058 S061 S072 S078 S098 S100 S101"""
    ref = nadia.asks(("Karim Plomberie",), **LEAK, **AT_ANNAS)
    nadia.picture("sent")
    he_is_reminded_after_a_day_and_she_is_told_after_two(stage, nadia, karim)
    he_accepts_and_sends_a_technician(stage, karim, anna)
    sofiane = stage.somebody("Sofiane Haddad", "+33639980012")
    the_technician_reads_no_price(sofiane)
    a_quote_that_nobody_decides_on_ends(stage, nadia, karim)
    more_is_needed_than_was_ordered_and_the_council_decides(stage, nadia, karim)
    they_come_and_say_so(stage, karim, anna, sofiane)
    something_is_added(nadia, karim)
    the_end_is_asked_for_and_reported(stage, nadia, anna, sofiane)
    the_invoice_is_asked_for_four_times(stage, nadia, karim)
    it_is_paid_and_put_away(nadia, karim, ref)


def he_is_reminded_after_a_day_and_she_is_told_after_two(
    stage: Stage, nadia: Manager, karim: Somebody
) -> None:
    stage.at(6, 9, 5)
    karim.taps_the_link("rappel")
    stage.at(7, 9, 5)
    nadia.opens_the_mail("pas de réponse de Karim Plomberie")
    nadia.picture("no-answer")


def he_accepts_and_sends_a_technician(stage: Stage, karim: Somebody, anna: Somebody) -> None:
    karim.picture("offer")
    karim.does("offer.accept", date="2031-05-09", time="10:00", comment="Je viens avec un siphon neuf.")
    karim.picture("accepted")
    anna.taps_the_link("Karim Plomberie vient ven. 09/05 10h")
    anna.picture("who-comes")
    karim.does("delegate.create", name="Sofiane Haddad", phone="06 39 98 00 12")


def the_technician_reads_no_price(sofiane: Somebody) -> None:
    sofiane.taps_the_link("Adresse et rapport")
    sofiane.picture("technician")
    assert "120,00" not in sofiane.page.locator("main").inner_text()


def a_quote_that_nobody_decides_on_ends(stage: Stage, nadia: Manager, karim: Somebody) -> None:
    karim.does("quote.submit", amount_net="340", vat_rate="10", valid_until="2031-05-07")
    stage.at(7, 17)
    nadia.opens_the_mail("le devis de Karim Plomberie expire bientôt")
    nadia.picture("quote-ends-soon")
    stage.at(8, 8, 5)
    nadia.opens_the_mail("le devis de Karim Plomberie a expiré")
    nadia.picture("quote-ended")
    assert not nadia.page.locator('form[data-act="quote.accept"]').count()
    karim.taps_the_link("devis expiré")
    karim.picture("quote-again")


def more_is_needed_than_was_ordered_and_the_council_decides(
    stage: Stage, nadia: Manager, karim: Somebody
) -> None:
    karim.does("quote.submit", amount_net="312", vat_rate="10", comment="Avec le robinet d'arrêt.")
    karim.picture("quote-sent")
    nadia.opens_the_mail("devis de 312,00")
    nadia.picture("quote-to-decide")
    nadia.does("approval.ask", name="Jean Moreau", phone="06 39 98 00 13", email="jean@moreau.example")
    jean = stage.somebody("Jean Moreau", "+33639980013", "jean@moreau.example")
    jean.taps_the_link("312,00")
    jean.sees("312,00 €", "31,20 €", "343,20 €")
    jean.picture("approver")
    jean.writes("Le robinet est-il sous garantie ?")
    nadia.opens_the_mail("message de Jean Moreau")
    nadia.picture("question-of-the-approver")
    nadia.writes("Non, il a douze ans.", to="approver")
    jean.taps_the_link("vous écrit")
    jean.sees("Non, il a douze ans.")
    jean.does("quote.accept")
    jean.picture("approved")


def they_come_and_say_so(stage: Stage, karim: Somebody, anna: Somebody, sofiane: Somebody) -> None:
    stage.at(9, 9, 20)
    sofiane.looks_again()
    sofiane.picture("before-leaving")
    sofiane.taps("visit.on_my_way", "45 min")
    anna.taps_the_link("entre 9h50 et 10h20")
    anna.picture("on-the-way")
    stage.at(9, 10, 1)
    karim.taps_the_link("Oui ou non")
    stage.at(9, 10, 16)
    karim.taps_the_link("Oui ou non")
    karim.picture("are-you-there")
    karim.does("presence.confirm")
    sofiane.does("visit.arrive")
    sofiane.picture("arrived")
    sofiane.does("visit.start")


def something_is_added(nadia: Manager, karim: Somebody) -> None:
    karim.looks_again()
    karim.does(
        "extra.propose",
        description="Changer aussi le flexible.",
        units="1",
        unit_price="35",
        material_net="18,50",
        vat_rate="10",
    )
    nadia.opens_the_mail("supplément de 53,50")
    nadia.picture("extra-to-decide")
    nadia.does("extra.accept")


def the_end_is_asked_for_and_reported(
    stage: Stage, nadia: Manager, anna: Somebody, sofiane: Somebody
) -> None:
    stage.at(9, 14, 5)
    sofiane.taps_the_link("fini ?")
    sofiane.does(
        "completion.submit",
        done="Siphon, robinet d'arrêt et flexible changés.",
        minutes="90",
        photos_before=a_photo("avant"),
        photos=a_photo("après"),
    )
    sofiane.picture("reported")
    anna.taps_the_link("fini")
    anna.sees("Le travail est fini")
    anna.picture("done")
    nadia.opens_the_mail("travail fini")
    nadia.picture("report")
    nadia.does("completion.accept")


def the_invoice_is_asked_for_four_times(stage: Stage, nadia: Manager, karim: Somebody) -> None:
    for day in (9, 12, 16, 23):
        stage.at(day, 15)
    assert sum("facture" in text for text in karim.texts) == 4
    nadia.opens_the_mail("toujours pas de facture")
    nadia.picture("no-invoice")
    karim.taps_the_link("facture")
    karim.picture("invoice-asked")
    karim.does(
        "invoice.submit",
        number="F-2031-0042",
        date="2031-05-23",
        total_net="365,50",
        total_vat="36,55",
        total_gross="402,05",
        file=a_paper("F-2031-0042"),
    )
    karim.picture("invoice-sent")


def it_is_paid_and_put_away(nadia: Manager, karim: Somebody, ref: str) -> None:
    nadia.opens(ref)
    nadia.picture("invoice-to-approve")
    nadia.does("invoice.approve")
    nadia.does("invoice.pay")
    nadia.does("ticket.close")
    nadia.picture("closed")
    karim.taps_the_link("payée")
    karim.picture("paid")
    assert "F-2031-0042" in text_of(nadia.downloads("/dossier.pdf"))


def text_of(paper: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
