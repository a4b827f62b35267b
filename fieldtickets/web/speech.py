"""What templates may say: sentences, dates and amounts in the reader's language (`g.reader`)."""

from datetime import date, datetime

from flask import Flask, g

from fieldtickets.domain.words import HourOf, Money
from fieldtickets.language import DEFAULT, LANGUAGES, Reader, brief_day, dated, local, month, say, shown
from fieldtickets.phones import pretty


def install(app: Flask) -> None:
    """Give templates `_`, and the filters `say`, `moment`, `hour`, `day`, `money`, `phone`."""
    app.jinja_env.globals.update(_=speak, languages=list(LANGUAGES.items()))
    app.jinja_env.filters.update(say=speak, moment=moment, hour=hour, day=moment, money=money)
    app.jinja_env.filters.update(brief_day=lambda value: brief_day(value, reader()), brief=brief)
    app.jinja_env.filters["month"] = lambda value: month(value, reader())
    app.jinja_env.filters["dated"] = lambda value: dated(value, reader())
    app.jinja_env.filters["phone"] = read_aloud


def reader() -> Reader:
    """Whom the page is for; before anybody is known, the default language."""
    found: Reader = g.get("reader") or Reader(DEFAULT)
    return found


def speak(message: str, /, **words: object) -> str:
    """A message id as a sentence in the reader's language."""
    return say(message, reader(), **words)


def moment(instant: datetime | date | None) -> str:
    """An instant as day and hour at the site; a date as its day."""
    return shown(instant, reader())


def brief(instant: datetime) -> str:
    """An instant where a table has little room: mar. 24 nov., 14 h 05."""
    there = local(instant, reader())
    return f"{brief_day(there, reader())}, {shown(HourOf(instant), reader())}"


def hour(instant: datetime) -> str:
    """The hour of an instant at the site."""
    return shown(HourOf(instant), reader())


def money(cents: int | None, currency: str = "EUR") -> str:
    """An amount in cents, the reader's way."""
    return "" if cents is None else shown(Money(cents, currency), reader())


def read_aloud(phone: str) -> str:
    """A number as its reader dials it."""
    return pretty(phone, reader().language) if phone else ""
