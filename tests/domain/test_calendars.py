"""Working days, public holidays, and delays across the days on which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fieldtickets.domain.calendars import Calendar
from fieldtickets.domain.countries import PHONE_COUNTRIES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERY_DAY = Calendar("Europe/Paris", "FR")
WORKING = Calendar("Europe/Paris", "FR", working=True)


def paris(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("FR", (2031, 7, 14)),
        ("FR", (2031, 4, 14)),  # Easter Monday
        ("FR", (2031, 5, 22)),  # Ascension
        ("RE", (2031, 5, 8)),
        ("BE", (2031, 7, 21)),
        ("LU", (2031, 6, 23)),
        ("CH", (2031, 8, 1)),
        ("DE", (2031, 4, 11)),  # Good Friday
        ("DE", (2031, 10, 3)),
        ("AT", (2031, 6, 12)),  # Corpus Christi
        ("IT", (2031, 6, 2)),
        ("MC", (2031, 11, 19)),
    ],
)
def test_nobody_works_on_a_public_holiday_of_the_country(country, day):
    """T08"""
    calendar = Calendar("Europe/Paris", country, working=True)

    assert not calendar.works_on(date(*day))
    assert calendar.works_on(date(2031, 5, 6))  # an ordinary Tuesday


@pytest.mark.parametrize("country", PHONE_COUNTRIES)
def test_every_country_whose_numbers_we_take_has_its_holidays(country):
    """T08"""
    assert not Calendar("UTC", country, working=True).works_on(date(2031, 1, 1))  # a Wednesday


def test_elsewhere_people_work_from_monday_to_friday():
    """T08"""
    week = [date(2031, 5, 5) + number * DAY for number in range(7)]

    assert [Calendar("UTC", "XX").works_on(day) for day in week] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("start", "delay", "end"),
    [
        ((2031, 5, 5, 12), DAY, (2031, 5, 6, 12)),  # from Monday to Tuesday
        ((2031, 5, 5, 12), HOUR, (2031, 5, 5, 13)),
        ((2031, 5, 16, 14), DAY, (2031, 5, 19, 14)),  # over the weekend
        ((2031, 5, 16, 14), 4 * HOUR, (2031, 5, 16, 18)),
        ((2031, 5, 7, 14), DAY, (2031, 5, 9, 14)),  # over the eighth of May
        ((2031, 5, 7, 14), 3 * DAY, (2031, 5, 13, 14)),
        ((2031, 5, 10, 9), timedelta(), (2031, 5, 12, 0)),  # on Saturday: Monday
        ((2031, 5, 10, 9), 2 * HOUR, (2031, 5, 12, 2)),
        ((2027, 3, 26, 14), DAY, (2027, 3, 30, 14)),  # over Easter and the change to summer time
    ],
)
def test_a_delay_of_working_days_stands_still_on_the_others(start, delay, end):
    """T02 T08"""
    assert WORKING.after(paris(*start), delay) == paris(*end)
    assert WORKING.days_after(paris(*start), delay) == paris(*end)


def test_a_day_ends_on_working_time_where_the_site_is():
    """T08: Friday evening in Lyon is Saturday already in La Réunion."""
    friday = datetime(2031, 5, 16, 21, tzinfo=UTC)
    monday = datetime(2031, 5, 19, 0, tzinfo=ZoneInfo("Indian/Reunion"))

    assert Calendar("Indian/Reunion", "RE", working=True).after(friday, HOUR) == monday + HOUR
    assert WORKING.after(friday, HOUR / 2) == friday + HOUR / 2


@pytest.mark.parametrize(("year", "month", "day"), [(2026, 10, 24), (2027, 3, 27)])
def test_days_keep_the_hour_on_the_wall_and_hours_are_real_when_the_clocks_change(year, month, day):
    """T02"""
    start = paris(year, month, day, 14)

    assert EVERY_DAY.days_after(start, 3 * DAY) == paris(year, month, day + 3, 14)
    assert EVERY_DAY.after(start, 24 * HOUR) - start == 24 * HOUR
