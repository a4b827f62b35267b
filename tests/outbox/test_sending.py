"""Messages that are owed leave, once, through real providers, and their fate is known."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from fieldtickets.desk import journal
from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.sms_text import segments
from fieldtickets.outbox import queue, send_again
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Organisation, Person, Ticket, TodoTask
from tests.builders import TUESDAY_AT_TWO, a_ticket, acts_done, do
from tests.fakes.sms_gateway import Number

KARIM, LUCIE = "+33612345678", "+33612345679"


def fates(database) -> list[tuple[str, str, str]]:
    with database.read(EVERYONE) as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.due_at, Delivery.channel, Delivery.party))
        return [(row.act, row.channel, row.state) for row in rows]


def the_text(database) -> Delivery:
    """The text message of the offer."""
    with database.read(EVERYONE) as session:
        wanted = select(Delivery).where(Delivery.channel == "sms", Delivery.act == "offer.send")
        return session.scalars(wanted).one()


def reach_karim_at(database, cast, phone: str, email: str = "karim@plomberie.example") -> None:
    with database.begin(cast.organisation) as session:
        session.execute(
            update(Person).where(Person.subcontractor_id == cast.karim).values(phone=phone, email=email)
        )


def tasks(database) -> list[Task]:
    with database.read(EVERYONE) as session:
        return list(session.scalars(select(TodoTask.kind).where(TodoTask.settled_at.is_(None))))


def test_an_offer_goes_out_by_text_message_and_mail_with_the_same_link(outbox, parts, cast, network, mailbox):
    """S001 S052 M01"""
    ticket = a_ticket(parts, cast, cast.karim)
    assert outbox.drain() == 2
    link = f"http://localhost{ticket.path(cast.karim)}"
    (text,), (mail,) = network.texts, mailbox.mails
    assert text.to == KARIM
    assert text.text.endswith(link)
    assert text.text.startswith("Lavigne: ")
    assert segments(text.text) == 1
    assert mail.recipients == ("karim@plomberie.example",)
    for kind in ("plain", "html"):
        assert link in mail.message.get_body((kind,)).get_content()
    assert mail.message["Reply-To"].addresses[0].addr_spec == "nadia@lavigne.example"
    assert {state for _act, _channel, state in fates(parts.database)} == {"sent"}


def test_what_somebody_typed_is_words_in_a_mail_and_never_a_tag(outbox, parts, cast, mailbox):
    """X02"""
    a_ticket(parts, cast, cast.karim, title="<img src=x onerror=alert(1)> & <b>fuite</b>")
    outbox.drain()
    (mail,) = mailbox.mails
    shown = mail.message.get_body(("html",)).get_content()
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &lt;b&gt;fuite&lt;/b&gt;" in shown
    assert "<img" not in shown
    assert "<b>fuite" not in shown


def test_answers_to_mails_go_where_the_organisation_wants_them(outbox, parts, cast, mailbox):
    """S015"""
    with parts.database.begin(cast.organisation) as session:
        session.get_one(Organisation, cast.organisation).mail_reply = "syndic@lavigne.example"
    a_ticket(parts, cast, cast.karim)
    outbox.drain()
    (mail,) = mailbox.mails
    assert mail.message["Reply-To"].addresses[0].addr_spec == "syndic@lavigne.example"


def test_what_was_sent_is_never_sent_again(outbox, parts, cast, network, mailbox):
    """M05 M13"""
    a_ticket(parts, cast, cast.karim)
    outbox.drain()
    assert outbox.drain() == 0
    assert (len(network.texts), len(mailbox.mails)) == (1, 1)


def test_the_copy_that_is_kept_holds_no_link(outbox, parts, cast):
    """L16"""
    ticket = a_ticket(parts, cast, cast.karim)
    outbox.drain()
    kept = the_text(parts.database)
    assert ticket.tokens[cast.karim] not in kept.text
    assert "Fuite" in kept.text
    assert kept.segments == 1
    assert kept.sent_at


def test_an_acceptance_tells_the_manager_with_the_appointment(outbox, parts, cast, mailbox):
    """S014 S042"""
    ticket = a_ticket(parts, cast, cast.karim)
    outbox.drain()
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    outbox.drain()
    mail = next(one for one in mailbox.mails if one.recipients == ("nadia@lavigne.example",))
    entry = next(part for part in mail.message.walk() if part.get_content_type() == "text/calendar")
    assert "DTSTART;TZID=Europe/Paris:20310506T140000" in entry.get_content()
    assert f"http://localhost/tickets/{ticket.ref}" in mail.message.get_body(("plain",)).get_content()
    assert "/l/" not in mail.message.get_body(("plain",)).get_content()


def test_mails_of_one_party_about_one_ticket_make_one_thread(outbox, parts, cast, mailbox):
    """S052"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.remind", cast.karim, party=Party.MANAGER)
    outbox.drain()
    first, second = (one.message for one in mailbox.mails)
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert second["Auto-Submitted"] == "auto-generated"


def test_what_is_not_asked_any_more_is_not_sent(outbox, parts, cast, network):
    """M12"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    do(parts, cast, ticket, "offer.accept", cast.lucie, TUESDAY_AT_TWO)
    outbox.drain()
    offers = [state for act, _channel, state in fates(parts.database) if act == "offer.send"]
    assert set(offers) == {"cancelled"}
    assert not any("Accept" in text.text or "acceptez" in text.text for text in network.texts)


def test_a_provider_that_is_down_is_tried_again_until_nobody_wants_the_message(
    outbox, parts, cast, clock, network
):
    """M06"""
    a_ticket(parts, cast, cast.karim)
    network.is_down = True
    outbox.drain()
    waits = []
    while (row := the_text(parts.database)).state == "queued":
        waits.append(row.due_at - clock.instant)
        clock.instant = row.due_at
        outbox.drain_channel("sms")
    assert [timedelta(seconds=s) for s in (30, 120, 600, 1800)] <= waits[:4]
    assert all(timedelta(hours=1) <= wait <= timedelta(minutes=72) for wait in waits[5:])
    assert row.state == "dead"
    assert clock.instant < row.ends_at
    assert Task.UNDELIVERABLE in tasks(parts.database)


def test_the_provider_says_how_long_to_wait(outbox, parts, cast, clock, network):
    """M09"""
    reach_karim_at(parts.database, cast, Number.TOO_MANY)
    a_ticket(parts, cast, cast.karim)
    outbox.drain()
    row = the_text(parts.database)
    assert row.state == "queued"
    assert row.due_at - clock.instant >= timedelta(seconds=17)


def test_a_bad_number_is_told_to_the_manager_at_once(outbox, parts, cast):
    """M07 S054"""
    reach_karim_at(parts.database, cast, Number.BAD_NUMBER)
    a_ticket(parts, cast, cast.karim)
    outbox.drain()
    assert ("offer.send", "sms", "failed") in fates(parts.database)
    assert ("offer.send", "email", "sent") in fates(parts.database)
    assert tasks(parts.database) == [Task.UNDELIVERABLE]
    with parts.database.read(cast.organisation) as session:
        assert journal.verify(session, cast.organisation) == 3


def test_a_message_that_only_had_one_channel_falls_back_to_the_other(outbox, parts, cast, mailbox):
    """M07"""
    reach_karim_at(parts.database, cast, Number.BAD_NUMBER, email="")
    a_ticket(parts, cast, cast.karim)
    reach_karim_at(parts.database, cast, Number.BAD_NUMBER, email="late@plomberie.example")
    outbox.drain()
    assert [one.recipients for one in mailbox.mails] == [("late@plomberie.example",)]


def test_a_revoked_key_pauses_the_queue_and_it_resumes_by_itself(outbox, parts, cast, clock, network):
    """M08"""
    a_ticket(parts, cast, cast.karim)
    network.key_is_revoked = True
    outbox.drain_channel("sms")
    tried = len(network.texts)
    assert the_text(parts.database).state == "queued"
    outbox.drain_channel("sms")
    assert len(network.texts) == tried
    network.key_is_revoked = False
    clock.instant += timedelta(minutes=6)
    outbox.drain_channel("sms")
    assert the_text(parts.database).state == "sent"


def test_a_sender_that_the_mail_server_refuses_stops_the_mails_and_blames_nobody(
    outbox, parts, cast, clock, mailbox
):
    """M08"""
    a_ticket(parts, cast, cast.karim)
    mailbox.replies["MAIL"] = "550 5.7.1 sender not allowed"
    outbox.drain_channel("email")
    assert ("offer.send", "email", "queued") in fates(parts.database)
    assert tasks(parts.database) == []

    mailbox.replies.clear()
    clock.instant += timedelta(minutes=6)
    outbox.drain_channel("email")
    assert len(mailbox.mails) == 1


def test_an_organisation_s_refused_sender_does_not_hold_up_another_s_mails(
    outbox, parts, cast, clock, mailbox
):
    """M08 M11"""
    with parts.database.begin(EVERYONE) as session:
        session.get_one(Organisation, cast.organisation).mail_from = "us@lavigne.example"
    a_ticket(parts, cast, cast.karim)
    mailbox.replies["MAIL"] = "550 5.7.1 sender not allowed"
    outbox.drain_channel("email")
    with parts.database.read(EVERYONE) as session:
        assert not queue.is_paused(session, "email", clock.now())
        (row,) = session.scalars(select(Delivery).where(Delivery.channel == "email"))
    assert (row.state, row.failure) == ("queued", "550 5.7.1 sender not allowed")


def test_a_mail_is_dated_by_the_clock_of_the_service(outbox, parts, cast, clock, mailbox):
    """M12"""
    a_ticket(parts, cast, cast.karim)
    outbox.drain_channel("email")
    assert mailbox.mails[0].message["Date"].datetime == clock.instant


def test_an_answer_that_says_nothing_leaves_the_message_to_a_person(outbox, parts, cast, clock, network):
    """M10"""
    for number in (Number.GARBAGE, Number.NO_ID):
        reach_karim_at(parts.database, cast, number)
        a_ticket(parts, cast, cast.karim)
    outbox.drain()
    clock.instant += timedelta(hours=1)
    outbox.drain()
    assert [state for _a, channel, state in fates(parts.database) if channel == "sms"] == ["uncertain"] * 2
    assert tasks(parts.database) == [Task.UNCERTAIN] * 2
    assert acts_done(parts.database, cast.organisation)[-2:] == ["message.doubt"] * 2
    with parts.database.read(cast.organisation) as session:
        assert set(session.scalars(select(Ticket.ball))) == {Party.MANAGER}


@pytest.mark.parametrize("number", [Number.GARBAGE, Number.BAD_NUMBER])
def test_sending_again_is_what_the_manager_had_to_do_and_goes_to_the_number_on_file(
    outbox, parts, cast, clock, network, number
):
    """M04 M07 M20"""
    reach_karim_at(parts.database, cast, number, email="")
    ticket = a_ticket(parts, cast, cast.karim)
    outbox.drain()
    wrong = Task.UNCERTAIN if number == Number.GARBAGE else Task.UNDELIVERABLE
    assert tasks(parts.database) == [wrong]

    reach_karim_at(parts.database, cast, KARIM, email="")
    again(parts, cast, clock)
    outbox.drain()

    assert tasks(parts.database) == []
    assert network.texts[-1].to == KARIM
    assert acts_done(parts.database, cast.organisation)[-1] == "message.again"
    with parts.database.read(cast.organisation) as session:
        assert session.get_one(Ticket, ticket.id).ball is Party.SUBCONTRACTOR


def test_the_manager_settles_one_company_s_lost_message_and_not_the_other_s(outbox, parts, cast, clock):
    """M04 M07"""
    with parts.database.begin(cast.organisation) as session:
        session.execute(update(Person).values(phone=Number.BAD_NUMBER))
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    outbox.drain()
    assert tasks(parts.database) == [Task.UNDELIVERABLE] * 2

    do(parts, cast, ticket, "link.replace", cast.karim, party=Party.MANAGER)

    with parts.database.read(cast.organisation) as session:
        left = session.scalars(select(TodoTask.dispatch_id).where(TodoTask.settled_at.is_(None))).all()
    assert left == [ticket.dispatches[cast.lucie]]


def test_a_row_that_cannot_be_written_does_not_stop_those_behind_it(outbox, parts, cast, clock, network):
    """M11"""
    ticket = a_ticket(parts, cast, cast.karim)
    with parts.database.begin(EVERYONE) as session:
        session.execute(update(Delivery).values(notice=7))
    behind = a_ticket(parts, cast, cast.lucie)
    for _minute in range(4):
        outbox.drain()
        clock.instant += timedelta(minutes=1)
    assert [text.to for text in network.texts] == [LUCIE]
    assert ticket.id != behind.id
    with parts.database.read(EVERYONE) as session:
        states = session.scalars(select(Delivery.state).where(Delivery.ticket_id == ticket.id)).all()
    assert set(states) == {"dead"}


def test_a_message_goes_where_the_link_is_now(outbox, parts, cast, network):
    """L09 M20"""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "link.replace", cast.karim, party=Party.MANAGER)
    outbox.drain_channel("sms")
    assert network.texts
    assert not any(ticket.tokens[cast.karim] in text.text for text in network.texts)


def again(parts, cast, clock) -> None:
    """Nadia has the offer's text message sent once more."""
    with parts.database.begin(cast.organisation) as session:
        first = session.get_one(Delivery, the_text(parts.database).id)
        send_again(session, parts.links, first, cast.manager, clock.now())


def test_a_message_is_sent_again_as_a_new_one_when_the_manager_says_so(outbox, parts, cast, clock, network):
    """M04"""
    a_ticket(parts, cast, cast.karim)
    outbox.drain()
    again(parts, cast, clock)
    outbox.drain()
    first, second = network.texts
    assert first.text == second.text
    assert first.id != second.id


def test_what_people_typed_never_makes_a_second_link_or_segment(outbox, parts, cast, network):
    """M16 X06"""
    title = "🔥 Œuvre à 100 € [urgent] https://evil.example/pay {très} long long long"
    ticket = a_ticket(parts, cast, cast.karim, title=title)
    outbox.drain()
    (text,) = network.texts
    assert segments(text.text) == 1
    assert text.text.count("://") == 1
    assert text.text.endswith(ticket.path(cast.karim))
