"""Sentences for people: written once in English, looked up in the reader's language when shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


class Message(str):
    """An English message id that carries the values to be put into it.

    It is a plain `str` to everything that only passes it on (WTForms, exceptions, JSON); `language.say`
    turns it into a sentence, formatting dates and amounts as the reader writes them.
    """

    words: Mapping[str, object]

    def __new__(cls, english: str, words: Mapping[str, object] | None = None) -> "Message":
        message = super().__new__(cls, english)
        message.words = words or {}
        return message

    def given(self, **words: object) -> "Message":
        """The same sentence with more of its values known."""
        return Message(str(self), {**self.words, **words})


def _(english: str, /, **words: object) -> Message:
    """Mark an English sentence as a message id, with the values of its `%(name)s` places."""
    return Message(english, words)


@dataclass(frozen=True)
class HourOf:
    """A value to be shown as the hour of this instant at the site, without the day."""

    instant: datetime


@dataclass(frozen=True)
class Money:
    """An amount to be shown the reader's way: whole cents of a currency (ISO 4217)."""

    cents: int
    currency: str = "EUR"
