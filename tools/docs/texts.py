"""docs/texts.md: every text message in the four languages, with what it costs."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from fieldtickets.domain.acts import Act
from fieldtickets.domain.sms_text import segments, septets
from fieldtickets.exchanges import EXCHANGES
from fieldtickets.exchanges.texts import frozen
from fieldtickets.language import LANGUAGES
from fieldtickets.outbox.wording import Wording, wording
from fieldtickets.store.models import Delivery
from tools.docs.tables import table

LINK = "https://tickets.example.fr/l/a1B2c3D4e5F6g7H8i9J0k1L"
HEAD = ("language", "text", "letters", "segments", "letters at most", "segments at most")
NOON = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
LATE = datetime(2031, 9, 24, 12, 45, tzinfo=UTC)  # a long day's name, a long month's, an odd hour

ORDINARY: Mapping[str, Any] = {
    "organisation": "Gestion Lavigne",
    "ref": "T-2026-000123",
    "problem": "Fuite sous évier",
    "town": "Lyon",
    "subcontractor": "Karim Plomberie",
    "who": "Karim Plomberie",
    "appointment": NOON,
    "slots": [NOON],
}
LONGEST: Mapping[str, Any] = {
    "organisation": "Gestion Lavigne & Compagnie",
    "ref": "T-2031-000123",
    "problem": "Fuite d'eau très importante sous l'évier de la cuisine du deuxième étage",
    "town": "Saint-Germain-au-Mont-d'Or",
    "subcontractor": "Établissements Karim & Frères Plomberie",
    "who": "Établissements Karim & Frères Plomberie",
    "appointment": LATE,
    "slots": [LATE, LATE, LATE],
}

INTRODUCTION = f"""# Text messages

Made by `make docs` from `fieldtickets/exchanges/` and the catalogues. Each text is shown with ordinary
values, and counted a second time with the longest ones: what people typed is cut to the room it has, the
link never is. One segment of GSM-7 holds 160 letters. The link here has {len(LINK)} letters.
"""


def page() -> str:
    """The whole page."""
    return "\n".join((INTRODUCTION, *sections()))


def sections() -> Iterator[str]:
    """Each text message of each act, in the order of the exchanges."""
    for exchange in EXCHANGES:
        for act in exchange.acts:
            for number, notice in enumerate(act.notices):
                if notice.sms:
                    example = exchange.samples.get(act.name, {})
                    rows = (row(act, number, language, example) for language in LANGUAGES)
                    yield f"## `{act.name}`, to the {notice.to.value}\n\n{table(HEAD, rows)}"


def row(act: Act, number: int, language: str, example: Mapping[str, Any]) -> tuple[str, ...]:
    """One text in one language, and what it costs."""
    usual = text(act, number, language, {**ORDINARY, "answer": example})
    longest = text(act, number, language, {**LONGEST, "answer": example})
    return LANGUAGES[language], usual, *cost(usual), *cost(longest)


def text(act: Act, number: int, language: str, values: Mapping[str, Any]) -> str:
    """The text as the outbox would send it."""
    return worded(act, number, language, values).sms(LINK)


def worded(act: Act, number: int, language: str, values: Mapping[str, Any]) -> Wording:
    """The words of a notice as the outbox has them."""
    delivery = Delivery(
        act=act.name,
        notice=number,
        words=frozen(values),
        language=language,
        zone="Europe/Paris",
        channel="sms",
        party=act.notices[number].to,
    )
    return wording(delivery)


def cost(sent: str) -> tuple[str, str]:
    """Letters and segments of a text."""
    return str(septets(sent)), str(segments(sent))
