"""Text messages: which letters are free, how many segments a text takes, and how to keep it in one.

A segment holds 140 bytes: 160 letters of the GSM alphabet, or 70 of UCS-2 as soon as one letter is not
in it. A longer text is cut into segments of 153 or 67, because each then begins with a 6-byte header.
Source: 3GPP TS 23.038 (6.2.1 default alphabet, 6.2.1.1 extension table, 6.2.3 UCS-2) and
3GPP TS 23.040 (9.2.3.24.1: concatenated messages; a letter is never split between two segments).
"""

import re
import unicodedata
from collections.abc import Iterable

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")  # each is sent as an escape and a letter: two septets
GSM_ALONE, GSM_PART = 160, 153
UCS2_ALONE, UCS2_PART = 70, 67
LONGEST_SENDER = 11

# Letters that Unicode does not take apart by itself into letters of the alphabet.
INSTEAD = {
    **dict.fromkeys("’‘‚‛ʼʹ´`′‹›", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−•·∙▪◦⁃", "-"),
    **dict.fromkeys("\t\v\x85\u2028\u2029", " "),
    **{"œ": "oe", "Œ": "OE", "ẞ": "SS", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ŋ": "n", "Ŋ": "N"},
    **{"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T", "ı": "i"},
    **{"°": "o", "×": "x", "÷": "/", "⁄": "/", "→": "->", "←": "<-", "©": "(c)", "®": "(r)", "。": "."},
}
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Sk", "So")  # controls, marks on nothing, emoji: dropped

LABEL = r"(?=[^\W\d_]{2})"  # two letters: the least that the last part of a host name has
HOST_DOT = re.compile(r"(?<=\S)\." + LABEL)
WEB_SCHEME = re.compile(r"(?<=[a-z0-9+.-])://", re.IGNORECASE)
BARE_SCHEME = re.compile(
    r"\b(?:javascript|vbscript|data|file|mailto|tel|smsto|sms|mms|geo|maps|intent|market|facetime|whatsapp):(?=\S)",
    re.IGNORECASE,
)
IP_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
TRAILING = " ,;:-([/'\""


def gsm(text: str) -> str:
    """The text in letters of the GSM alphabet: ê becomes e, œ oe, the curly quotes straight.

    Emoji and invisible signs are dropped. Letters that have no Latin shape become "?": a text in
    such a script is better sent as it is, in more segments.
    """
    return "".join(_letter(sign) for sign in unicodedata.normalize("NFC", text.replace("\r\n", "\n")))


def _letter(sign: str) -> str:
    if sign in BASIC or sign in EXTENDED:
        return sign
    if sign in INSTEAD:
        return INSTEAD[sign]
    taken_apart = unicodedata.normalize("NFKD", sign)
    if taken_apart != sign:
        return "".join(_letter(part) for part in taken_apart)
    kind = unicodedata.category(sign)
    if kind in UNSEEN:
        return ""
    return " " if kind == "Zs" else "?"


def septets(text: str) -> int:
    """What the text costs in the GSM alphabet: one for each letter, two for € and the brackets.

    Raises ValueError if a letter is not in the alphabet: see `gsm`.
    """
    if costly_letters(text):
        raise ValueError("only letters of the GSM alphabet have a number of septets")
    return sum(_septets_of(text))


def segments(text: str) -> int:
    """How many segments are sent and paid for: by the GSM alphabet, or by UCS-2 if one letter needs it."""
    if costly_letters(text):
        return _packed(
            [len(sign.encode("utf-16-be", "surrogatepass")) // 2 for sign in text], UCS2_ALONE, UCS2_PART
        )
    return _packed(list(_septets_of(text)), GSM_ALONE, GSM_PART)


def costly_letters(text: str) -> tuple[str, ...]:
    """The letters outside the GSM alphabet, each once, in order: any of them more than halves the room."""
    return tuple(dict.fromkeys(sign for sign in text if sign not in BASIC and sign not in EXTENDED))


def _septets_of(text: str) -> Iterable[int]:
    return (2 if sign in EXTENDED else 1 for sign in text)


def _packed(costs: list[int], alone: int, part: int) -> int:
    if sum(costs) <= alone:
        return 1
    count, room = 1, part
    for cost in costs:
        if cost > room:
            count, room = count + 1, part
        room -= cost
    return count


def sender_name(name: str) -> str:
    """A name as operators take it for the sender of a text: letters and digits, eleven at most."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())[:LONGEST_SENDER]


def cut(text: str, limit: int) -> str:
    """As many whole words as fit in `limit` septets (a letter outside the alphabet counts one)."""
    text = " ".join(text.split())
    spent = 0
    for at, cost in enumerate(_septets_of(text)):
        spent += cost
        if spent > limit:
            return _whole_words(text, at)
    return text


def _whole_words(text: str, end: int) -> str:
    """The text up to `end`, less the word that `end` would split; a first word too long is split."""
    last_space = end if text[end] == " " else text.rfind(" ", 0, end)
    kept = text[: last_space if last_space > 0 else end]
    return kept.rstrip(TRAILING) or kept


def defuse_links(text: str) -> str:
    """Free text that no phone makes clickable: "https://evil.example" becomes "https: //evil. example".

    A space goes into schemes, hosts and IPv4 addresses, so that a text message carries our link only.
    Invisible letters, which could join a host again, are dropped, and full-width dots count as dots.
    """
    seen = unicodedata.normalize("NFKC", "".join(s for s in text if unicodedata.category(s) != "Cf"))
    seen = seen.replace("。", ".")
    seen = IP_ADDRESS.sub(lambda found: found[0].replace(".", ". "), seen)
    seen = HOST_DOT.sub(". ", seen)
    seen = BARE_SCHEME.sub(lambda found: found[0] + " ", seen)
    return WEB_SCHEME.sub(": //", seen)
