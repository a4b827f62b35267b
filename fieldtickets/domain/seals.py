"""The journal's seals: each fact is sealed to the one before, so that no change goes unseen (E8)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64  # what the first fact of an organisation is sealed to


def canonical(value: Mapping[str, Any]) -> bytes:
    """One spelling per value: sorted keys, no blanks, UTF-8 (the idea of RFC 8785)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(salt: str, payload: Mapping[str, Any]) -> str:
    """SHA-256 of what was said, salted: once salt and payload are erased it tells nothing (Y01)."""
    return hashlib.sha256(salt.encode() + canonical(payload)).hexdigest()


def seal(fact: Mapping[str, Any], previous: str) -> str:
    """SHA-256 over a fact and the seal before it."""
    return hashlib.sha256(previous.encode() + canonical(fact)).hexdigest()
