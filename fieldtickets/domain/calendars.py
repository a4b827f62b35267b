"""The days on which people work, and how long a delay of a playbook lasts by them (T08)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SATURDAY = 5
GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI = -2, 1, 39, 50, 60  # days from Easter


@dataclass(frozen=True)
class Holidays:
    """The public holidays of a whole country: fixed ones as (month, day), moving ones in days from Easter.

    What only a region or a canton keeps is left out.
    """

    fixed: frozenset[tuple[int, int]]
    moving: tuple[int, ...]

    def on(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (day.month, day.day) in self.fixed or (day - easter(day.year)).days in self.moving


def _holidays(fixed: str, *moving: int) -> Holidays:
    """Days as `1-5` for the first of May."""
    days = (one.split("-") for one in fixed.split())
    return Holidays(frozenset((int(month), int(day)) for day, month in days), moving)


FRANCE = _holidays("1-1 1-5 8-5 14-7 15-8 1-11 11-11 25-12", EASTER_MONDAY, ASCENSION, WHIT_MONDAY)
# FR: code du travail L3133-1; BE: loi du 4 janvier 1974; LU: code du travail L232-2; AT: ARG section 7;
# IT: legge 260/1949 with 151/2025; CH, DE: those of every canton, of every Land
COUNTRIES: Mapping[str, Holidays] = {
    **dict.fromkeys(("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"), FRANCE),
    "MC": _holidays(
        "1-1 27-1 1-5 15-8 1-11 19-11 8-12 25-12", EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI
    ),
    "BE": _holidays("1-1 1-5 21-7 15-8 1-11 11-11 25-12", EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    "LU": _holidays("1-1 1-5 9-5 23-6 15-8 1-11 25-12 26-12", EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    "CH": _holidays("1-1 1-8 25-12", ASCENSION),
    "LI": _holidays(
        "1-1 6-1 1-5 15-8 8-9 1-11 8-12 25-12 26-12", EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI
    ),
    "DE": _holidays("1-1 1-5 3-10 25-12 26-12", GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    "AT": _holidays(
        "1-1 6-1 1-5 15-8 26-10 1-11 8-12 25-12 26-12", EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI
    ),
    "IT": _holidays("1-1 6-1 25-4 1-5 2-6 15-8 4-10 1-11 8-12 25-12 26-12", EASTER_MONDAY),
    "SM": _holidays(
        "1-1 6-1 5-2 25-3 1-4 1-5 28-7 15-8 3-9 1-10 1-11 2-11 8-12 25-12 26-12",
        EASTER_MONDAY,
        CORPUS_CHRISTI,
    ),
}
NONE = Holidays(frozenset(), ())


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar.

    Source: the anonymous algorithm of 1876, in J. Meeus, Astronomical Algorithms, chapter 8.
    """
    century, of_century = divmod(year, 100)
    golden, leaps = year % 19, century // 4
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True)
class Calendar:
    """How delays run at a site: in real time, or on the working days of its country alone.

    zone: of the site. country: ISO 3166; of one that is not in the list only weekends are known.
    """

    zone: str
    country: str = ""
    working: bool = False

    def works_on(self, day: date) -> bool:
        """Whether people work that day: Monday to Friday, public holidays left out."""
        return day.weekday() < SATURDAY and not COUNTRIES.get(self.country, NONE).on(day)

    def after(self, start: datetime, delay: timedelta) -> datetime:
        """When a delay that is counted in hours has run out: real hours, whatever the wall says (T02).

        By working days nothing runs from midnight to midnight of a day without work.
        """
        if not self.working:
            return start + delay
        left, at = delay, start
        while True:
            day = at.astimezone(ZoneInfo(self.zone)).date()
            ends_at = self._midnight(day + DAY)
            if self.works_on(day):
                if at + left < ends_at:
                    return at + left
                left -= ends_at - at
            at = ends_at

    def days_after(self, start: datetime, days: timedelta) -> datetime:
        """The same, of a delay counted in days: the hour on the wall stays, also when the clocks change."""
        if self.working:
            return self.after(start, days)
        return (start.astimezone(ZoneInfo(self.zone)) + days).astimezone(UTC)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)
