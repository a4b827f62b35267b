"""The four languages are complete: no page and no message mixes two of them."""

import re

import pytest

from fieldtickets.language import LANGUAGES
from tools import catalogues

PLACES = re.compile(r"%\(\w+\)s|%[nt]\b")
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
