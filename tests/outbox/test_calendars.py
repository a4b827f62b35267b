"""Calendars by mail: the visit is put in, moved and taken out under one name, whoever called it off."""

from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from icalendar import Calendar

from fieldtickets.domain.parties import Party
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do

ANNA, KARIM, LUCIE, NADIA = (
    "anna@rossi.example",
    "karim@plomberie.example",
    "lucie@chauffage.example",
    "nadia@lavigne.example",
)
WEDNESDAY_AT_NINE = {"date": date(2031, 5, 7), "time": time(9, 0)}
BY_NADIA = {"source": "manager", "reason": "Doublon"}
BY_ANNA = {"source": "customer", "reason": "Réparé"}
GIVEN_BACK = {"reason": "no_time", "told_customer": "no"}
OFF, ON = ("CANCEL", "CANCELLED"), ("REQUEST", "CONFIRMED")


@dataclass(frozen=True)
class Entry:
    """A calendar part as a mail program reads it."""

    told: tuple[str, str]  # METHOD and STATUS
    uid: str
    sequence: int
    hour: str


def entries(mailbox, address: str) -> list[Entry]:
    """The calendar parts of the mails to one address, in the order of their sequence.

    Mails that are due at once leave in any order: the sequence alone says which one counts.
    """
    mails = [one.message for one in mailbox.mails if one.recipients == (address,)]
    found = [entry(part) for mail in mails for part in mail.walk() if is_invitation(part)]
    return sorted(found, key=lambda one: one.sequence)


def is_invitation(part) -> bool:
    return part.get_content_type() == "text/calendar" and not part.is_attachment()


def entry(part) -> Entry:
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    assert {"ORGANIZER", "ATTENDEE", "DTSTAMP"} <= set(event)
    starts_at = event.decoded("DTSTART").isoformat()
    told = (str(calendar["METHOD"]), str(event["STATUS"]))
    return Entry(told, str(event["UID"]), event["SEQUENCE"], starts_at)


@pytest.fixture
def visit(outbox, parts, cast):
    """Karim comes on Tuesday at two, Lucie had been asked too; everybody has read it."""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    outbox.drain()
    return ticket


CALLED_OFF = {
    "ticket.cancel": (BY_NADIA, Party.MANAGER),
    "ticket.close": ({}, Party.MANAGER),
    "offer.recall": ({}, Party.MANAGER),
    "offer.withdraw": (GIVEN_BACK, Party.SUBCONTRACTOR),
}


@pytest.mark.parametrize("act", CALLED_OFF)
def test_a_visit_that_is_called_off_leaves_the_calendars(outbox, parts, cast, mailbox, visit, act):
    """S021 S023 S109 R07"""
    answer, party = CALLED_OFF[act]
    company = cast.karim if act.startswith("offer.") else None
    do(parts, cast, visit, act, company, answer, party=party)
    outbox.drain()

    for address in (ANNA, KARIM, NADIA):
        put_in, taken_out = entries(mailbox, address)
        assert (put_in.told, taken_out.told) == (ON, OFF)
        assert put_in.uid == taken_out.uid
        assert put_in.sequence < taken_out.sequence
        assert put_in.hour == taken_out.hour == "2031-05-06T14:00:00+02:00"


def test_who_only_was_asked_has_nothing_to_take_out(outbox, parts, cast, mailbox, visit):
    """O08"""
    do(parts, cast, visit, "offer.stand_by", cast.lucie)
    do(parts, cast, visit, "ticket.cancel", answer=BY_NADIA, party=Party.MANAGER)
    outbox.drain()

    assert entries(mailbox, LUCIE) == []


def test_a_customer_who_cancels_has_it_by_mail_for_its_own_calendar(
    outbox, parts, cast, mailbox, network, visit
):
    """S107 S109"""
    texts = len(network.texts)

    do(parts, cast, visit, "ticket.cancel", answer=BY_ANNA, party=Party.CUSTOMER)
    outbox.drain()

    assert [one.told for one in entries(mailbox, ANNA)] == [ON, OFF]
    assert [one.told for one in entries(mailbox, NADIA)] == [ON, OFF]
    assert [text.to for text in network.texts[texts:]] == ["+33612345678"]


def test_a_customer_whom_the_company_told_still_has_it_taken_out_of_the_calendar(
    outbox, parts, cast, mailbox, network, visit
):
    """S023"""
    do(parts, cast, visit, "offer.withdraw", cast.karim, {**GIVEN_BACK, "told_customer": "yes"})
    outbox.drain()

    assert [one.told for one in entries(mailbox, ANNA)] == [ON, OFF]
    assert not any("no visit" in text.text for text in network.texts)


@pytest.mark.parametrize("party", [Party.SUBCONTRACTOR, Party.MANAGER])
def test_a_visit_that_is_moved_takes_the_place_of_the_first(outbox, parts, cast, mailbox, visit, party):
    """S046 S047"""
    moved = {**WEDNESDAY_AT_NINE, "agreed_with_customer": True}
    do(parts, cast, visit, "appointment.propose", cast.karim, moved, party=party)
    outbox.drain()

    for address in (ANNA, KARIM, NADIA):
        first, second = entries(mailbox, address)
        assert (first.told, second.told) == (ON, ON)
        assert first.uid == second.uid
        assert first.sequence < second.sequence
        assert second.hour == "2031-05-07T09:00:00+02:00"


def test_who_agrees_to_a_date_has_it_in_the_calendar_too(outbox, parts, cast, mailbox, visit):
    """S042"""
    do(parts, cast, visit, "appointment.propose", cast.karim, WEDNESDAY_AT_NINE)
    outbox.drain()
    do(parts, cast, visit, "appointment.agree", answer={"slot": "1"}, party=Party.CUSTOMER)
    outbox.drain()

    for address in (ANNA, KARIM, NADIA):
        seen = entries(mailbox, address)
        assert seen[-1].hour == "2031-05-07T09:00:00+02:00"
        assert len({one.uid for one in seen}) == 1


def test_another_company_puts_the_visit_in_again_under_the_same_name(outbox, parts, cast, mailbox, visit):
    """R13 S022"""
    do(parts, cast, visit, "offer.recall", cast.karim, party=Party.MANAGER)
    outbox.drain()
    do(parts, cast, visit, "offer.accept", cast.lucie, WEDNESDAY_AT_NINE, submission="second")
    outbox.drain()

    seen = entries(mailbox, ANNA)
    assert [one.told for one in seen] == [ON, OFF, ON]
    assert len({one.uid for one in seen}) == 1
    (lucies,) = entries(mailbox, LUCIE)
    assert lucies.uid not in {one.uid for one in entries(mailbox, KARIM)}


def test_a_visit_that_takes_place_after_all_is_put_in_again(outbox, parts, cast, mailbox, visit):
    """S046 S109"""
    do(parts, cast, visit, "ticket.cancel", answer=BY_NADIA, party=Party.MANAGER)
    outbox.drain()
    do(parts, cast, visit, "ticket.reopen", answer={"reason": "Erreur"}, party=Party.MANAGER)
    outbox.drain()

    for address in (ANNA, KARIM, NADIA):
        seen = entries(mailbox, address)
        assert [one.told for one in seen] == [ON, OFF, ON]
        assert len({(one.uid, one.hour) for one in seen}) == 1


@pytest.mark.parametrize("fixed", [None, MONDAY_NOON + timedelta(days=1)], ids=["no date", "a fixed date"])
@pytest.mark.parametrize(("act", "answer"), [("ticket.cancel", BY_NADIA), ("ticket.close", {})])
def test_who_ends_a_job_that_nobody_had_is_not_told_of_it(outbox, parts, cast, mailbox, fixed, act, answer):
    """S109"""
    ticket = a_ticket(parts, cast, cast.karim, appointment=fixed)
    do(parts, cast, ticket, act, answer=answer, party=Party.MANAGER)
    outbox.drain()

    assert (NADIA,) not in [one.recipients for one in mailbox.mails]


def test_a_mail_that_leaves_late_does_not_put_a_cancelled_visit_in_again(outbox, parts, cast, mailbox):
    """M06: its sequence is that of the act it tells of, whenever it leaves."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    do(parts, cast, ticket, "ticket.cancel", answer=BY_ANNA, party=Party.CUSTOMER)
    outbox.drain()

    put_in, taken_out = entries(mailbox, NADIA)
    assert (put_in.told, taken_out.told) == (ON, OFF)
    assert put_in.sequence < taken_out.sequence


def test_a_date_fixed_with_the_ticket_leaves_only_the_calendar_of_who_does_not_come(
    outbox, parts, cast, mailbox
):
    """S037 S021"""
    fixed = MONDAY_NOON + timedelta(days=1)
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie, appointment=fixed)
    do(parts, cast, ticket, "offer.accept", cast.karim)
    outbox.drain()
    do(parts, cast, ticket, "offer.withdraw", cast.karim, GIVEN_BACK)
    outbox.drain()

    assert [one.told for one in entries(mailbox, KARIM)] == [ON, OFF]
    assert [one.told for one in entries(mailbox, ANNA)] == [ON]
