"""The forms of link pages: fitted to the ticket, named apart on a page, signed; and when a phone answered."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask import request
from werkzeug.datastructures import Headers

from fieldtickets.domain.acts import Act, Facts, Refused
from fieldtickets.exchanges.fields import AnswerForm, FilesField
from fieldtickets.language import local, shown
from fieldtickets.links import FormField
from fieldtickets.web.links import opening
from fieldtickets.web.links.opening import Opened
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader

DAYS_SHOWN = 6
LONGEST_DELAY = timedelta(days=30)  # that a phone may have had no network
HOURS_SHOWN = tuple(time(hour) for hour in range(8, 20))


@dataclass(frozen=True)
class Sheet:
    """One form on a page: the act, its fields, its signed field and where it goes."""

    act: Act
    form: AnswerForm
    submission: str
    action: str
    refusal: Refused | None = None

    @property
    def days(self) -> list[Any]:
        """The days that have a tile: today at the site and those that follow."""
        today = local(parts().clock.now(), reader()).date()
        return [today + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]

    @property
    def hours(self) -> list[tuple[str, str]]:
        """The hours that have a tile, as values and as they are read."""
        return [(one.strftime("%H:%M"), shown(one, reader())) for one in HOURS_SHOWN]

    @property
    def wrong(self) -> bool:
        """Whether something has to be put right."""
        return bool(self.form.errors or self.refusal)


def filled(opened: Opened, act: Act, facts: Facts, typed: Any = None, **values: Any) -> AnswerForm:
    """The form of an act with what was typed; its ids say whose they are, since a page shows several."""
    form: AnswerForm = act.form(typed, data=values)
    form.fit(facts, opened.party)
    for field in form:
        field.id = f"{act.exchange}-{act.name.partition('.')[2]}-{field.name}"
    return form


def sheet(
    opened: Opened, act: Act, facts: Facts, form: AnswerForm | None = None, refusal: Refused | None = None
) -> Sheet:
    """The form ready to be shown, with a fresh signed field for the ticket's version of now."""
    fresh = parts().links.form_field(opened.holder, act.name, opened.ticket.version)
    return Sheet(act, form or filled(opened, act, facts), fresh, opening.path(act.name), refusal)


def signed_field(opened: Opened, act: Act) -> FormField | None:
    """What the hidden field says; None for one not made by us for this link and this act (G06)."""
    field = parts().links.read_form_field(request.form.get("submission", ""))
    return field if field and (field.holder, field.act) == (opened.holder, act.name) else None


def files_field(form: AnswerForm) -> FilesField | None:
    """The field that carries files, in forms that have one."""
    return next((field for field in form if isinstance(field, FilesField)), None)


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
