"""Codes that hang at a place: how one is spelt, and when two places are one (S077)."""

import re

from fieldtickets.domain.folding import folded

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter that is read as another, or as a digit
LETTERS, GROUP = 12, 4
WORD = re.compile(r"\w+")


def plain_code(typed: str) -> str:
    """A code as it is kept, however it was typed: capitals and digits, without gaps."""
    return "".join(filter(str.isalnum, typed)).upper()


def in_groups(code: str) -> str:
    """The code as it is printed for reading and typing: `K7M2 QX9T WB4H`."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def place_key(name: str, address: str, postcode: str, city: str) -> str:
    """What two sites share that are one place, however they were typed; empty for a place nobody can tell.

    The name stands only for an address that is missing: a flat and its building have one door.
    """
    where = address or name
    words = WORD.findall(folded(f"{where} {postcode} {city}")) if where else []
    return " ".join(words)
