"""The form of a playbook: every rule with its unit, an empty one meaning that the rule does not exist."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from wtforms import BooleanField, Field, HiddenField, SelectField, ValidationError
from wtforms.validators import InputRequired

from fieldtickets.domain.parties import PARTY_NAMES, Party
from fieldtickets.domain.playbooks import PLAYBOOKS, Asks, Disclosure, Playbook, changed
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import (
    AnswerForm,
    Line,
    MoneyField,
    Several,
    Text,
    WholeField,
    at_most,
    options,
)
from fieldtickets.web.dashboard.new_form import CHOOSE, payable

MINUTES, HOURS, DAYS = 1, 60, 24 * 60  # what a number of the form is worth in minutes
RUNGS = range(1, 5)  # of the ladder for late cancellations
MOST_DAYS = 365
Group = tuple[Message, tuple[str, ...]]

UNITS: Mapping[str, int] = {
    "wave_lasts": MINUTES,
    "remind_after": HOURS,
    "task_after": HOURS,
    "urgent_remind_after": MINUTES,
    "urgent_task_after": MINUTES,
    "calls_within": HOURS,
    "call_remind_after": HOURS,
    "confirms_before": HOURS,
    "presence_silence": MINUTES,
    "on_site_silence": MINUTES,
    "on_site_lasts": HOURS,
    "calls_before": MINUTES,
    "arrives_from": MINUTES,
    "absent_after": MINUTES,
    "leaves_after": MINUTES,
    "declares_within": DAYS,
    "quote_lasts": DAYS,
    "pause_within": DAYS,
    "pause_lasts": DAYS,
}
SEVERAL: Mapping[str, int] = {
    "extra_after": HOURS,
    "report_after": HOURS,
    "invoice_after": DAYS,
}  # numbers with commas
AS_TYPED = (
    "asks_on_accept", "disclosure", "widens", "wave_size", "call_tries", "call_channels", "asks_presence",
    "extra_by", "unit_cents", "approver_from_cents", "photos_wanted", "wants_signature", "asks_payment",
    "pause_after", "working_days", "instructions", "hotline",
)  # fmt: skip
ASKS: Mapping[str, Message] = {
    Asks.DATE: _("The day and the hour of the visit"),
    Asks.CALL: _("Nothing: the customer is called first"),
    Asks.NOTHING: _("Nothing"),
}
SHOWN: Mapping[str, Message] = {
    Disclosure.AT_ONCE: _("With the offer"),
    Disclosure.ONCE_ASSIGNED: _("Once the job is given"),
}
WHO = {party.value: PARTY_NAMES[party] for party in (Party.MANAGER, Party.APPROVER, Party.CUSTOMER)}
GROUPS: tuple[Group, ...] = (
    (
        _("Offers"),
        (
            "asks_on_accept", "disclosure", "wave_size", "wave_lasts", "remind_after", "task_after",
            "urgent_remind_after", "urgent_task_after", "widens", "working_days",
        ),
    ),
    (_("The customer"), ("calls_within", "call_remind_after", "calls_before", "call_tries", "call_channels")),
    (
        _("The visit"),
        (
            "confirms_before", "presence_silence", "arrives_from", "absent_after", "leaves_after",
            "asks_presence", "on_site_silence", "on_site_lasts",
        ),
    ),
    (
        _("Absence and late cancellation"),
        (
            "absence_percent", "absence_at_most",
            *(f"rung_{number}_{part}" for number in RUNGS for part in ("before", "percent", "at_most")),
            "pause_after", "pause_within", "pause_lasts",
        ),
    ),
    (_("Money"), ("approver_from_cents", "unit_cents", "quote_lasts", "extra_after", "extra_by")),
    (
        _("Completion and invoice"),
        (
            "photos_wanted", "report_after", "declares_within", "invoice_after", "wants_signature",
            "asks_payment",
        ),
    ),
    (_("Partner"), ("hotline", "instructions")),
)  # fmt: skip


def whole(label: Message, least: int = 0, most: int = 9999, **more: Any) -> WholeField:
    """A number that may be left empty."""
    return WholeField(label, least=least, most=most, **more)


def needed(label: Message, least: int, most: int) -> WholeField:
    """A number that every playbook has."""
    return WholeField(label, [InputRequired(_("Give a number."))], least=least, most=most)


class Rules(AnswerForm):
    """All rules of a playbook."""

    asks_on_accept = SelectField(
        _("What must an acceptance bring?"), choices=options(ASKS.items()), invalid_choice_message=CHOOSE
    )
    disclosure = SelectField(
        _("When are the address and the customer shown?"),
        choices=options(SHOWN.items()),
        invalid_choice_message=CHOOSE,
    )
    working_days = BooleanField(
        _("Count working days only"),
        description=_(
            "The time to answer, to decide, to report and to send the invoice then stands still on "
            "Saturdays, Sundays and public holidays of the country. Otherwise every day counts. Urgent jobs "
            "do not wait."
        ),
    )
    wave_size = needed(_("Companies asked at once, when they are chosen by trade and area"), 1, 50)
    wave_lasts = whole(_("Ask the next companies after (minutes)"))
    remind_after = whole(_("Remind of an offer without answer after (hours)"))
    task_after = whole(_("Tell the manager of the silence after (hours)"))
    urgent_remind_after = whole(_("When urgent, remind after (minutes)"))
    urgent_task_after = whole(_("When urgent, tell the manager after (minutes)"))
    widens = BooleanField(_("Ask further companies when one refuses or stays silent"))
    calls_within = whole(_("Call the customer after accepting, within (hours)"))
    call_remind_after = whole(_("Remind of this call after (hours)"))
    calls_before = whole(_("Call once more before the visit, this long ahead (minutes)"))
    call_tries = needed(_("Calls tried before “no answer” may be said"), 1, 20)
    call_channels = needed(_("Different ways tried, such as telephone and e-mail"), 1, 5)
    confirms_before = whole(_("Confirm the visit ahead of it (hours)"))
    presence_silence = needed(_("No answer: remind, then tell the manager, each after (minutes)"), 1, 9999)
    arrives_from = whole(_("An arrival may be declared before the start (minutes)"))
    absent_after = whole(_("An absent customer may be reported after the start (minutes)"))
    leaves_after = whole(_("Whoever waits in vain may leave after the start (minutes)"))
    asks_presence = BooleanField(_("Ask for presence at the hour of the visit"))
    on_site_silence = needed(
        _("No answer at that hour: remind, then tell the manager, each after (minutes)"), 1, 9999
    )
    on_site_lasts = needed(_("At that hour, an answer is taken for (hours)"), 1, 72)
    absence_percent = whole(_("Fee when the customer is absent (percent of the net price)"), 0, 100)
    absence_at_most = MoneyField(_("This fee is at most (amount without VAT)"), [payable])
    pause_after = whole(_("Late cancellations after which a company gets no offers (number)"), 1, 100)
    pause_within = needed(_("They are counted over (days)"), 1, MOST_DAYS)
    pause_lasts = needed(_("The company then gets no offers for (days)"), 1, MOST_DAYS)
    approver_from_cents = MoneyField(_("The approver decides from this amount without VAT on"), [payable])
    unit_cents = MoneyField(
        _("What 30 more minutes cost, where the company names no price (amount without VAT)"), [payable]
    )
    quote_lasts = needed(_("A quote that names no day stands for (days)"), 1, MOST_DAYS)
    extra_after = Line(
        _("Ask for a missing decision on extra work after (hours)"),
        [at_most(60)],
        description=_("Several numbers with commas: 4, 24, 48. The last time, the manager is told."),
    )
    extra_by = Several(_("Who may agree to extra work?"), choices=options(WHO.items()))
    photos_wanted = needed(_("Photos needed at the end, at least (number)"), 0, 20)
    report_after = Line(
        _("Ask for a missing report after the visit (hours)"),
        [at_most(60)],
        description=_("Several numbers with commas: 4, 24, 48. The last time, the manager is told."),
    )
    declares_within = whole(_("Declarations close after the visit (days)"), 0, MOST_DAYS)
    invoice_after = Line(
        _("Ask for a missing invoice after the work (days)"),
        [at_most(60)],
        description=_("Several numbers with commas: 0, 3, 7, 14. After the last one the manager is told."),
    )
    wants_signature = BooleanField(_("The customer signs at the end"))
    asks_payment = BooleanField(_("Ask how the customer pays"))
    hotline = Line(_("Telephone of the partner"), [at_most(40)])
    instructions = Text(_("Instructions of the partner, shown on every ticket"), [at_most(2000)])

    def validate_invoice_after(self, field: Field) -> None:
        """Days in rising order."""
        if not rising(field.data, MOST_DAYS):
            raise ValidationError(_("Write whole numbers of days with commas, for example 0, 3, 7"))

    def validate_report_after(self, field: Field) -> None:
        """Hours in rising order."""
        if not rising(field.data, MOST_DAYS * 24):
            raise ValidationError(_("Write whole numbers of hours with commas, for example 4, 24, 48"))

    validate_extra_after = validate_report_after

    def validate_call_remind_after(self, field: Field) -> None:
        """Before the time for the call is over, or not at all."""
        whole_time = self.calls_within.data
        if field.data is not None and (whole_time is None or field.data >= whole_time):
            raise ValidationError(_("The reminder comes before the time for the call is over."))

    def validate_presence_silence(self, field: Field) -> None:
        """The reminder and the word to the manager come before the visit."""
        ahead = self.confirms_before.data
        if ahead and field.data and 2 * field.data >= ahead * HOURS:
            raise ValidationError(_("Twice this time must be over before the visit."))

    def validate_absence_at_most(self, field: Field) -> None:
        """A limit alone is no fee."""
        _share_first(field, self.absence_percent)

    def playbook(self, base: Playbook) -> Playbook:
        """The playbook that this form makes of another one."""
        return changed(base, self._rules())

    def _rules(self) -> dict[str, Any]:
        typed = {name: self[name].data for name in AS_TYPED}
        times = {name: None if self[name].data is None else self[name].data * UNITS[name] for name in UNITS}
        ladder = [
            (self[f"rung_{number}_before"].data * HOURS, *self._fee(f"rung_{number}"))
            for number in RUNGS
            if self[f"rung_{number}_percent"].data is not None
        ]
        absent = None if self.absence_percent.data is None else [0, *self._fee("absence")]
        several = {name: [one * SEVERAL[name] for one in numbers(self[name].data)] for name in SEVERAL}
        return {
            **typed,
            **times,
            **several,
            "ladder": sorted(ladder, key=itemgetter(0)),
            "absence": absent,
        }

    def _fee(self, name: str) -> tuple[int, int | None]:
        return self[f"{name}_percent"].data, self[f"{name}_at_most"].data


def _share_first(field: Field, percent: Field) -> None:
    if field.data is not None and percent.data is None:
        raise ValidationError(_("Give the percentage as well."))


def _rung_rule(number: int, part: str) -> Callable[[Any, Field], None]:
    """A step of the ladder has its hours and its percentage, or is left empty."""

    def check(form: Any, field: Field) -> None:
        percent, before = form[f"rung_{number}_percent"], form[f"rung_{number}_before"]
        if part == "at_most":
            payable(form, field)
            _share_first(field, percent)
        elif field.data is None and not field.errors and (percent.data is None) != (before.data is None):
            raise ValidationError(_("Give the hours and the percentage, or leave both empty."))

    return check


for _number in RUNGS:
    for _part, _kind, _label, _most in (
        ("before", WholeField, _("Cancelled later than this before the visit (hours)"), 9999),
        ("percent", WholeField, _("Fee (percent of the net price)"), 100),
        ("at_most", MoneyField, _("At most (amount without VAT)"), None),
    ):
        _more: dict[str, Any] = {} if _most is None else {"most": _most}
        setattr(Rules, f"rung_{_number}_{_part}", _kind(_label, [_rung_rule(_number, _part)], **_more))


class NewPlaybook(Rules):
    """A copy of a playbook under a name of its own."""

    name = Line(
        _("Name of the new rules"),
        [InputRequired(_("Give the name")), at_most(40)],
        description=_("It stands on every ticket that follows them."),
    )
    copied_from = HiddenField()

    def validate_name(self, field: Field) -> None:
        """Not one of ours; whether it is another one of theirs is asked of the database."""
        if field.data in PLAYBOOKS:
            raise ValidationError(TAKEN)


TAKEN = _("There are rules of this name already. Choose another name.")


def numbers(typed: str | None) -> list[int]:
    """Several numbers as they are typed: `0, 3, 7`. Raises ValueError."""
    return [int(one) for one in (typed or "").replace(";", ",").split(",") if one.strip()]


def rising(typed: str | None, most: int) -> bool:
    """Whether several numbers are typed, each greater than the one before, none above `most`."""
    try:
        found = numbers(typed)
    except ValueError:
        return False
    return found == sorted(set(found)) and all(0 <= one <= most for one in found)


def filled(playbook: Playbook) -> dict[str, Any]:
    """What the form shows of a playbook."""
    written = {name: getattr(playbook, name) for name in AS_TYPED}
    times = {name: _in_units(playbook, name) for name in UNITS}
    fees = {"absence": playbook.absence, **{f"rung_{n}": rung for n, rung in enumerate(playbook.ladder, 1)}}
    shown: dict[str, int | None] = {}
    for name, fee in fees.items():
        if fee is not None:
            minutes = fee.before.total_seconds() // 60
            shown[f"{name}_before"] = int(minutes // HOURS)
            shown[f"{name}_percent"], shown[f"{name}_at_most"] = fee.percent, fee.at_most_cents
    several = {name: ", ".join(map(str, _each_in_units(playbook, name))) for name in SEVERAL}
    return {
        **written,
        **times,
        **shown,
        **several,
        "extra_by": [str(p) for p in playbook.extra_by],
    }


def _in_units(playbook: Playbook, name: str) -> int | None:
    delay = getattr(playbook, name)
    return None if delay is None else int(delay.total_seconds() // 60 // UNITS[name])


def _each_in_units(playbook: Playbook, name: str) -> list[int]:
    return [int(delay.total_seconds() // 60 // SEVERAL[name]) for delay in getattr(playbook, name)]
