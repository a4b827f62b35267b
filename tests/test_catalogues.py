"""The four languages are complete: no page and no message mixes two of them."""

import re

import pytest

from fieldtickets.language import LANGUAGES
from tools import catalogues

PLACES = re.compile(r"%\(\w+\)s|%[nt]\b")
LABEL = re.compile("“([^“”%]+)”")
QUOTES = {"fr": "« %s »", "de": "„%s“", "it": "«%s»"}
FOREIGN_MARKS = {"fr": r"[^ \u00a0][?!;»]|«[^ \u00a0]|[“”’]", "de": r"[«»’]|“[^“]*”", "it": r"[„“”’]|« | »"}

# The words that docs/glossary.md gives up for another one.
DROPPED = {
    "fr": r"compte.rendu|visite|averti|portable|hors taxes|sous-traitant|clore\b|\bsignes\b",
    "de": r"Betrieb|Unternehmen|Offerte|Einsatz(?!ort)|Textnachricht|Verwalter\b|Handynummer|Dossier|Journal|"
    r"Paket|benachrichtig|berichtig|heiss|schliess",
    "it": r"impres[ae]|penale|resoconto|passaggio|(senza|con) IVA|lavor[io] (extra|in più)|subappaltator|"
    r"gestori|[Vv]ostr[aeio]\b|\blei\b|restitui",
}
pytestmark = pytest.mark.parametrize("language", catalogues.LANGUAGES)


def test_every_sentence_is_translated(language):
    """S052"""
    assert catalogues.missing(language) == []


def test_no_translation_is_left_of_what_nobody_says_any_more(language):
    """S052"""
    said = set(catalogues.sentences())
    assert [
        message.id for message in catalogues.read(language) if message.id and message.id not in said
    ] == []


def test_a_translation_has_the_places_of_its_sentence(language):
    """S052"""
    for message in catalogues.read(language):
        if message.id:
            assert set(PLACES.findall(message.id)) == set(PLACES.findall(message.string)), message.id
            assert not message.fuzzy


def test_every_language_of_the_service_has_a_catalogue(language):
    """S052"""
    assert set(LANGUAGES) == {"en", *catalogues.LANGUAGES}


def test_a_button_is_quoted_as_it_is_written(language):
    """S056: who reads the help finds the button."""
    catalogue = catalogues.read(language)
    quoted = [
        (label, message.string)
        for message in catalogue
        if message.id
        for label in LABEL.findall(message.id)
        if label in catalogue
    ]
    assert {label for label, _sentence in quoted} >= {"Send again", "Something is wrong?", "The date changes"}
    for label, sentence in quoted:
        assert QUOTES[language] % catalogue[label].string in sentence


def test_one_thing_has_one_word(language):
    """S052"""
    assert _with(DROPPED[language], language) == []


def test_marks_are_those_of_the_language(language):
    """S052: apostrophes are straight everywhere, as text messages have no other."""
    assert _with(FOREIGN_MARKS[language], language) == []


def _with(words, language):
    return [one.string for one in catalogues.read(language) if one.id and re.search(words, one.string)]
