"""From wall clocks to instants: what a person typed at a site, and when reminders may ring."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fieldtickets.domain.acts import Refused
from fieldtickets.domain.words import _

QUIET_ENDS, QUIET_STARTS = time(8), time(20)  # local; reminders ring between them (M19)


def at_site(day: date, hour: time, zone: str) -> datetime:
    """The UTC instant of a wall time at the site.

    In the hour that comes twice in October the first one is meant. Raises Refused for the hour that
    does not exist in March, proposing the one after (T01), and for a day at the ends of the calendar.
    """
    local = datetime.combine(day, hour, ZoneInfo(zone))
    try:
        instant = local.astimezone(UTC)
    except OverflowError:
        raise Refused(_("Choose a day"), field="date") from None
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        after = (local.replace(tzinfo=None) + timedelta(hours=1)).time()
        raise Refused(_("This hour does not exist that day. Choose %(hour)s.", hour=after), field="time")
    return instant


def ahead(starts_at: datetime, now: datetime) -> datetime:
    """The instant of a visit that is still to come. Raises Refused for one that is past."""
    if starts_at < now:
        raise Refused(_("This day is past. Choose another day"), field="date")
    return starts_at


def outside_quiet_hours(instant: datetime, zone: str) -> datetime:
    """The instant itself between 8:00 and 20:00 at the site, else the next 8:00 there (M19)."""
    local = instant.astimezone(ZoneInfo(zone))
    if QUIET_ENDS <= local.time() < QUIET_STARTS:
        return instant
    day = local.date() if local.time() < QUIET_ENDS else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_ENDS, ZoneInfo(zone)).astimezone(UTC)
