"""What is written down about an act and read again later: answers to JSON and back, the timeline's line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from fieldtickets.domain.acts import Act, Answer
from fieldtickets.domain.words import Message, Money, _
from fieldtickets.language import Reader, say

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
HOUR = re.compile(r"\d{2}:\d{2}")
PLACES = re.compile(r"%\((\w+)\)s")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?\+00:00")

WHEN = _("Appointment: %(at)s.")
JOINED = (Message(""), _("%(first)s"), _("%(first)s or %(second)s"), _("%(first)s, %(second)s or %(third)s"))


def frozen(value: Any) -> Any:
    """A value as JSON keeps it: days and hours in ISO 8601, instants in UTC, amounts in cents."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case Money(cents, currency):
            return {"cents": cents, "currency": currency}
        case Mapping():
            return {name: frozen(one) for name, one in value.items()}
        case list() | tuple():
            return [frozen(one) for one in value]
    return value


def revived(value: Any) -> Any:
    """The same value as it was before `frozen`."""
    match value:
        case str() if DAY.fullmatch(value):
            return date.fromisoformat(value)
        case str() if HOUR.fullmatch(value):
            return time.fromisoformat(value)
        case str() if INSTANT.fullmatch(value):
            return datetime.fromisoformat(value)
        case {"cents": int(cents), "currency": str(currency)}:
            return Money(cents, currency)
        case dict():
            return {name: revived(one) for name, one in value.items()}
        case list():
            return [revived(one) for one in value]
    return value


def words_of(act: Act, answer: Answer) -> dict[str, Any]:
    """An answer's values for a sentence: codes become their words."""
    return {
        name: act.codes[name].get(value, value) if name in act.codes else value
        for name, value in answer.items()
    }


def told(act: Act, content: Mapping[str, Any], *texts: str) -> dict[str, Any]:
    """The values of a recorded act for its line: who, whose dispatch, what was answered and agreed.

    texts: other sentences that they are for. What was erased leaves its places empty.
    """
    words = revived({name: value for name, value in content.items() if name != "answer"})
    appointment = words.get("appointment")
    slots = words.get("slots") or [one for one in (appointment,) if one]
    return {
        **dict.fromkeys(PLACES.findall(" ".join((act.line, *texts))), ""),
        **{name: value for text in (act.line, *texts) for name, value in _given(text)},
        "who": "",
        "subcontractor": "",
        **words,
        **words_of(act, revived(content.get("answer", {}))),
        "slots": one_of(slots),
        "when": WHEN.given(at=appointment) if appointment else Message(""),
    }


def _given(text: str) -> Iterable[tuple[str, object]]:
    """The values that a sentence brings itself."""
    return text.words.items() if isinstance(text, Message) else ()


def one_of(instants: Sequence[datetime]) -> Message:
    """Proposed slots, up to three, as words: "Monday at 14:00 or Tuesday at 9:00"."""
    values = zip(("first", "second", "third"), instants, strict=False)
    return JOINED[len(instants)].given(**dict(values))


def line(act: Act, words: Mapping[str, object], reader: Reader) -> str:
    """The sentence that an act left on the timeline, for this reader."""
    return say(act.line, reader, **words)
