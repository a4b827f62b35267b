"""What pydantic found wrong, as sentences that can be translated."""

from collections.abc import Mapping
from typing import Any

from fieldtickets.domain.words import Message, _

MISSING, TOO_LONG = _("This is missing."), _("At most %(max_length)s characters.")
BY_TYPE: Mapping[str, Message] = {
    "missing": MISSING,
    "string_too_short": MISSING,
    "too_short": MISSING,
    "string_too_long": TOO_LONG,
    "too_long": TOO_LONG,
    "string_pattern_mismatch": _("This must have the form %(pattern)s."),
    "literal_error": _("Write one of %(expected)s."),
    "greater_than_equal": _("%(ge)s is the least."),
    "less_than_equal": _("%(le)s is the most."),
}
BY_KIND: Mapping[str, Message] = {
    "string": _("Write text here."),
    "int": _("Write a whole number here."),
    "list": _("Write a list here."),
    "model": _("Write an object here."),
    "date": _("Write a day as YYYY-MM-DD."),
    "time": _("Write an hour as HH:MM."),
}
OTHER = _("This cannot be read.")


def sentence(found: Mapping[str, Any]) -> Message:
    """Why one field was refused. found: an entry of `ValidationError.errors()`."""
    kind, context = found["type"], found.get("ctx", {})
    if kind == "value_error":
        ours: Message = context["error"].args[0]
        return ours
    message = BY_TYPE.get(kind) or BY_KIND.get(kind.partition("_")[0], OTHER)
    return message.given(**context)
