"""The fence: a session sees and changes the rows of its own organisation, however they are asked for."""

import threading

import pytest
from sqlalchemy import delete, func, select, update

from fieldtickets.store.db import EVERYONE, Foreign, NoOrganisation
from fieldtickets.store.models import Subcontractor, User

NAMES = select(Subcontractor.name).order_by(Subcontractor.name)  # one statement for all, as queries keep them
USERS = select(func.count(User.id))


def test_a_session_without_an_organisation_reads_nothing(database):
    """O12"""
    with database.begin(EVERYONE) as session:
        del session.info["organisation_id"]
        with pytest.raises(NoOrganisation):
            session.scalars(NAMES)


def test_one_statement_shows_each_organisation_its_own_rows(database, cast):
    """O12"""
    with database.read(cast.organisation) as ours, database.read(cast.other_organisation) as theirs:
        for _again in range(3):
            assert ours.scalars(NAMES).all() == ["Karim Plomberie", "Lucie Chauffage"]
            assert theirs.scalars(NAMES).all() == []
            assert ours.scalar(USERS) + theirs.scalar(USERS) == 3
    with database.read(EVERYONE) as all_rows:
        assert all_rows.scalar(USERS) == 3


def test_threads_that_look_at_the_same_time_do_not_see_each_other_s_rows(database, cast):
    """O12"""
    wrong: list[tuple[int, int]] = []
    expected = {cast.organisation: 2, cast.other_organisation: 1}

    def look(organisation: int) -> None:
        for _again in range(50):
            with database.read(organisation) as session:
                found = session.scalar(USERS)
            if found != expected[organisation]:
                wrong.append((organisation, found))

    lookers = [threading.Thread(target=look, args=(one,)) for one in expected for _twice in range(2)]
    for one in lookers:
        one.start()
    for one in lookers:
        one.join()

    assert wrong == []


def test_foreign_rows_are_neither_changed_nor_deleted(database, cast):
    """O12"""
    with database.begin(cast.other_organisation) as session:
        session.execute(update(Subcontractor).values(name="taken"))
        session.execute(delete(Subcontractor))
        assert session.get(Subcontractor, cast.karim) is None
    with database.read(cast.organisation) as session:
        assert "Karim Plomberie" in session.scalars(NAMES).all()


def test_what_a_row_leads_to_stays_inside_the_fence(database, cast):
    """O12"""
    with database.begin(cast.organisation) as session:
        karim = session.get_one(Subcontractor, cast.karim)
        people = len(karim.people)
        session.expunge_all()
    with database.read(cast.other_organisation) as session:
        session.add(karim)
        session.expire(karim, ["people"])
        assert people
        assert list(karim.people) == []


def test_a_row_of_another_organisation_is_not_written(database, cast):
    """O12"""
    with pytest.raises(Foreign), database.begin(cast.organisation) as session:
        session.add(Subcontractor(organisation_id=cast.other_organisation, name="Igor & fils"))
