"""The organisation as others read it: its name, how it is reached, its language and its hours."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask import g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from wtforms import Field, HiddenField, SelectField, ValidationError
from wtforms.validators import InputRequired

from fieldtickets.contacts import email
from fieldtickets.domain.acts import Refused
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Line, at_most
from fieldtickets.phones import pretty
from fieldtickets.store.models import Organisation
from fieldtickets.web.dashboard.new_form import CHOOSE, LANGUAGE_CHOICES, a_phone, an_email
from fieldtickets.web.dashboard.settings.room import CHANGED, bp, differing, fingerprint, note, page
from fieldtickets.web.intake import phone_of
from fieldtickets.web.parts import parts

FIELDS = ("name", "short_name", "address", "phone", "mail_reply", "language", "time_zone")
REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


class OrganisationForm(AnswerForm):
    """Who we are."""

    name = Line(_("Name"), [InputRequired(_("Give the name")), at_most(120)])
    short_name = Line(
        _("Short name"),
        [InputRequired(_("Give the name")), at_most(20)],
        description=_("Begins every text message: 20 letters at most."),
    )
    address = Line(_("Postal address"), [at_most(250)])
    phone = Line(_("Telephone"), [at_most(40), a_phone], description=_("On every page and mail."))
    mail_reply = Line(
        _("Answers to our mails go to"),
        [at_most(254), an_email],
        description=_("Empty: to the manager in charge of the ticket."),
    )
    language = SelectField(_("Language"), choices=LANGUAGE_CHOICES, invalid_choice_message=CHOOSE)
    time_zone = Line(
        _("Time zone"),
        [InputRequired(_("Choose from the list.")), at_most(40)],
        description=_("Of places that have none of their own."),
        render_kw={"list": "zones", "autocomplete": "off"},
    )
    seen = HiddenField()

    def validate_time_zone(self, field: Field) -> None:
        """One that exists."""
        if field.data not in available_timezones():
            raise ValidationError(CHOOSE)

    def values(self) -> dict[str, Any]:
        """What was typed, as the row keeps it."""
        typed = {name: self[name].data for name in FIELDS}
        return {**typed, "phone": phone_of(typed["phone"]), "mail_reply": email(typed["mail_reply"])}


def kept(organisation: Organisation) -> dict[str, Any]:
    """The row's values under the names of the form."""
    return {name: getattr(organisation, name) for name in FIELDS}


@cache
def zones() -> list[str]:
    """The time zones of places, to choose from."""
    return sorted(zone for zone in available_timezones() if zone.partition("/")[0] in REGIONS)


@bp.get("")
def organisation() -> ResponseReturnValue:
    """The form, filled with what holds now."""
    return _page(_filled())


@bp.post("")
def change_organisation() -> ResponseReturnValue:
    """Change it; 409 when somebody else did so since the form was opened."""
    form = OrganisationForm(request.form)
    if not form.validate():
        return _page(form), 422
    try:
        changed = parts().database.attempt(g.organisation_id, lambda session: _change(session, form))
    except IntegrityError:
        form.name.errors = [_("Another organisation has this name.")]
        return _page(form), 422
    except Refused as refused:
        return _page(_filled(), refused.message), 409
    note("organisation changed", fields=changed)
    return redirect("/settings?saved=1", 303)


def _change(session: Session, form: OrganisationForm) -> list[str]:
    row = session.get_one(Organisation, g.organisation_id, with_for_update=True)
    before, after = kept(row), form.values()
    if form.seen.data != fingerprint(before):
        raise Refused(CHANGED)
    for name, value in after.items():
        setattr(row, name, value)
    return differing(before, after)


def _filled() -> OrganisationForm:
    with parts().database.read(g.organisation_id) as rows:
        values = kept(rows.get_one(Organisation, g.organisation_id))
    phone = values["phone"] and pretty(values["phone"], g.user.language)
    return OrganisationForm(data={**values, "phone": phone, "seen": fingerprint(values)})


def _page(form: OrganisationForm, refusal: Message | None = None) -> str:
    return page("organisation", form=form, refusal=refusal, zones=zones(), saved="saved" in request.args)
