"""`flask journal verify` finds what somebody with the database's own password changed."""

from threading import Thread

import pytest
from sqlalchemy import delete, select, text

from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Event, EventPayload
from tests.builders import TUESDAY_AT_TWO, a_ticket, do

UNGUARDED = {
    True: ("DROP TRIGGER event_is_never_changed", "DROP TRIGGER event_is_never_deleted"),
    False: ("ALTER TABLE event DISABLE TRIGGER ALL",),
}

EDITS = {  # of the second fact of our organisation
    "its act": "UPDATE event SET act = 'offer.refuse' WHERE seq = 2",
    "its time": "UPDATE event SET at = '2031-05-05 09:00:00.000000+00:00' WHERE seq = 2",
    "who did it": "UPDATE event SET actor = 'user:1' WHERE seq = 2",
    "its side": "UPDATE event SET party = 'customer' WHERE seq = 2",
    "its ticket's thread": "UPDATE event SET dispatch_id = NULL WHERE seq = 2",
    "its digest": "UPDATE event SET payload_digest = previous_seal WHERE seq = 2",
    "its seal": "UPDATE event SET seal = previous_seal WHERE seq = 2",
    "what it is sealed to": "UPDATE event SET previous_seal = seal WHERE seq = 2",
    "when the phone says it was": "UPDATE event SET declared_at = at WHERE seq = 2",
    "its words": 'UPDATE event_payload SET content = \'{"who": "Igor"}\' WHERE event_id = 2',
    "its salt": "UPDATE event_payload SET salt = 'pepper' WHERE event_id = 2",
    "its place": "UPDATE event SET seq = 99 WHERE seq = 2",
}


@pytest.fixture
def ticket(parts, cast):
    """Three facts: opened, offered, accepted."""
    ticket = a_ticket(parts, cast, cast.karim)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    return ticket


@pytest.fixture
def edit(database, ticket):
    """Runs statements as somebody does who owns the database."""

    def run(*statements: str) -> None:
        with database.engine.begin() as connection:
            if database.is_sqlite:
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for statement in (*UNGUARDED[database.is_sqlite], *statements):
                connection.execute(text(statement))

    return run


def test_an_untouched_journal_holds_and_says_its_head(command, ticket, database):
    """E01"""
    verified = command("journal", "verify")

    with database.read(EVERYONE) as rows:
        last = rows.scalars(select(Event).order_by(Event.seq.desc())).first()
    assert verified.exit_code == 0
    assert f"{last.seq} events, every seal holds, head {last.seq}:{last.seal}" in verified.stdout


@pytest.mark.parametrize("what", EDITS)
def test_a_changed_fact_is_named(command, edit, what):
    """E01"""
    edit(EDITS[what])

    broken = command("journal", "verify")

    assert broken.exit_code == 1
    assert "Gestion Lavigne: broken, event 2:" in broken.stderr
    assert "Igor Immobilier: 0 events" in broken.stdout


def test_a_fact_that_was_removed_is_named(command, edit):
    """E01"""
    edit(*_cut("2"))

    assert "event 2: missing" in command("journal", "verify").stderr


def test_two_facts_in_each_others_place_are_named(command, edit):
    """E01"""
    edit(
        "UPDATE event SET seq = 99 WHERE seq = 1",
        "UPDATE event SET seq = 1 WHERE seq = 2",
        "UPDATE event SET seq = 2 WHERE seq = 99",
    )

    assert "event 1:" in command("journal", "verify").stderr


def test_a_fact_added_at_the_end_is_named(command, edit):
    """E01"""
    edit(
        "INSERT INTO event (id, seq, organisation_id, ticket_id, act, party, actor, at, payload_digest,"
        " previous_seal, seal) SELECT 999, 1 + (SELECT MAX(seq) FROM event), organisation_id, ticket_id, act,"
        " party, actor, at, payload_digest, seal, seal FROM event WHERE seq = (SELECT MAX(seq) FROM event)"
    )

    assert command("journal", "verify").exit_code == 1


def test_a_tail_that_was_cut_off_is_missed_by_the_head(command, edit, database):
    """E02"""
    last = "(SELECT MAX(seq) FROM event)"
    edit(*_cut(last))

    broken = command("journal", "verify")
    assert broken.exit_code == 1
    assert "the end is missing" in broken.stderr


def test_a_tail_cut_off_with_its_head_is_missed_by_a_head_noted_elsewhere(command, edit):
    """E02"""
    noted = command("journal", "verify").stdout.split("head ")[1].split()[0]
    edit(
        *_cut("(SELECT MAX(seq) FROM event)"),
        "UPDATE journal_head SET seq = (SELECT MAX(seq) FROM event),"
        " seal = (SELECT seal FROM event ORDER BY seq DESC LIMIT 1) WHERE seq > 0",
    )

    assert command("journal", "verify").exit_code == 0  # it cannot know
    broken = command("journal", "verify", "--head", noted)
    assert broken.exit_code == 1
    assert f"event {noted.partition(':')[0]}: the journal no longer holds this head" in broken.stderr
    assert command("journal", "verify", "--head", "nonsense").exit_code == 1


def test_words_that_were_erased_leave_the_chain_whole(command, database, ticket, cast):
    """Y01"""
    with database.begin(cast.organisation) as rows:
        rows.execute(delete(EventPayload))

    assert command("journal", "verify").exit_code == 0


def test_a_head_that_was_set_back_is_named(command, edit):
    """E02"""
    edit("UPDATE journal_head SET seq = 1, seal = (SELECT seal FROM event WHERE seq = 1) WHERE seq > 0")

    assert "event 2: past the head" in command("journal", "verify").stderr


def test_a_journal_that_grows_meanwhile_is_no_broken_one(command, parts, cast, ticket):
    """E01"""

    def write() -> None:
        for number in range(30):
            body = {"body": "Bien reçu."}
            do(parts, cast, ticket, "message.write", cast.karim, body, submission=f"message-{number}")

    writer = Thread(target=write)
    writer.start()
    while writer.is_alive():
        assert command("journal", "verify").exit_code == 0
    writer.join()


def test_one_ticket_is_shown_fact_by_fact(command, ticket, edit):
    """E01"""
    shown = command("journal", "verify", "--ticket", ticket.ref)

    assert shown.exit_code == 0
    assert [line.split()[3] for line in shown.stdout.splitlines()[1:]][-1] == "offer.accept"
    assert "Igor" not in shown.stdout
    assert command("journal", "verify", "--ticket", "T-1").exit_code == 1
    edit(EDITS["its act"])
    assert command("journal", "verify", "--ticket", ticket.ref).exit_code == 1


def _cut(last: str) -> tuple[str, ...]:
    """Statements that remove the last fact and all that hangs on it."""
    fact = f"(SELECT id FROM event WHERE seq = {last})"
    return (
        f"DELETE FROM delivery WHERE event_id = {fact}",
        f"DELETE FROM message WHERE event_id = {fact}",
        f"DELETE FROM event_payload WHERE event_id = {fact}",
        f"DELETE FROM event WHERE seq = {last}",
    )
