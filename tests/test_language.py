"""Dates, hours and amounts as each language writes them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from fieldtickets.domain.words import Money
from fieldtickets.language import LANGUAGES, Reader, brief_day, dated, say, shown

pytestmark = pytest.mark.translated
FIRST, LAST = date(2026, 12, 1), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("fr", "mardi 1er décembre", "lundi 30 novembre"),
        ("en", "Tuesday 1 December", "Monday 30 November"),
        ("de", "Dienstag, 1. Dezember", "Montag, 30. November"),
        ("it", "martedì 1 dicembre", "lunedì 30 novembre"),
    ],
)
def test_a_day_is_said_as_people_say_it(language, first, last):
    """S052"""
    assert shown(FIRST, Reader(language)) == first
    assert shown(LAST, Reader(language)) == last


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("fr", "mar. 1er déc.", "lun. 30 nov."),
        ("en", "Tue 1 Dec", "Mon 30 Nov"),
        ("de", "Di., 1. Dez.", "Mo., 30. Nov."),
        ("it", "mar 1 dic", "lun 30 nov"),
    ],
)
def test_a_day_where_there_is_little_room(language, first, last):
    """S052"""
    assert brief_day(FIRST, Reader(language)) == first
    assert brief_day(LAST, Reader(language)) == last


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("fr", "mar. 01/12", "lun. 30/11"),
        ("en", "Tue 01/12", "Mon 30/11"),
        ("de", "Di., 1.12.", "Mo., 30.11."),
        ("it", "mar 01/12", "lun 30/11"),
    ],
)
def test_a_text_message_has_the_day_before_the_month(language, first, last):
    """S052: whoever reads 11/30 as a day stays at home."""
    assert shown(FIRST, Reader(language, short=True)) == first
    assert shown(LAST, Reader(language, short=True)) == last


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", "1er janvier 2027"),
        ("en", "1 January 2027"),
        ("de", "1. Januar 2027"),
        ("it", "1 gennaio 2027"),
    ],
)
def test_a_letter_is_dated(language, written):
    """S052"""
    assert dated(date(2027, 1, 1), Reader(language)) == written


def test_only_the_first_of_a_month_is_an_ordinal_in_french():
    """S052"""
    french = Reader("fr")
    said = {day: shown(date(2026, 10, day), french) for day in range(1, 32)}
    assert [day for day, text in said.items() if "er " in text] == [1]
    assert dated(date(2026, 10, 11), french) == "11 octobre 2026"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "mardi 1er décembre à 14\u00a0h\u00a005"),
        ("en", "Tuesday 1 December at 14:05"),
        ("de", "Dienstag, 1. Dezember um 14:05"),
        ("it", "martedì 1 dicembre alle 14:05"),
    ],
)
def test_an_instant_is_said_in_the_time_of_the_site(language, said):
    """S052 T01"""
    instant = datetime(2026, 12, 1, 14, 5, tzinfo=ZoneInfo("Europe/Paris"))
    assert shown(instant, Reader(language)) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_writes_hours_or_amounts_in_a_way_that_can_be_misread(language):
    """S052"""
    assert shown(time(8, 0), Reader(language)) in ("8\u00a0h", "08:00")
    assert shown(Money(123450, "EUR"), Reader(language)).strip("€\u00a0\u202f ") in (
        "1\u202f234,50",
        "1,234.50",
        "1.234,50",
    )


def test_french_marks_stay_on_the_line_of_their_word():
    """S114: on pages and in mails; a text message has no letter for that space."""
    asked = "Can you take this job?"
    assert say(asked, Reader("fr")) == "Pouvez-vous prendre cette intervention\u00a0?"
    assert say(asked, Reader("fr", short=True)) == "Pouvez-vous prendre cette intervention ?"
    assert say(asked, Reader("en")) == asked
