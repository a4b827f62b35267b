"""Three cleanings at Anna's: waited for and signed, cancelled late, handed on and declared too late."""

import pytest

from tests.pages.stories.conftest import AT_ANNAS
from tests.pages.stories.stage import Manager, Somebody, Stage, a_photo

pytestmark = pytest.mark.translated
CLEANING = {
    "description": "Trois pièces et les vitres.",
    "trade": "ménage",
    "price": "80",
    "time": "14:00",
    "playbook": "home-cleaning",
}


@pytest.fixture
def fatou(stage: Stage) -> Somebody:
    return stage.company("Fatou Ménage", "+33639980031", "fatou@menage.example", "ménage")


@pytest.fixture
def nina(stage: Stage) -> Somebody:
    return stage.company("Nina Propreté", "+33639980032", "nina@proprete.example", "ménage")


def test_a_cleaning_is_waited_for_cancelled_handed_on_and_declared_late(stage, nadia, fatou, nina, anna):
    """S075 S079 S081 S085 S096 S105 S106 S109 S111 S113"""
    fatou_is_asked(nadia, fatou, "Ménage du mardi", "2031-05-06")
    she_comes_no_earlier_than_half_an_hour_before(stage, fatou, anna)
    nobody_opens_at_first(stage, fatou, anna)
    anna_signs_on_her_own_telephone(stage, fatou, anna)

    fatou_is_asked(nadia, fatou, "Ménage du jeudi", "2031-05-08")
    anna_cancels_three_hours_before_which_costs_half_or_twenty_euros(stage, fatou, anna)

    ref = fatou_is_asked(nadia, fatou, "Ménage du lundi", "2031-05-12")
    fatou_cannot_come_and_nina_takes_over(stage, nadia, fatou, nina, anna)
    nina_is_late(stage, nina, anna)
    nina_forgets_to_declare(stage, nadia, nina)
    nadia_makes_an_exception(nadia, nina, ref)


def fatou_is_asked(nadia: Manager, fatou: Somebody, title: str, date: str) -> str:
    """A cleaning at two in the afternoon, which she accepts; its number."""
    ref = nadia.asks(("Fatou Ménage",), title=title, date=date, **CLEANING, **AT_ANNAS)
    fatou.taps_the_link(title)
    fatou.picture(f"offer-{date}")
    fatou.does("offer.accept")
    return ref


def she_comes_no_earlier_than_half_an_hour_before(stage: Stage, fatou: Somebody, anna: Somebody) -> None:
    anna.taps_the_link("Fatou Ménage vient mar. 06/05 14h")
    stage.at(6, 12)
    fatou.looks_again()
    fatou.sends(fatou.form("visit.arrive"))
    fatou.sees("13 h 30")
    fatou.picture("too-early")
    stage.at(6, 13, 40)
    fatou.opens_the_mail("l'intervention est à vous")
    fatou.does("visit.arrive")


def nobody_opens_at_first(stage: Stage, fatou: Somebody, anna: Somebody) -> None:
    stage.at(6, 14, 1)
    fatou.does("visit.customer_absent", photo=a_photo("porte"))
    fatou.sees("14 h 30")
    fatou.picture("at-the-door")
    anna.taps_the_link("à votre porte")
    stage.at(6, 14, 10)
    fatou.does("visit.start")


def anna_signs_on_her_own_telephone(stage: Stage, fatou: Somebody, anna: Somebody) -> None:
    stage.at(6, 16, 30)
    fatou.does("completion.submit", done="Trois pièces et les vitres.")
    fatou.picture("declared")
    anna.taps_the_link("fini")
    signature = anna.fills("completion.sign", signer_name="Anna Rossi")
    anna.signs(signature)
    anna.picture("signs-on-her-own-telephone")
    anna.sends(signature)
    anna.picture("signed")


def anna_cancels_three_hours_before_which_costs_half_or_twenty_euros(
    stage: Stage, fatou: Somebody, anna: Somebody
) -> None:
    stage.at(8, 11)
    anna.taps_the_link("Fatou Ménage vient jeu. 08/05 14h")
    anna.picture("change-or-cancel")
    reason = anna.fills("ticket.cancel", reason="Je suis malade.")
    anna.sees("20,00 €")
    anna.picture("what-cancelling-costs")
    anna.sends(reason)
    anna.picture("cancelled")
    fatou.taps_the_link("N'y allez pas")
    fatou.picture("do-not-go")


def fatou_cannot_come_and_nina_takes_over(
    stage: Stage, nadia: Manager, fatou: Somebody, nina: Somebody, anna: Somebody
) -> None:
    stage.at(12, 9)
    fatou.looks_again()
    fatou.does("visit.cannot_come", comment="Camionnette en panne.")
    fatou.picture("cannot-come")
    anna.taps_the_link("ne peut pas venir")
    nadia.opens_the_mail("ne peut pas venir")
    nadia.picture("to-hand-on")
    nadia.asks_another("Nina Propreté")
    nina.taps_the_link("Ménage du lundi")
    nina.does("offer.accept")


def nina_is_late(stage: Stage, nina: Somebody, anna: Somebody) -> None:
    stage.at(12, 14, 10)
    anna.taps_the_link("Nina Propreté vient")
    anna.does("visit.nobody_came", comment="J'attends depuis dix minutes.")
    anna.picture("nobody-came")
    nina.taps_the_link("le client vous attend")
    nina.picture("the-customer-waits")
    nina.does("visit.late", minutes="20")
    stage.at(12, 14, 21)
    nina.does("visit.arrive")
    nina.does("visit.start")


def nina_forgets_to_declare(stage: Stage, nadia: Manager, nina: Somebody) -> None:
    for day, hour in ((12, 18), (13, 14), (14, 14)):
        stage.at(day, hour, 5)
    assert sum("fini ?" in text for text in nina.texts) == 2
    nadia.opens_the_mail("pas de rapport de Nina Propreté")
    nadia.picture("no-report")
    stage.at(17, 14, 5)
    nina.taps_the_link("non déclarée à temps")
    nina.picture("too-late-to-declare")


def nadia_makes_an_exception(nadia: Manager, nina: Somebody, ref: str) -> None:
    nadia.opens_the_mail("non déclaré à temps")
    nadia.does("completion.except", reason="Son téléphone était volé.", customer_agreed="y")
    nina.taps_the_link("déclar")
    nina.does("completion.submit", done="Trois pièces et les vitres.")
    nadia.opens(ref)
    nadia.does("ticket.close")
    nadia.picture("closed")
