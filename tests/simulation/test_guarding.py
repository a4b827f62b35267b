"""The rules about rights and the machine: each is shown to break where it is broken."""

import socket
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from fieldtickets.desk.retention import TWICE_WITHIN
from fieldtickets.domain.effects import Amount, ChargeKind, ChargeState
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Phase
from fieldtickets.exchanges import ACTS
from fieldtickets.simulation.answers import Look, chosen
from fieldtickets.simulation.checking import answers_are_in_the_thread, nobody_reads_what_is_over
from fieldtickets.simulation.figures import Figures
from fieldtickets.simulation.guarding import (
    MORE_FILES,
    it_stays_small,
    no_temporary_file_stays,
    nothing_is_called,
    nothing_of_the_neighbour,
    rights_never_grow,
    the_database_is_sound,
)
from fieldtickets.simulation.letterbox import Letterbox
from fieldtickets.simulation.machine import watched
from fieldtickets.simulation.people import FAST, NEIGHBOUR
from fieldtickets.simulation.scene import Scene
from fieldtickets.store.models import Delivery, Link
from tests.builders import a_ticket, do, some_facts


@pytest.fixture
def scene(parts, cast, clock):
    with watched() as machine, parts.database.read(cast.organisation) as session:
        letterbox = Letterbox(clock.now)
        yield Scene(session, cast.organisation, parts.files, Figures(), letterbox, machine, [], clock.now())


def test_an_answer_through_a_link_of_ours_is_right_and_one_through_another_is_not(scene, parts, cast, phone):
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    answered(parts, phone, ticket, cast.karim)
    assert rights_never_grow(scene).broken == []

    do(parts, cast, ticket, "message.write", cast.lucie, {"body": "Which floor?", "to": "manager"})

    (line,) = rights_never_grow(scene).broken
    assert "link:1a2b3c4d acted as subcontractor" in line


def answered(parts, phone, ticket, company) -> None:
    field = parts.links.form_field(f"link:{ticket.link_ids[company]}", "message.write", 2)
    sent = phone.post(f"{ticket.path(company)}/message.write", data={"body": "Hello?", "submission": field})
    assert sent.status_code == 303


def test_a_message_that_tells_of_the_neighbour_is_named(scene, parts, cast):
    a_ticket(parts, cast, cast.karim)
    ours = scene.session.scalars(select(Delivery.id)).first()

    scene.letterbox.take("sms", ours + 1, "+33639000001", f"{NEIGHBOUR} has a job")
    assert nothing_of_the_neighbour(scene).broken == []

    scene.letterbox.take("sms", ours, "+33639000001", f"{NEIGHBOUR} has a job")
    assert nothing_of_the_neighbour(scene).broken == [f"message {ours} tells of another organisation"]


def test_a_form_that_was_taken_is_kept_as_long_as_its_number_and_no_longer(scene):
    """Y03"""
    long_ago = scene.now - TWICE_WITHIN
    scene.figures.acknowledged.update({"forgotten": long_ago, "lost": long_ago + timedelta(minutes=1)})

    lines = answers_are_in_the_thread(scene).broken

    assert "the form lost was taken and is nowhere" in lines
    assert not any("forgotten" in line for line in lines)


def test_only_the_message_that_a_link_is_cut_may_carry_it(scene, parts, cast):
    """M12"""
    a_ticket(parts, cast, cast.karim)
    later = scene.now + timedelta(hours=1)
    with parts.database.begin(cast.organisation) as session:
        text = session.scalars(select(Delivery).where(Delivery.channel == "sms")).one()
        text.state, text.sent_at = "sent", later
        session.get_one(Link, text.link_id).revoked_at = scene.now

    (line,) = nobody_reads_what_is_over(scene).broken
    assert "offer.send, carried a cut link" in line

    with parts.database.begin(cast.organisation) as session:
        session.get_one(Delivery, text.id).act = "approval.dismiss"
    assert nobody_reads_what_is_over(scene).broken == []


def test_a_connection_is_heard_of(scene):
    assert nothing_is_called(scene).broken == []

    with socket.socket() as door, pytest.raises(ConnectionRefusedError):
        door.connect(("127.0.0.1", 1))

    assert nothing_is_called(scene).broken == ["a connection to ('127.0.0.1', 1)"]


def test_a_temporary_file_that_stays_is_seen_at_night(scene):
    with tempfile.NamedTemporaryFile(prefix="left-") as file:
        scene.machine.look()

    (left,) = no_temporary_file_stays(scene).broken
    assert file.name.endswith(left)
    scene.machine.look()
    assert len(no_temporary_file_stays(scene).broken) == 1


def test_files_that_nobody_closes_are_seen(scene):
    scene.machine.look()
    with ExitStack() as held:
        for _file in range(MORE_FILES + 1):
            held.enter_context(tempfile.TemporaryFile())
        scene.machine.look()

    (line,) = it_stays_small(scene).broken
    assert "open files" in line


def test_a_sound_database_says_so(scene, database):
    found = the_database_is_sound(scene)

    assert found.broken == []
    assert found.looked_at == (2 if database.is_sqlite else 0)


def test_whoever_is_charged_contests_it_about_every_second_time():
    fee = Amount(ChargeKind.FEE, 2000, state=ChargeState.AGREED, payer=Party.CUSTOMER)
    facts = some_facts("ticket.cancel", phase=Phase.CANCELLED, standing=None, amounts=(fee,))

    acts = [chosen(Look(Party.CUSTOMER, facts, FAST, Random(seed))) for seed in range(100)]

    assert 35 < acts.count(ACTS["fee.contest"]) < 80
