"""`flask import`: companies and tickets, checked always, written when it is said."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fieldtickets import desk
from fieldtickets.domain.phases import Phase
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import PlaybookRow, Subcontractor, Ticket
from tests.builders import MONDAY_NOON, acts_done

OURS = ("--organisation", "Gestion Lavigne")


def names(database, cast) -> set[str]:
    with database.read(cast.organisation) as rows:
        return set(rows.scalars(select(Subcontractor.name)))


def test_a_list_is_checked_and_written_only_with_apply(command, database, cast, tmp_path):
    """S008"""
    path = tmp_path / "artisans.csv"
    path.write_text("nom;telephone\nMarc Serrurier;0612345670\n")

    checked = command("import", "subcontractors", str(path), *OURS)
    assert (checked.exit_code, "--apply" in checked.output) == (0, True)
    assert "Marc Serrurier" not in names(database, cast)

    written = command("import", "subcontractors", str(path), *OURS, "--apply")
    assert (written.exit_code, "1 added, 0 changed." in written.output) == (0, True)
    assert "Marc Serrurier" in names(database, cast)


def test_each_error_has_its_line_and_column_and_nothing_is_written(command, database, cast, tmp_path):
    """R15 M15"""
    path = tmp_path / "artisans.csv"
    path.write_text("nom;telephone\nMarc Serrurier;0612345670\nLéa;12\n")

    refused = command("import", "subcontractors", str(path), *OURS, "--apply")

    assert refused.exit_code == 1
    assert "line 3, column telephone: Check this phone number" in refused.output
    assert "Marc Serrurier" not in names(database, cast)


def test_among_several_organisations_one_is_named(command, cast, tmp_path):
    """O04"""
    path = tmp_path / "artisans.csv"
    path.write_text("nom;telephone\nMarc;0612345670\n")
    refused = command("import", "subcontractors", str(path))
    assert refused.exit_code == 1
    assert "--organisation" in refused.output


TICKETS = """n°;problème;ville;métier;client;téléphone;prix;jour;heure;accès;couleur
A-1;Fuite sous évier;Lyon;plumbing;Anna Rossi;06 39 98 00 00;120,50;06/05/2031;14 h 00;"2e étage
code 4B21";rouge
;Porte bloquée;Bron;locks;;;;;;;
"""


def opened(database, cast) -> list[Ticket]:
    with database.read(cast.organisation) as rows:
        whole = (joinedload(Ticket.site), joinedload(Ticket.customer), joinedload(Ticket.appointments))
        return list(rows.scalars(select(Ticket).options(*whole).order_by(Ticket.id)).unique())


@pytest.fixture
def list_of_tickets(tmp_path):
    path = tmp_path / "tickets.csv"
    path.write_bytes(TICKETS.replace("n°", "numéro").encode("cp1252"))
    return str(path)


def test_tickets_are_checked_and_opened_as_drafts_only_with_apply(command, database, cast, list_of_tickets):
    """S020 X03 T01"""
    checked = command("import", "tickets", list_of_tickets, *OURS)
    assert (checked.exit_code, "2 new, 0 there already" in checked.output) == (0, True), checked.output
    assert "couleur" in checked.output
    assert opened(database, cast) == []

    written = command("import", "tickets", list_of_tickets, *OURS, "--apply")

    assert (written.exit_code, "2 opened, 0 were there already." in written.output) == (0, True)
    leak, door = opened(database, cast)
    assert (leak.ref, leak.title, leak.price_cents, leak.manager_id) == (
        "A-1",
        "Fuite sous évier",
        12050,
        cast.nadia,
    )
    assert (leak.site.city, leak.site.access) == ("Lyon", "2e étage\ncode 4B21")
    assert leak.customer.phone == "+33639980000"
    assert [one.starts_at.isoformat() for one in leak.appointments] == ["2031-05-06T12:00:00+00:00"]
    assert (door.ref, door.customer, door.phase) == ("T-2031-000001", None, Phase.DRAFT)
    assert acts_done(database, cast.organisation) == ["ticket.open", "ticket.open"]


def test_a_ticket_whose_number_is_there_already_is_left_alone(command, database, cast, tmp_path):
    """R02"""
    path = tmp_path / "tickets.csv"
    path.write_text("ref,title\nA-1,Fuite\nA-2,Porte\n")
    command("import", "tickets", str(path), *OURS, "--apply")
    path.write_text("ref,title\nA-2,Autre chose\nA-3,Vitre\n")

    again = command("import", "tickets", str(path), *OURS, "--apply")

    assert "1 opened, 1 were there already." in again.output
    assert [one.title for one in opened(database, cast)] == ["Fuite", "Porte", "Vitre"]


def test_a_list_is_imported_again_when_the_visits_of_its_tickets_are_past(
    command, database, cast, clock, tmp_path
):
    """R02 T01"""
    path = tmp_path / "tickets.csv"
    path.write_text("ref,title,date,time\nA-1,Fuite,2031-05-06,14:00\n")
    command("import", "tickets", str(path), *OURS, "--apply")
    clock.instant = MONDAY_NOON + timedelta(days=2)

    again = command("import", "tickets", str(path), *OURS, "--apply")

    assert "0 opened, 1 were there already." in again.output
    path.write_text("ref,title,date,time\nA-2,Fuite,2031-05-06,14:00\n")
    assert "line 2, column date: This day is past" in command("import", "tickets", str(path), *OURS).output


WRONG = """ref,title,urgency,price,date,time,customer,phone,country
A 1,Fuite,,,,,,,
A-2,,soon,a lot,,,,,
A-3,Porte,,,2031-05-06,,,,
A-4,Porte,,,2032-03-28,02:30,,,
A-5,Porte,,,31/02/2031,25:00,,,France
A-6,Porte,,,,,,0612345678,
A-6,Porte,,,,,Anna,12,
A-7,Porte,,,5.5.2031,11:59,,,
A-8,Porte,,,,,,,ZZ
"""


def test_every_error_of_a_list_of_tickets_has_its_line_and_column(command, database, cast, tmp_path):
    """R15 T01 M15"""
    path = tmp_path / "tickets.csv"
    path.write_text(WRONG)

    refused = command("import", "tickets", str(path), *OURS, "--apply")

    told = re.findall(r"line (\d+), column (\w+):", refused.output)
    assert told == [
        ("2", "ref"),
        ("3", "title"),
        ("3", "urgency"),
        ("3", "price"),
        ("4", "time"),
        ("5", "time"),
        ("6", "date"),
        ("6", "time"),
        ("6", "country"),
        ("7", "customer"),
        ("8", "phone"),
        ("8", "ref"),
        ("9", "date"),
        ("10", "country"),
    ]
    assert (refused.exit_code, opened(database, cast)) == (1, [])


def test_a_long_list_of_tickets_is_opened_in_parts_and_begun_again(
    command, database, cast, tmp_path, monkeypatch
):
    """R02 D12"""
    monkeypatch.setattr("fieldtickets.imports.orders.AT_A_TIME", 2)
    path = tmp_path / "tickets.csv"
    path.write_text("ref,title\n" + "".join(f"A-{number},Fuite\n" for number in range(5)))
    opening, refs = desk.open_ticket, []

    def stops_at_the_fourth(session, links, new, *more):
        refs.append(new.ref)
        if len(refs) == 4:
            raise KeyboardInterrupt
        return opening(session, links, new, *more)

    monkeypatch.setattr(desk, "open_ticket", stops_at_the_fourth)
    command("import", "tickets", str(path), *OURS, "--apply")
    assert [one.ref for one in opened(database, cast)] == ["A-0", "A-1"]

    again = command("import", "tickets", str(path), *OURS, "--apply")

    assert "3 opened, 2 were there already." in again.output
    assert [one.ref for one in opened(database, cast)] == [f"A-{number}" for number in range(5)]


def test_a_list_of_tickets_without_their_problem_is_none(command, cast, tmp_path):
    """X10"""
    path = tmp_path / "tickets.csv"
    path.write_text("ref;ville\nA-1;Lyon\n")
    refused = command("import", "tickets", str(path), *OURS)
    assert (refused.exit_code, "line 1, column title" in refused.output) == (1, True)


def test_a_ticket_may_follow_the_organisation_s_own_rules_and_nobody_else_s(
    command, database, cast, tmp_path
):
    """S084"""
    own = {"version": 1, "copied_from": "syndic", "rules": {"photos_wanted": 2}, "created_at": MONDAY_NOON}
    with database.begin(EVERYONE) as rows:
        rows.add(PlaybookRow(organisation_id=cast.organisation, name="Lyon", **own))
        rows.add(PlaybookRow(organisation_id=cast.other_organisation, name="Bron", **own))
    path = tmp_path / "tickets.csv"
    path.write_text("ref,title,playbook\nA-1,Fuite,lyon\nA-2,Porte,Marketplace\nA-3,Vitre,\n")

    command("import", "tickets", str(path), *OURS, "--apply")

    assert [one.playbook for one in opened(database, cast)] == ["Lyon", "marketplace", "syndic"]
    path.write_text("ref,title,playbook\nA-4,Fuite,Bron\n")
    refused = command("import", "tickets", str(path), *OURS)
    assert "line 2, column playbook: Write one of syndic, marketplace, home-cleaning, Lyon." in refused.output
