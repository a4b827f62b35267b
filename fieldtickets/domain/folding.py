"""Text as it is compared: whatever the case it was typed in, with accents or without."""

import unicodedata
from collections import Counter
from collections.abc import Iterable


def folded(text: str) -> str:
    """Small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def spelled_once(words: Iterable[str]) -> list[str]:
    """Each word once, as most people spell it, in alphabetical order."""
    counted = Counter(words)
    usual = {folded(word): word for word in sorted(counted, key=lambda word: (counted[word], word))}
    return [usual[word] for word in sorted(usual)]
