"""Ticket numbers that an organisation gives itself: what can stand in an address (S020)."""

import re

REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
TAKEN = ("new",)  # pages of ours that stand where a number would


def can_be_ref(typed: str) -> bool:
    """Whether a ticket can have this number."""
    return REF.fullmatch(typed) is not None and typed not in TAKEN
