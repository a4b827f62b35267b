"""Money is a whole number of cents, everywhere; floats never touch it."""

import re

AMOUNT = re.compile(
    r"(?P<whole>\d{1,3}(?:(?P<gap>[ .,'’])\d{3})(?:(?P=gap)\d{3})*|\d{1,9})(?:[.,](?P<rest>\d{1,2}))?"
)
SIGNS = re.compile(r"(€|EUR|CHF|Fr\.?|HT|net)", re.IGNORECASE)
MOST_CENTS = 10**11  # a milliard: more is a slip of the finger


class NotAnAmount(ValueError):
    """What was typed is not one amount."""


def cents(typed: str) -> int:
    """The cents of an amount as people of four countries type it (R15).

    `1.234,50` and `1,234.50` both mean 123450. Raises NotAnAmount for all else: signs, exponents,
    digits of other scripts, and `12,345`, which is twelve to some and twelve thousand to others.
    """
    text = SIGNS.sub("", re.sub("[\u00a0\u202f\u2009]", " ", typed)).strip()
    match = AMOUNT.fullmatch(text) if text.isascii() or "’" in text else None
    if match is None or (match["rest"] and match["gap"] and text[match.end("whole")] == match["gap"]):
        raise NotAnAmount(typed)
    if match["gap"] in (".", ",") and match["rest"] is None and text.count(match["gap"]) == 1:
        raise NotAnAmount(typed)
    whole = re.sub(r"\D", "", match["whole"])
    value = int(whole) * 100 + int((match["rest"] or "").ljust(2, "0"))
    if value > MOST_CENTS:
        raise NotAnAmount(typed)
    return value
