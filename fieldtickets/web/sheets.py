"""Forms of acts on a page: fitted to the ticket, named apart, signed for whoever reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from fieldtickets.domain.acts import Act, Answer, Done, Facts, Refused
from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import AnswerForm, FilesField
from fieldtickets.links import FormField
from fieldtickets.uploads import BadUpload
from fieldtickets.web.parts import parts

UNTOUCHED = ("csrf_token", "submission")  # of a form, what nobody typed
NO_HISTORY: tuple[Done, ...] = ()  # forms are fitted to what holds now; the desk reads what was done
INVALID = Refused(_("This form did not arrive whole. Your text is kept: send it once more."))


@dataclass(frozen=True)
class Sheet:
    """One form on a page: the act, its fields, its signed field and where it goes."""

    act: Act
    form: AnswerForm
    submission: str
    action: str
    refusal: Refused | None = None

    @property
    def wrong(self) -> bool:
        """Whether something has to be put right."""
        return bool(self.form.errors or self.refusal)


def filled(act: Act, facts: Facts, party: Party, name: str, typed: Any = None, **values: Any) -> AnswerForm:
    """The form of an act for this party, with what was typed or stands there.

    name: begins the ids of its fields, since a page shows several forms.
    """
    form: AnswerForm = act.form(typed, data=values)
    fit(form, facts, party)
    for field in form:
        field.id = f"{name}-{field.name}"
    return form


def fit(form: AnswerForm, facts: Facts, party: Party) -> None:
    """Adapt a form to the ticket, its reader, and the countries to whose numbers this server sends (M15)."""
    form.fit(replace(facts, phone_countries=parts().settings.phone_countries), party)


def signed_field(holder: str, act: Act) -> FormField | None:
    """What the hidden field says; None for one not made by us for this holder and this act (G06)."""
    field = parts().links.read_form_field(request.form.get("submission", ""))
    return field if field and (field.holder, field.act) == (holder, act.name) else None


def typed() -> CombinedMultiDict[str, Any]:
    """What was sent: what people typed, and the files beside it."""
    return CombinedMultiDict([request.form, request.files])


def answer_of(form: AnswerForm) -> Answer:
    """What a form answers; of one that cannot be taken as it is, what was written in it."""
    if not form.errors:
        return form.answer()
    written = ((one.name, one.raw_data[0]) for one in form if one.raw_data and not isinstance(one.data, bool))
    return {name: text for name, text in written if isinstance(text, str) and text.strip()}


def as_sent() -> Sequence[tuple[str, str]]:
    """The fields as they came, sorted: what tells a form that comes again from one filled otherwise (R04)."""
    return sorted(pair for pair in request.form.items(multi=True) if pair[0] not in UNTOUCHED)


def files_sent(form: AnswerForm) -> Sequence[FileStorage]:
    """The files that came with a form, in the order of its fields."""
    return [
        one for field in form if isinstance(field, FilesField) for one in request.files.getlist(field.name)
    ]


def beside_its_field(form: AnswerForm, reason: Refused | BadUpload) -> Refused | None:
    """Put a refusal where its field is; give it back when it is about the whole form."""
    files = next((field.name for field in form if isinstance(field, FilesField)), None)
    name = files if isinstance(reason, BadUpload) else getattr(reason, "field", None)
    if name not in form:
        return Refused(reason.message)
    form[name].errors = [*form[name].errors, reason.message]
    return None
