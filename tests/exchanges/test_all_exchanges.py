"""What every kind of exchange promises, whichever it is: a new one is tested by being in the list."""

from datetime import UTC, datetime

import pytest

from fieldtickets.domain.parties import Party
from fieldtickets.domain.sms_text import costly_letters, segments
from fieldtickets.exchanges import ACTS, EXCHANGES
from fieldtickets.exchanges.texts import frozen, line, told
from fieldtickets.language import LANGUAGES, Reader
from fieldtickets.outbox.wording import wording
from fieldtickets.store.models import Delivery

LINK = "https://" + "b" * 10 + ".fr/l/" + "a1B2" * 5 + "c3D"
SAMPLES = {name: answer for exchange in EXCHANGES for name, answer in exchange.samples.items()}
LONGEST = datetime(2031, 9, 24, 12, 45, tzinfo=UTC)  # a Wednesday in September, past 14 o'clock in Paris
NOTICES = [(act.name, number) for act in ACTS.values() for number in range(len(act.notices))]
pytestmark = pytest.mark.translated
IN_EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def content(act: str) -> dict[str, object]:
    """The values of a notice at their longest, as the desk freezes them."""
    return frozen(
        {
            "organisation": "Gestion Lavigne & Co",
            "ref": "T-2031-000123",
            "problem": "Fuite d'eau très importante sous l'évier de la cuisine du deuxième étage",
            "town": "Saint-Germain-au-Mont-d'Or",
            "subcontractor": "Établissements Karim & Frères Plomberie",
            "who": "Établissements Karim & Frères Plomberie",
            "appointment": LONGEST,
            "slots": [LONGEST, LONGEST, LONGEST],
            "answer": SAMPLES.get(act, {}),
        }
    )


def a_delivery(act: str, number: int, language: str, channel: str) -> Delivery:
    return Delivery(
        act=act,
        notice=number,
        words=content(act),
        language=language,
        zone="Europe/Paris",
        channel=channel,
        party=Party.SUBCONTRACTOR,
    )


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize(("act", "number"), NOTICES)
def test_every_text_message_is_one_segment_with_the_organisation_first_and_the_link_last(
    act, number, language
):
    """S052 M16"""
    words = wording(a_delivery(act, number, language, "sms"))
    if not words.notice.sms:
        return
    text = words.sms(LINK)
    assert costly_letters(text) == ()
    assert segments(text) == 1, (len(text), text)
    assert text.startswith("Gestion Lavigne")
    assert text.endswith(LINK)


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize(("act", "number"), NOTICES)
def test_every_mail_has_a_subject_a_sentence_and_a_button(act, number, language):
    """S052"""
    words = wording(a_delivery(act, number, language, "email"))
    for text in (words.subject, words.sentence, words.button) if words.notice.subject else ():
        assert text
        assert "%(" not in text


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_every_act_leaves_a_line_on_the_timeline(act, language):
    """S041"""
    text = line(act, told(act, content(act.name)), Reader(language))
    assert text
    assert "%(" not in text


@pytest.mark.parametrize(("act", "number"), NOTICES)
def test_only_who_has_a_place_in_the_race_is_asked_for_it_before_a_message_leaves(act, number):
    """M12: customer and manager have none, so a message that asked for one would never leave."""
    notice = ACTS[act].notices[number]
    assert notice.to in (Party.SUBCONTRACTOR, Party.DELEGATE, Party.APPROVER) or not notice.still.standing


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_every_act_that_asks_something_has_an_example(act):
    """S041"""
    if act.codes:
        assert act.name in SAMPLES
    for name, codes in act.codes.items():
        assert SAMPLES[act.name].get(name, next(iter(codes))) in codes
