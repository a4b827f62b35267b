"""A marketplace's job: raced for, missed, contested, given back, taken over and signed for."""

import pytest

from tests.pages.stories.conftest import AT_ANNAS
from tests.pages.stories.stage import Manager, Somebody, Stage, a_photo

pytestmark = pytest.mark.translated
TAP = {
    "title": "Mitigeur à remplacer",
    "description": "Le mitigeur de la douche goutte.",
    "trade": "plomberie",
    "price": "90",
    "playbook": "marketplace",
}


@pytest.fixture
def lucie(stage: Stage) -> Somebody:
    return stage.company("Lucie Chauffage", "+33612345679", "lucie@chauffage.example", "plomberie")


def test_a_job_is_raced_for_missed_given_back_and_signed_for(stage, nadia, karim, lucie, anna):
    """S002 S003 S006 S010 S025 S031 S034 S043 S045 S064 S081 S083 S084 S087 S092"""
    malik = stage.company("Malik Sanitaire", "+33639980021", "malik@sanitaire.example", "plomberie")
    remi = stage.company("Rémi Dépannage", "+33639980022", "remi@depannage.example", "plomberie")
    ref = nadia.asks(("Karim Plomberie", "Lucie Chauffage"), **TAP, **AT_ANNAS)
    an_hour_of_silence_widens_the_search_and_so_does_a_refusal(stage, malik, remi)
    the_first_yes_wins_and_the_second_stands_by(karim, lucie)
    the_call_is_owed_within_twelve_hours(stage, nadia, karim)
    a_date_is_chosen(karim, anna)
    presence_is_asked_for_the_day_before(stage, nadia, karim, anna)
    he_is_late(stage, karim, anna)
    nobody_opens(stage, karim, anna)
    the_fee_is_contested_and_dropped(nadia, anna)
    he_gives_it_back_and_who_stood_by_is_asked_at_once(stage, karim, lucie, anna)
    more_material_is_agreed_to(stage, lucie, anna)
    it_is_signed_for_on_the_spot(stage, lucie, anna)
    nadia.opens(ref)
    nadia.picture("signed-report")
    nadia.does("ticket.close")
    anna.looks_again()
    anna.sees("close")


def an_hour_of_silence_widens_the_search_and_so_does_a_refusal(
    stage: Stage, malik: Somebody, remi: Somebody
) -> None:
    stage.at(5, 10, 1)
    malik.taps_the_link("Acceptez ou refusez")
    assert "Jeanne-d'Arc" not in malik.page.locator("main").inner_text()
    malik.picture("offer-without-address")
    malik.does("offer.refuse", reason="too_far")
    remi.taps_the_link("Acceptez ou refusez")


def the_first_yes_wins_and_the_second_stands_by(karim: Somebody, lucie: Somebody) -> None:
    karim.taps_the_link("Acceptez ou refusez")
    lucie.taps_the_link("Acceptez ou refusez")
    karim.does("offer.accept")
    karim.picture("call-the-customer")
    lucie.does("offer.accept")
    lucie.picture("too-late")
    lucie.taps_the_link("un autre artisan a accepté")
    lucie.does("offer.stand_by")
    lucie.picture("on-stand-by")


def the_call_is_owed_within_twelve_hours(stage: Stage, nadia: Manager, karim: Somebody) -> None:
    stage.at(5, 16, 5)
    karim.taps_the_link("appeler le client")
    karim.does("call.log", outcome="no_answer", channel="phone")
    karim.picture("nobody-answers")
    stage.at(5, 22, 5)
    nadia.opens_the_mail("Karim Plomberie n'a pas appelé le client")
    stage.at(6, 9)
    karim.looks_again()
    karim.does("call.log", outcome="reached", channel="phone", checked=["introduce", "scope"])


def a_date_is_chosen(karim: Somebody, anna: Somebody) -> None:
    two_dates = {"date": "2031-05-08", "time": "10:00", "date_2": "2031-05-09", "time_2": "14:00"}
    karim.does("appointment.propose", **two_dates)
    karim.picture("dates-proposed")
    anna.taps_the_link("oui ou non")
    anna.picture("choose-a-date")
    anna.does("appointment.agree", slot="1")
    anna.picture("date-agreed")


def presence_is_asked_for_the_day_before(
    stage: Stage, nadia: Manager, karim: Somebody, anna: Somebody
) -> None:
    stage.at(7, 10, 5)
    stage.at(7, 14, 5)
    stage.at(7, 18, 5)
    nadia.opens_the_mail("Karim Plomberie n'a pas confirmé")
    karim.taps_the_link("Oui ou non")
    karim.picture("do-you-come")
    karim.does("presence.confirm")
    anna.taps_the_link("rappel")


def he_is_late(stage: Stage, karim: Somebody, anna: Somebody) -> None:
    stage.at(8, 8, 5)
    karim.taps_the_link("avant de partir")
    karim.picture("call-before-leaving")
    karim.does("call.log", outcome="reached", channel="phone")
    stage.at(8, 9, 45)
    karim.looks_again()
    karim.does("visit.late", minutes="20")
    karim.picture("late")
    anna.taps_the_link("10h20")
    anna.picture("told-late")
    karim.does("visit.on_my_way", eta_minutes="30")


def nobody_opens(stage: Stage, karim: Somebody, anna: Somebody) -> None:
    stage.at(8, 10, 22)
    karim.does("visit.arrive")
    karim.sends(karim.form("visit.customer_absent"))
    karim.sees("10 h 30")
    stage.at(8, 10, 31)
    karim.taps_the_link("avant de partir")
    karim.does("visit.customer_absent", photo=a_photo("porte"))
    anna.taps_the_link("à votre porte")
    anna.picture("somebody-is-at-the-door")
    stage.at(8, 10, 33)
    karim.taps_the_link("vous pouvez partir")
    karim.picture("may-leave")
    karim.does("visit.fail", reason="customer_absent", comment="Personne, sonnette muette.")


def the_fee_is_contested_and_dropped(nadia: Manager, anna: Somebody) -> None:
    anna.taps_the_link("personne n'a ouvert")
    anna.picture("fee")
    anna.does("fee.contest", comment="J'étais là, la sonnette est en panne.")
    anna.picture("contested")
    nadia.opens_the_mail("le client conteste les frais")
    nadia.picture("no-show-file")
    nadia.does("fee.waive", comment="La sonnette était bien en panne.")
    anna.taps_the_link("rien à payer")
    anna.picture("fee-dropped")


def he_gives_it_back_and_who_stood_by_is_asked_at_once(
    stage: Stage, karim: Somebody, lucie: Somebody, anna: Somebody
) -> None:
    karim.looks_again()
    karim.does("offer.withdraw", reason="no_time", told_customer="no")
    karim.picture("given-back")
    lucie.taps_the_link("Acceptez ou refusez")
    lucie.picture("asked-from-stand-by")
    lucie.does("offer.accept")
    calls_and_agrees(lucie, "2031-05-12", "09:00")
    anna.taps_the_link("lun. 12/05 9h")
    stage.at(11, 9, 5)
    lucie.taps_the_link("Oui ou non")
    lucie.does("presence.confirm")


def more_material_is_agreed_to(stage: Stage, lucie: Somebody, anna: Somebody) -> None:
    stage.at(12, 9, 2)
    lucie.looks_again()
    lucie.does("visit.start")
    lucie.does(
        "extra.propose", description="Remplacer aussi la douchette.", material_net="24,90", vat_rate="10"
    )
    lucie.picture("extra-proposed")
    anna.taps_the_link("24,90")
    anna.picture("extra-asked")
    anna.does("extra.accept")


def it_is_signed_for_on_the_spot(stage: Stage, lucie: Somebody, anna: Somebody) -> None:
    stage.at(12, 10, 10)
    lucie.taps_the_link("24,90")
    report = lucie.fills(
        "completion.submit",
        done="Mitigeur et douchette remplacés.",
        minutes="65",
        payment="online",
        signer_name="Anna Rossi",
        photos=a_photo("après"),
    )
    lucie.signs(report)
    lucie.picture("signature")
    lucie.sends(report)
    lucie.picture("reported")
    anna.taps_the_link("fini")
    anna.sees("114,90 €")
    anna.picture("done")


def calls_and_agrees(company: Somebody, date: str, time: str) -> None:
    """The customer is called, and agrees to a day and an hour on the telephone."""
    asked = ["introduce", "scope", "access", "appointment"]
    company.does("call.log", outcome="reached", channel="phone", checked=asked)
    company.does("appointment.propose", date=date, time=time, agreed_with_customer="y")
