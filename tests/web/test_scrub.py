"""What goes into a log names nobody and opens nothing."""

import pytest

from fieldtickets.links import Links, link_fingerprint
from fieldtickets.web.scrub import scrub, scrubbed

TOKEN = "abcdefghi" + "JKLMNOPQRSTUVW"


@pytest.mark.parametrize(
    "text",
    [
        f"GET /l/{TOKEN}",
        f"GET //L//{TOKEN}/offer.accept?x={TOKEN}",
        f"/%6c/{TOKEN}",
        f"https://tickets.example/l/{TOKEN}/files/1/a.jpg",
        f"KeyError: '{TOKEN}'",
        f"/l/{TOKEN}-longer",
    ],
)
def test_a_link_is_named_by_a_fingerprint(text):
    """N07 Y05"""
    assert TOKEN not in scrub(text)
    assert "#" in scrub(text)


def test_the_fingerprint_is_the_one_of_the_journal():
    """N07"""
    links = Links(["k" * 32], "https://a.example")
    minted = links.mint()

    assert scrub(f"/l/{minted.token}/x") == f"/l/#{link_fingerprint(minted.id)}/x"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/password/s3cret-abc", "/password/#"),
        ("/password/forgot", "/password/forgot"),
        ("GET //s/K7M2QX9TWB4H?lang=de", "GET /s/#?lang=de"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer #"),
        ("to +33612345678 now", "to #78 now"),
        ("to +33 6 12 34 56 78", "to #78"),
        ("call 06 12 34 56 78", "call #78"),
        ("call 0612345678.", "call #78."),
        ("nadia@lavigne.example", "#@lavigne.example"),
        ("postgresql://us:pw@db/x", "postgresql://#@db/x"),
        ("2031-05-05T10:00:00.123456Z", "2031-05-05T10:00:00.123456Z"),
        ("/tickets/T-2031-000123", "/tickets/T-2031-000123"),
        ("took 0.123456789 s", "took 0.123456789 s"),
    ],
)
def test_secrets_go_and_the_rest_stays(text, kept):
    """N07 Y05"""
    assert scrub(text) == kept


def test_values_named_after_a_secret_are_left_out():
    """Y05"""
    line = {"event": "sent", "to": "x", "deep": [{"password": "y", "ok": 1}]}

    assert scrubbed(line) == {"event": "sent", "to": "#", "deep": [{"password": "#", "ok": 1}]}
