"""Completion as pure rules: the report and its proofs, who looks at it, and when it is too late."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from fieldtickets.domain.acts import Done, Refused, TooLate
from fieldtickets.domain.effects import (
    Amount,
    ChargeKind,
    ChargeState,
    Decide,
    Raise,
    Settle,
    Slot,
    StopClocks,
    Task,
)
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, SYNDIC
from fieldtickets.exchanges import ACTS, COMPLETION
from fieldtickets.exchanges.report import SubmitForm
from fieldtickets.exchanges.signature import MOST_POINTS, SignatureField, drawing
from tests.builders import MONDAY_NOON, some_facts

submit, sign = ACTS["completion.submit"], ACTS["completion.sign"]
accept, back = ACTS["completion.accept"], ACTS["completion.return"]
ask, expire, exception = ACTS["completion.ask"], ACTS["completion.expire"], ACTS["completion.except"]
HAND = [[[100, 100, 0], [180, 60, 40], [260, 140, 90]], [[300, 90, 300], [420, 110, 380]]]
VISIT = Slot(MONDAY_NOON - timedelta(hours=2))
PAID_AND_SIGNED = {
    "done": "Siphon changé.",
    "payment": "paid",
    "signature": HAND,
    "signer_name": "Anna Rossi",
}


def at_work(*acts, **changes):
    facts = {
        "phase": Phase.ON_SITE,
        "standing": Standing.ASSIGNED,
        "appointment": VISIT,
        "has_customer": True,
        **changes,
    }
    return some_facts("offer.accept", *acts, **facts)


def reported(answer, *acts, **changes):
    """The same once a report with this answer was handed in, and the acts after it were done."""
    facts = at_work(**{"phase": Phase.DONE, **changes})
    last = facts.history[-1].at
    later = tuple(Done(name, last + timedelta(minutes=2 + n)) for n, name in enumerate(acts))
    history = (*facts.history, Done("completion.submit", last + timedelta(minutes=1), answer), *later)
    return at_work(**{"phase": Phase.DONE, "history": history, **changes})


def told(outcome, party):
    return [notice for _number, notice in outcome.notices if notice.to is party]


def test_a_report_ends_the_work_and_waits_for_the_manager():
    """S092 S094 S098"""
    outcome = submit.play(Party.SUBCONTRACTOR, at_work(), {"done": "Siphon changé."})

    assert outcome.phase is Phase.DONE
    assert Raise(Task.REPORT) in outcome.effects
    assert told(outcome, Party.MANAGER)
    assert told(outcome, Party.CUSTOMER)


def test_what_the_customer_signed_for_needs_no_other_eye():
    """S092 S096"""
    outcome = submit.play(Party.DELEGATE, at_work(playbook=MARKETPLACE), PAID_AND_SIGNED)

    assert not [one for one in outcome.effects if isinstance(one, Raise)]


@pytest.mark.parametrize(
    ("missing", "field"), [("signature", "signature"), ("signer_name", "signer_name"), ("payment", "payment")]
)
def test_the_marketplace_wants_a_signature_with_its_name_and_how_the_customer_pays(missing, field):
    """S092 S095 S096"""
    answer = {name: value for name, value in PAID_AND_SIGNED.items() if name != missing}
    with pytest.raises(Refused) as refused:
        submit.play(Party.SUBCONTRACTOR, at_work(playbook=MARKETPLACE), answer)
    assert refused.value.field == field


def test_a_reason_stands_for_a_signature_and_the_customer_is_asked_to_sign_from_afar():
    """S092 S096"""
    answer = {"done": "Fini.", "payment": "online", "no_signature_reason": "Absente."}
    outcome = submit.play(Party.SUBCONTRACTOR, at_work(playbook=MARKETPLACE), answer)

    assert Raise(Task.REPORT) in outcome.effects
    assert "sign" in told(outcome, Party.CUSTOMER)[0].sms


def test_too_few_photos_are_refused_beside_their_field():
    """S099"""
    from_two = at_work(playbook=SYNDIC_WITH_PHOTOS)
    with pytest.raises(Refused) as refused:
        submit.play(Party.SUBCONTRACTOR, from_two, {"done": "Fini.", "photos": 1, "photos_before": 3})
    assert refused.value.field == "photos"
    assert submit.play(Party.SUBCONTRACTOR, from_two, {"done": "Fini.", "photos": 2}).phase is Phase.DONE


SYNDIC_WITH_PHOTOS = SYNDIC.__class__(name="syndic", photos_wanted=2)


def test_once_extra_work_was_agreed_the_report_says_how_long_it_all_took():
    """S069"""
    extra = Amount(ChargeKind.EXTRA, 5000, state=ChargeState.AGREED)
    with pytest.raises(Refused) as refused:
        submit.play(Party.SUBCONTRACTOR, at_work(amounts=(extra,)), {"done": "Fini."})
    assert refused.value.field == "minutes"
    assert submit.play(Party.SUBCONTRACTOR, at_work(amounts=(extra,)), {"done": "Fini.", "minutes": 90})


def test_nothing_is_reported_before_the_visit_unless_somebody_is_there():
    """R10"""
    ahead = Slot(MONDAY_NOON + timedelta(hours=3))
    assert not submit.open_to(Party.SUBCONTRACTOR, at_work(phase=Phase.ASSIGNED, appointment=ahead))
    assert submit.open_to(Party.SUBCONTRACTOR, at_work(phase=Phase.ON_SITE, appointment=ahead))
    assert submit.open_to(Party.SUBCONTRACTOR, at_work(phase=Phase.ASSIGNED))
    with pytest.raises(TooLate):
        submit.play(Party.SUBCONTRACTOR, some_facts(), {"done": "Fini."})


def test_each_playbook_asks_what_it_needs_and_a_technician_no_invoice():
    """S095 S096 S100"""
    asked = {}
    for playbook in (SYNDIC, MARKETPLACE, HOME_CLEANING):
        form = SubmitForm()
        form.fit(at_work(playbook=playbook), Party.SUBCONTRACTOR)
        asked[playbook.name] = {field.name for field in form}
    sent = SubmitForm()
    sent.fit(at_work(), Party.DELEGATE)

    assert {"signature", "signer_name", "payment"} <= asked["marketplace"]
    assert not {"signature", "payment"} & (asked["syndic"] | asked["home-cleaning"])
    assert "invoice_file" in asked["syndic"]
    assert "invoice_file" not in sent


def test_above_the_pad_stands_what_the_signature_confirms():
    """S093"""
    assert "done as wished" in SubmitForm().signature.description


def test_the_customer_signs_once_from_its_own_link():
    """S096"""
    unsigned = reported({"done": "Fini."}, standing=None)
    assert sign.open_to(Party.CUSTOMER, unsigned)
    assert not sign.open_to(Party.CUSTOMER, reported({"done": "Fini."}, "completion.sign", standing=None))
    assert not sign.open_to(Party.CUSTOMER, reported(PAID_AND_SIGNED, standing=None))
    with pytest.raises(Refused) as refused:
        sign.play(Party.CUSTOMER, unsigned, {"signer_name": "Anna Rossi"})
    assert refused.value.field == "signature"


def test_a_report_is_accepted_once():
    """S098"""
    facts = reported({"done": "Fini."})
    assert accept.play(Party.MANAGER, facts, {}).phase is Phase.DONE
    assert not accept.open_to(Party.MANAGER, reported({"done": "Fini."}, "completion.accept"))
    assert not back.open_to(Party.MANAGER, reported({"done": "Fini."}, "completion.accept"))


@pytest.mark.parametrize(("before", "phase"), [((), Phase.ASSIGNED), (("visit.start",), Phase.ON_SITE)])
def test_a_report_that_comes_back_is_asked_for_again_and_the_company_and_its_technician_are_told(
    before, phase
):
    """S098 S099"""
    facts = at_work(*before, "completion.submit", phase=Phase.DONE)
    outcome = back.play(Party.MANAGER, facts, {"comment": "Il manque la photo."})
    again = at_work(*before, "completion.submit", "completion.return", phase=phase)

    assert outcome.phase is phase
    assert told(outcome, Party.SUBCONTRACTOR)
    assert told(outcome, Party.DELEGATE)
    assert submit.asked_now(Party.SUBCONTRACTOR, again)
    assert ask.due(again)[0] == again.history[-1].at + timedelta(hours=4)


def test_the_end_is_asked_for_twice_and_then_it_is_the_managers_turn():
    """S098"""
    facts = at_work()
    first, second, third = (ask.play(Party.CLOCK, facts, {"number": number}) for number in (1, 2, 3))

    assert ask.due(facts) == [VISIT.starts_at + timedelta(hours=hours) for hours in (4, 24, 48)]
    assert told(first, Party.SUBCONTRACTOR)[0].reminder
    assert told(second, Party.SUBCONTRACTOR)
    assert not told(second, Party.MANAGER)
    assert third.effects == (Raise(Task.REPORT),)
    assert told(third, Party.MANAGER)
    assert not told(third, Party.SUBCONTRACTOR)


def test_without_an_appointment_nobody_is_asked():
    """S098"""
    assert ask.due(at_work(appointment=None)) == []


def test_five_days_after_the_visit_declarations_close_and_nobody_can_act():
    """S104 S105 S106"""
    facts = at_work(playbook=HOME_CLEANING)
    outcome = expire.play(Party.CLOCK, facts, {"number": 1})
    after = at_work(
        "completion.expire", playbook=HOME_CLEANING, phase=Phase.CLOSED, phase_before=Phase.ON_SITE
    )
    reopened_otherwise = at_work("completion.expire", playbook=HOME_CLEANING)

    assert expire.due(facts) == [VISIT.starts_at + timedelta(days=5)]
    assert outcome.phase is Phase.CLOSED
    assert StopClocks() in outcome.effects
    assert told(outcome, Party.SUBCONTRACTOR)
    assert told(outcome, Party.MANAGER)
    for closed in (after, reopened_otherwise):
        assert not submit.open_to(Party.SUBCONTRACTOR, closed)
        assert exception.open_to(Party.MANAGER, closed)


def test_only_a_documented_exception_opens_declarations_again():
    """S106"""
    facts = at_work(
        "completion.expire", playbook=HOME_CLEANING, phase=Phase.CLOSED, phase_before=Phase.ON_SITE
    )
    outcome = exception.play(Party.MANAGER, facts, {"reason": "Téléphone volé.", "customer_agreed": True})
    again = at_work("completion.expire", "completion.except", playbook=HOME_CLEANING)
    form = exception.form(MultiDict({"reason": "Téléphone volé."}))

    assert outcome.phase is Phase.ON_SITE
    assert submit.open_to(Party.SUBCONTRACTOR, again)
    assert not exception.open_to(Party.MANAGER, again)
    assert expire.due(again) == [MONDAY_NOON + timedelta(days=5)]
    assert not form.validate()
    assert "customer_agreed" in form.errors


def test_other_playbooks_have_no_last_day_to_declare():
    """S105"""
    assert expire.due(at_work(playbook=SYNDIC)) == []


def test_a_new_report_takes_the_old_task_away_first():
    """S098"""
    effects = submit.play(Party.SUBCONTRACTOR, at_work(), {"done": "Fini."}).effects
    assert [type(one) for one in effects] == [Settle, Raise]


# The signature itself.


def read(sent):
    field = SignatureField().bind(SubmitForm(), "signature")
    field.process(MultiDict({"signature": sent if isinstance(sent, str) else json.dumps(sent)}))
    return field


def test_a_signature_is_kept_as_it_was_drawn_in_whole_units():
    """S092 E07"""
    assert read(HAND).data == HAND
    assert read([[[10.4, 20.6], [200, 20]], []]).data == [[[10, 21], [200, 20]]]
    assert json.loads(read(HAND)._value()) == HAND


@pytest.mark.parametrize("empty", ["", "[]", " "])
def test_an_empty_pad_is_no_answer(empty):
    """E07"""
    field = read(empty)
    assert field.data is None
    assert not field.errors


@pytest.mark.parametrize(
    "sent",
    [
        [[]],
        [[[10, 10]]],
        [[[10, 10], [12, 11]]],
        [[[1, 2], [3]]],
        [[[1, 2], [300, 4, 5, 6]]],
        [[[1, 2], ["300", 2]]],
        [[[1, 2], [True, 200]]],
        [[[1, 2], [20_000, 2]]],
        [[[1, 2, -1], [300, 2, 5]]],
        {"strokes": HAND},
        7,
        "no JSON",
        "[[[1, 2], [NaN, 300]]]",
        "[[[1, 2], [1e999, 300]]]",
        "[" * 5_000,
        [[[1, 2], [300, 4]]] * 201,
        [[[n % 900, n % 300] for n in range(MOST_POINTS + 1)]],
        "[" + " " * 600_000 + "]",
    ],
    ids=lambda sent: str(sent)[:30],
)
def test_what_is_no_signature_is_refused_with_a_sentence(sent):
    """E07 U03"""
    field = read(sent)
    assert field.process_errors
    assert field.data is None


def test_a_signature_is_drawn_again_from_its_strokes():
    """S092"""
    drawn = drawing(HAND)
    assert drawn.path == "M100 100L180 60L260 140M300 90L420 110"
    assert drawn.box == "80 40 360 120"


def test_the_exchange_has_an_example_for_all_that_is_asked():
    """S041"""
    asked = {act.name for act in COMPLETION.acts if Party.CLOCK not in act.by}
    assert asked <= COMPLETION.samples.keys()


def test_extra_work_without_a_yes_falls_with_the_report_or_with_the_last_day_to_declare():
    """S068 S105 R10"""
    waiting = (Amount(ChargeKind.EXTRA, 11890),)
    facts = at_work("extra.propose", playbook=HOME_CLEANING, amounts=waiting)
    falls = (Decide(ChargeKind.EXTRA, ChargeState.REFUSED), Settle((Task.EXTRA,), here=True))

    for act, party, answer in (
        (submit, Party.SUBCONTRACTOR, {"done": "Fini"}),
        (expire, Party.CLOCK, {"number": 1}),
    ):
        assert act.play(party, facts, answer).effects[:2] == falls
    agreed = replace(facts, amounts=(replace(waiting[0], state=ChargeState.AGREED),))
    assert falls[0] not in expire.play(Party.CLOCK, agreed, {"number": 1}).effects


@pytest.mark.parametrize("party", [Party.SUBCONTRACTOR, Party.DELEGATE])
def test_who_reports_reads_that_extra_work_still_waits_unless_it_is_not_his_matter(party):
    """S068 O08"""
    form = submit.form()
    form.fit(at_work("extra.propose", amounts=(Amount(ChargeKind.EXTRA, 11890),)), party)

    assert bool(form.done.description) is (party is Party.SUBCONTRACTOR)
