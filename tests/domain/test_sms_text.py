"""A text message fits in one segment of GSM letters and carries one link, ours: M16, X08."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldtickets.domain.sms_text import (
    BASIC,
    EXTENDED,
    costly_letters,
    cut,
    defuse_links,
    gsm,
    segments,
    sender_name,
    septets,
)

anything = st.text()
free_letters = st.text(st.sampled_from(sorted(BASIC | EXTENDED)))
CLICKABLE = re.compile(r"\S\.[^\W\d_]{2}|[a-z0-9]://|\b(tel):\S", re.IGNORECASE)


def test_the_alphabet_has_its_127_letters_and_its_extension():
    """M16"""
    assert len(BASIC) == 127  # 128 places, one of which is the escape
    assert len(EXTENDED) == 10


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Fenêtre bloquée, côté cour", "Fenetre bloquée, coté cour"),
        ("Façade à repeindre", "Facade à repeindre"),
        ("L’évier « de la cuisine »…", 'L\'évier " de la cuisine "...'),
        ("Sœur Œdipe", "Soeur OEdipe"),
        ("T-2026 – 3ᵉ étage — m²", "T-2026 - 3e étage - m2"),
        ("n° 12, 21 °C", "no 12, 21 oC"),
        ("Łódź, Đorđević, Şahin, İstanbul, ırmak", "Lodz, Dordevic, Sahin, Istanbul, irmak"),
        ("Groẞe Straße", "GroSSe Straße"),
        ("½ heure ∙ ﬁn", "1/2 heure - fin"),
        ("Merci 👍🏽 à vous\u200b !", "Merci  à vous !"),
        ("e\u0301vier", "évier"),
        ("ligne\r\nsuivante\tici", "ligne\nsuivante ici"),
        ("12\u202f345,60\u00a0€", "12 345,60 €"),
        ("Привет", "??????"),
    ],
)
def test_letters_outside_the_alphabet_are_written_another_way(typed, sent):
    """M16"""
    assert gsm(typed) == sent


@given(anything)
def test_what_was_transliterated_never_costs_ucs2(text):
    """M16"""
    assert costly_letters(gsm(text)) == ()
    assert gsm(gsm(text)) == gsm(text)


@given(free_letters)
def test_letters_of_the_alphabet_stay_as_they_are(text):
    """M16"""
    assert gsm(text) == text.replace("\r\n", "\n")


def test_the_euro_and_the_brackets_cost_two():
    """M16"""
    assert septets("10 EUR") == 6
    assert septets("10 €") == 5
    assert septets("[a]") == 5


def test_septets_are_counted_in_the_gsm_alphabet_only():
    """M16"""
    with pytest.raises(ValueError, match="GSM alphabet"):
        septets("fenêtre")


def test_the_letters_that_cost_are_named_once_each():
    """M16"""
    assert costly_letters("Fenêtre, être, çà et là 👍") == ("ê", "ç", "👍")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the euro does not fit in the 153rd place and is not split
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("ê" * 66 + "😀" + "ê" * 66, 3),  # two halves of an emoji stay together
    ],
)
def test_segments_are_counted_as_they_are_paid(text, count):
    """M16"""
    assert segments(text) == count


@given(free_letters)
def test_the_count_agrees_with_the_bytes(text):
    """M16"""
    at_least = 1 if septets(text) <= 160 else -(-septets(text) // 153)

    assert at_least <= segments(text) <= at_least + septets(text) // 153


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("Fuite sous évier", 30, "Fuite sous évier"),
        ("Fuite sous évier", 16, "Fuite sous évier"),
        ("Fuite sous évier", 15, "Fuite sous"),
        ("Fuite sous évier", 10, "Fuite sous"),
        ("Fuite, urgente", 8, "Fuite"),
        ("Saint-Étienne-du-Rouvray", 10, "Saint-Étie"),
        ("12 € 50", 4, "12"),
        ("  deux\n\nlignes ", 30, "deux lignes"),
        ("", 5, ""),
    ],
)
def test_a_long_word_list_is_cut_between_words(text, limit, kept):
    """M16"""
    assert cut(text, limit) == kept


@given(anything, st.integers(1, 40))
def test_a_cut_text_fits_and_begins_like_the_whole(text, limit):
    """M16"""
    kept = cut(gsm(text), limit)

    assert septets(kept) <= limit
    assert " ".join(gsm(text).split()).startswith(kept)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("voir https://evil.example/a?b", "voir https: //evil. example/a?b"),
        ("HTTP://evil.example", "HTTP: //evil. example"),
        ("www.evil.com", "www. evil. com"),
        ("evil.com", "evil. com"),
        ("t.co/x", "t. co/x"),
        ("écrire à igor@evil.com", "écrire à igor@evil. com"),
        ("mailto:igor@evil.com", "mailto: igor@evil. com"),
        ("javascript:alert(1)", "javascript: alert(1)"),
        ("ev\u200bil\u2060.com", "evil. com"),
        ("evil。com, evil．com, evil｡com", "evil. com, evil. com, evil. com"),
        ("münchen.de", "münchen. de"),
        ("evil.xn--p1ai", "evil. xn--p1ai"),
        ("192.168.1.1/a", "192. 168. 1. 1/a"),
        ("intent://scan#x", "intent: //scan#x"),
    ],
)
def test_a_link_in_free_text_is_broken(typed, sent):
    """X08"""
    assert defuse_links(typed) == sent


@pytest.mark.parametrize(
    "typed",
    [
        "Le 12.03.2026 à 14.30",
        "06.12.34.56.78",
        "12.50 EUR",
        "Oui. Demain",
        "S.A.R.L. Martin",
        "3.5 m",
        "etc...",
    ],
)
def test_dates_amounts_phones_and_sentences_stay(typed):
    """X08"""
    assert defuse_links(typed) == typed


@given(
    st.lists(
        st.sampled_from(["evil", ".", "com", "://", "http", "😀", "\u200b", "．", "mailto:", "·", "‥", " "])
    )
)
def test_no_clickable_link_is_left_after_transliteration(parts):
    """X08"""
    sent = defuse_links(gsm("".join(parts)))

    assert not CLICKABLE.search(sent)
    assert defuse_links(sent) == sent


def test_the_sender_of_a_text_is_the_name_in_eleven_plain_letters():
    """S014"""
    assert sender_name("Régie Lavigne & Fils") == "RegieLavign"
