"""The reader's language: sentences from the catalogues, dates, hours and amounts as they are written there.

Babel and gettext are used directly, with the language as an argument, because most sentences are said
by the worker, far from any web request.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from gettext import GNUTranslations, NullTranslations, translation
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency

from fieldtickets.domain.words import HourOf, Message, Money, _

CATALOGUES = Path(__file__).parent.parent / "translations"
LANGUAGES = {"fr": "Français", "en": "English", "de": "Deutsch", "it": "Italiano"}
DEFAULT = "fr"
LOCALES = {"en": "en_GB"}  # the English of Europe: the day before the month
FRENCH_FIRST = re.compile(r"(?<!\d)1(?= [^\W\d])")  # of a month: the only day that is said as an ordinal
TALL_MARKS = re.compile(r"(?<=«) | (?=[?!:;»])")  # the spaces of French that never end a line
LONG_DAYS = {"fr": "EEEE d MMMM", "en": "EEEE d MMMM", "de": "EEEE, d. MMMM", "it": "EEEE d MMMM"}


@dataclass(frozen=True)
class Reader:
    """For whom something is written: language, time zone of the site, and whether room is scarce (SMS)."""

    language: str = DEFAULT
    zone: str = "Europe/Paris"
    short: bool = False


def say(message: str, reader: Reader, **words: object) -> str:
    """A message as the reader reads it, its values formatted; unknown sentences stay as they are.

    French marks stay on the line of their word; a text message has no letter for that space (GSM-7).
    """
    if not message:
        return ""
    text = catalogue(reader.language).gettext(str(message))
    if reader.language == "fr" and not reader.short:
        text = TALL_MARKS.sub("\u00a0", text)
    values = {**getattr(message, "words", {}), **words}
    return text % Shown(values, reader) if values else text


class Shown(Mapping[str, str]):
    """The values of a sentence, each formatted when it is asked for."""

    def __init__(self, values: Mapping[str, object], reader: Reader) -> None:
        self._values, self._reader = values, reader

    def __getitem__(self, name: str) -> str:
        return shown(self._values[name], self._reader)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def shown(value: object, reader: Reader) -> str:
    """One value as the reader writes it: a sentence, an instant at the site, a day, an hour, an amount."""
    match value:
        case Message():
            return say(value, reader)
        case HourOf(instant):
            return hour(local(instant, reader), reader)
        case datetime():
            there = local(value, reader)
            if reader.short:
                return f"{day(there, reader)} {hour(there, reader)}"
            return say(_("%(day)s at %(hour)s"), reader, day=day(there, reader), hour=hour(there, reader))
        case date():
            return day(value, reader)
        case time():
            return hour(value, reader)
        case Money(cents, currency):
            return money(cents, currency, reader)
    return "" if value is None else str(value)


def local(instant: datetime, reader: Reader) -> datetime:
    """An aware instant as wall time at the site."""
    return instant.astimezone(ZoneInfo(reader.zone))


def day(value: date, reader: Reader) -> str:
    """A day with its name: lundi 2 mars, or lun. 02/03 where room is scarce."""
    if reader.short:
        return str(format_skeleton("MEd", value, locale=locale(reader.language)))
    return _said(format_date(value, LONG_DAYS[reader.language], locale=locale(reader.language)), reader)


def brief_day(value: date, reader: Reader) -> str:
    """A day where a tile or a table has little room: mar. 24 nov."""
    return _said(format_skeleton("MMMEd", value, locale=locale(reader.language)), reader)


def dated(value: date, reader: Reader) -> str:
    """A day with its year, as letters are dated: 2 mars 2026."""
    return _said(format_date(value, "long", locale=locale(reader.language)), reader)


def month(value: date, reader: Reader) -> str:
    """The month of a day: octobre 2026."""
    return str(format_skeleton("yMMMM", value, locale=locale(reader.language)))


def _said(written: str, reader: Reader) -> str:
    """In French the first of a month is 1er; the locale data writes 1."""
    return FRENCH_FIRST.sub("1er", written) if reader.language == "fr" else written


def hour(value: time | datetime, reader: Reader) -> str:
    """An hour: 14 h 05 in French, 14:05 elsewhere."""
    if reader.language != "fr":
        return f"{value.hour:02d}:{value.minute:02d}"
    gap = "" if reader.short else "\u00a0"
    return f"{value.hour}{gap}h{gap}{value.minute:02d}" if value.minute else f"{value.hour}{gap}h"


def money(cents: int, currency: str, reader: Reader) -> str:
    """An amount with its currency: the sign on pages, the ISO code where only GSM letters are free."""
    form = "#,##0.##\u00a0¤¤" if reader.short else None
    return str(format_currency(cents / 100, currency, form, locale=locale(reader.language)))


@cache
def locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, language))


@cache
def catalogue(language: str) -> GNUTranslations | NullTranslations:
    """The compiled catalogue of a language; English is the language of the ids."""
    return translation("messages", CATALOGUES, [language], fallback=True)


def best(wanted: str | None, default: str = DEFAULT) -> str:
    """A language we have: the one wanted, else the default."""
    return wanted if wanted in LANGUAGES else default
