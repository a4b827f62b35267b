"""Too many text messages asked for: 429 `sms.limit`, and nothing is stored (M14)."""

from datetime import timedelta

import pytest

from tests.builders import a_ticket, acts_done

SITE = {"name": "Résidence", "address": "18 rue Jeanne-d'Arc", "postcode": "69003", "city": "Lyon"}


@pytest.fixture
def limit(parts):
    """Set a limit of this installation."""

    def limit(**settings: int) -> None:
        for name, value in settings.items():
            object.__setattr__(parts.settings, name, value)

    return limit


def test_the_same_is_not_asked_of_one_number_in_a_loop(program, parts, cast, clock):
    """M14"""
    ticket = a_ticket(parts, cast, cast.karim)
    path = f"/tickets/{ticket.ref}/acts/link.resend"

    answers = [program.post(path) for _time in range(6)]

    assert [one.status_code for one in answers] == [200] * 4 + [429] * 2
    assert answers[-1].json["title"] == "sms.limit"
    assert "wait an hour" in answers[-1].json["detail"]
    assert acts_done(parts.database, cast.organisation).count("link.resend") == 4
    clock.instant += timedelta(minutes=61)
    assert program.post(path).status_code == 200


def test_nor_is_a_loop_hidden_among_many_jobs(program, parts, cast):
    """M14"""
    jobs = [a_ticket(parts, cast, cast.karim) for _job in range(3)]
    paths = [f"/tickets/{job.ref}/acts/link.resend" for job in jobs] * 2

    answers = [program.post(path).status_code for path in paths]

    assert answers == [200] * 4 + [429] * 2


def test_what_one_number_was_asked_holds_back_no_other(program, parts, cast):
    """M14"""
    karims, lucies = a_ticket(parts, cast, cast.karim), a_ticket(parts, cast, cast.lucie)
    for _time in range(5):
        program.post(f"/tickets/{karims.ref}/acts/link.resend")

    assert program.post(f"/tickets/{lucies.ref}/acts/link.resend").status_code == 200


def test_many_jobs_for_one_company_are_no_loop(program, cast):
    """M14"""
    new = {"title": "Fuite", "site": SITE, "offer_to": [cast.karim]}
    assert [program.post("/tickets", new).status_code for _job in range(7)] == [201] * 7


def test_the_organisation_s_day_has_an_end(program, parts, cast, limit):
    """M14"""
    limit(sms_per_day=3)
    new = {"title": "Fuite", "site": SITE, "offer_to": [cast.karim]}
    answers = [program.post("/tickets", new) for _job in range(4)]

    assert [one.status_code for one in answers] == [201, 201, 201, 429]
    assert answers[-1].json["title"] == "sms.limit"
    assert acts_done(parts.database, cast.organisation).count("ticket.open") == 3
    without_a_text = program.post("/tickets", {"title": "Fuite", "site": SITE})
    assert without_a_text.status_code == 201
