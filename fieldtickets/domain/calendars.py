"""The days on which people work, and how long a delay of a playbook lasts by them (T08)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SATURDAY = 5


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Those of a whole country (ISO 3166); what only a region or a canton keeps is left out.

    Empty for a country that the library `holidays` does not know. It is read where somebody counts by them.
    """
    library = import_module("holidays")
    if country not in library.list_supported_countries():
        return frozenset()
    return frozenset(library.country_holidays(country, years=year))


@dataclass(frozen=True)
class Calendar:
    """How delays run at a site: in real time, or on the working days of its country alone.

    zone: of the site. country: ISO 3166; of one that is not known only weekends count.
    """

    zone: str
    country: str = ""
    working: bool = False

    def works_on(self, day: date) -> bool:
        """Whether people work that day: Monday to Friday, public holidays left out."""
        return day.weekday() < SATURDAY and day not in public_holidays(self.country, day.year)

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
