"""The forms of a visit."""

import re

from wtforms import Form
from wtforms.validators import InputRequired, Optional, ValidationError

from fieldtickets.domain.acts import Facts
from fieldtickets.domain.effects import POSITIONS_KEPT, KeepPosition
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import AnswerForm, Codes, FilesField, Line, Text, WholeField, comment
from fieldtickets.exchanges.under_way import done_now

REASONS = {
    "customer_absent": _("The customer is not there"),
    "no_access": _("I cannot get to the place of work"),
    "wrong_material": _("The material is wrong or missing"),
    "line_not_active": _("The line is not activated"),
    "unsafe": _("It is not safe to work here"),
    "other": _("Another reason"),
}
POSITION = re.compile(r"(-?\d{1,2}(?:\.\d+)?),\s*(-?\d{1,3}(?:\.\d+)?)")
LONGEST = 24 * 60  # minutes
USUAL = (15, 30, 45, 60)  # minutes on the way, most often


def a_place_on_earth(_form: Form, field: Line) -> None:
    """Refuse what is no latitude and longitude."""
    if field.data and position_of(field.data) is None:
        raise ValidationError(_("Write latitude and longitude, for example 45.764,4.836, or leave it empty"))


def position_of(typed: str) -> KeepPosition | None:
    """A typed position, in degrees rounded to about a hundred metres; None for what is none."""
    found = POSITION.fullmatch(typed.strip())
    if found is None:
        return None
    latitude, longitude = (float(degrees) for degrees in found.groups())
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return KeepPosition(f"{latitude:.3f}", f"{longitude:.3f}")


class OnMyWayForm(AnswerForm):
    """How long it takes (S072)."""

    eta_minutes = WholeField(
        _("In how many minutes are you there?"),
        [InputRequired(_("Say in how many minutes"))],
        least=1,
        most=LONGEST,
        usual=USUAL,
        description=_("One tap tells the customer that you are on the way."),
    )


class OnSiteForm(AnswerForm):
    """What proves that somebody is there, for those who want to (S077)."""

    site_code = Line(
        _("Code on site (optional)"),
        [Optional()],
        description=_("It stands on the sign at the door. It proves that you were there."),
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )
    position = Line(
        _("Position (optional)"),
        [Optional(), a_place_on_earth],
        description=_(
            "Once, to about 100 metres. The manager sees it; after %(count)s days it is deleted.",
            count=POSITIONS_KEPT.days,
        ),
    )

    has_sign = False  # without one nobody is asked for its code

    def fit(self, facts: Facts, party: Party) -> None:
        """The position is asked once: who said it on arrival is not asked at the start."""
        self.has_sign = bool(facts.site_codes)
        if done_now(facts, "visit.arrive"):
            del self.position


class LateForm(AnswerForm):
    """How late (S081)."""

    minutes = WholeField(
        _("How many minutes late?"), [InputRequired(_("Say how many minutes"))], least=1, most=LONGEST
    )


class AbsentForm(AnswerForm):
    """A photo of the door that stayed shut."""

    photo = FilesField(_("Photo of the door (optional)"))


class FailForm(AnswerForm):
    """Why the work was not done (S086, S090)."""

    reason = Codes(_("Why could the work not be done?"), REASONS, _("Say why"))
    comment = comment()
    photos = FilesField(_("Photos (optional)"))


class TellForm(AnswerForm):
    """What happened, in words."""

    comment = Text(_("What happened?"), [InputRequired(_("Say what happened"))])


class NobodyCameForm(AnswerForm):
    """What the customer has to add."""

    comment = comment()
