"""The forms of link pages: fitted to the ticket, named apart on a page, signed; and when a phone answered."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from werkzeug.datastructures import Headers

from fieldtickets.domain.acts import Act, Facts, Refused
from fieldtickets.exchanges.fields import AnswerForm
from fieldtickets.language import local, shown
from fieldtickets.web import sheets
from fieldtickets.web.links import opening
from fieldtickets.web.links.opening import Opened
from fieldtickets.web.parts import parts
from fieldtickets.web.sheets import Sheet
from fieldtickets.web.speech import reader

DAYS_SHOWN = 6
LONGEST_DELAY = timedelta(days=30)  # that a phone may have had no network
HOURS_SHOWN = tuple(time(hour) for hour in range(8, 20))


@dataclass(frozen=True)
class TiledSheet(Sheet):
    """A form on a page of a phone: days and hours are tiles to be tapped."""

    @property
    def days(self) -> list[Any]:
        """The days that have a tile: today at the site and those that follow."""
        today = local(parts().clock.now(), reader()).date()
        return [today + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]

    @property
    def tapped(self) -> bool:
        """Whether one tap on a usual answer sends the form: its button then stands below what is typed."""
        return any(getattr(field, "usual", ()) for field in self.form)

    @property
    def hours(self) -> list[tuple[str, str]]:
        """The hours that have a tile, as values and as they are read."""
        return [(one.strftime("%H:%M"), shown(one, reader())) for one in HOURS_SHOWN]


def filled(opened: Opened, act: Act, facts: Facts, typed: Any = None, **values: Any) -> AnswerForm:
    """The form of an act with what was typed, for the party of a link."""
    return sheets.filled(act, facts, opened.party, act.name.replace(".", "-"), typed, **values)


def sheet(
    opened: Opened, act: Act, facts: Facts, form: AnswerForm | None = None, refusal: Refused | None = None
) -> TiledSheet:
    """The form ready to be shown, with a fresh signed field for the ticket's version of now."""
    fresh = parts().links.form_field(opened.holder, act.name, opened.ticket.version)
    action = opening.path_of(opened, act.name)
    return TiledSheet(act, form or filled(opened, act, facts), fresh, action, refusal)


def declared_at(headers: Headers, now: datetime) -> datetime | None:
    """When the answer was given on a phone that had no network; None when it was sent at once (T07).

    X-Done-At and X-Sent-At are both of the phone's clock: only their difference is believed.
    """
    done, left = (_instant(headers.get(name, "")) for name in ("X-Done-At", "X-Sent-At"))
    if done is None or left is None or not timedelta(0) <= left - done <= LONGEST_DELAY:
        return None
    return now - (left - done)


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
