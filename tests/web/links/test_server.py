"""The service as it runs, with many phones at once, cut connections, kills and a busy database."""

import fcntl
import json
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import pytest
import requests
from sqlalchemy import select

from fieldtickets.desk import journal
from fieldtickets.store import db
from fieldtickets.store.models import Delivery, Dispatch, Message
from tests.builders import TYPED_TUESDAY, a_subcontractor, a_ticket, acts_done
from tests.conftest import sqlite_copy
from tests.web.links.forms import send
from tests.web.links.server import field

TWENTY, WRITERS, ENOUGH = 20, 4, 12
DURABLE = {  # of SQLite, and of PostgreSQL, whose server in these tests acknowledges before it has written
    True: {"PRAGMA synchronous": 2, "PRAGMA journal_mode": "wal", "PRAGMA foreign_keys": 1},
    False: {"SHOW synchronous_commit": "on"},
}


def twenty_companies(database, organisation_id):
    with database.begin(organisation_id) as session:
        return [
            a_subcontractor(session, organisation_id, f"Artisan {i}", f"+336123400{i:02d}").id
            for i in range(TWENTY)
        ]


def bodies(database, organisation_id):
    with database.read(organisation_id) as session:
        return Counter(session.scalars(select(Message.body)))


def test_twenty_phones_accept_at_once_and_each_twice(server, parts, cast, database):
    """R01 R02 R03 D01 S003 S005 S006"""
    companies = twenty_companies(database, cast.organisation)
    ticket = a_ticket(parts, cast, *companies)
    fields = {company: field(parts, ticket, company, "offer.accept") for company in companies}

    def tap(company):
        answer = {"submission": fields[company], **TYPED_TUESDAY}
        return server.post(f"{ticket.path(company)}/offer.accept", answer).status_code

    with ThreadPoolExecutor(2 * TWENTY) as phones:
        statuses = list(phones.map(tap, companies * 2))

    assert Counter(statuses) == {303: 2, 409: 2 * TWENTY - 2}
    done = Counter(acts_done(database, cast.organisation))
    assert (done["offer.accept"], done["offer.come_late"]) == (1, TWENTY - 1)
    with database.read(cast.organisation) as session:
        won = session.scalars(select(Delivery).where(Delivery.act == "offer.accept")).all()
        told = Counter((one.notice, one.channel, one.address) for one in won)
        assert max(told.values()) == 1
        assert Counter(session.scalars(select(Dispatch.standing))) == {"assigned": 1, "lost": TWENTY - 1}
        journal.verify(session, cast.organisation)


def test_what_was_acknowledged_before_a_kill_is_there_once_and_the_rest_can_be_sent_again(
    server, phone, parts, cast, database
):
    """D03 R05 R02"""
    ticket = a_ticket(parts, cast, cast.karim)
    path, numbers, acknowledged, unheard = ticket.path(cast.karim), count(), [], []

    def write_until_nobody_answers():
        while not unheard:
            secret, body = field(parts, ticket, cast.karim, "message.write"), f"message {next(numbers)}"
            try:
                answer = {"submission": secret, "body": body}
                assert server.post(f"{path}/message.write", answer).status_code == 303
                acknowledged.append(body)
                if len(acknowledged) == ENOUGH:
                    enough.set()
            except requests.RequestException:
                unheard.append((secret, body))

    enough = threading.Event()
    with ThreadPoolExecutor(WRITERS) as phones:
        writers = [phones.submit(write_until_nobody_answers) for _phone in range(WRITERS)]
        assert enough.wait(60)
        server.end()
    assert [writer.exception() for writer in writers] == [None] * WRITERS

    kept = bodies(database, cast.organisation)
    assert set(acknowledged) <= set(kept) <= {*acknowledged, *(body for _secret, body in unheard)}
    for secret, body in unheard:
        assert send(phone, path, "message.write", secret, body=body).status_code == 303
    assert bodies(database, cast.organisation) == Counter([*acknowledged, *(body for _s, body in unheard)])
    with database.read(cast.organisation) as session:
        journal.verify(session, cast.organisation)


def test_no_token_and_no_word_of_anybody_reaches_the_log(phone, parts, cast, capsys):
    """N07 Y05"""
    ticket = a_ticket(parts, cast, cast.karim)
    token, secret = ticket.tokens[cast.karim], field(parts, ticket, cast.karim, "message.write")

    phone.get(ticket.path(cast.karim), headers={"Referer": f"http://localhost/l/{token}"})
    send(phone, ticket.path(cast.karim), "message.write", secret, body="un mot à part")
    send(phone, ticket.path(cast.karim), "message.write", "forged", body="un mot à part")
    phone.get(f"/l/{token[:-1]}")

    said = capsys.readouterr()
    lines = said.out + said.err
    assert len([json.loads(line) for line in said.out.splitlines()]) == 4
    assert not re.search(f"{token}|{token[:-1]}|{re.escape(secret)}|un mot|33612345678", lines)


@contextmanager
def the_writers_place_taken(path):
    """A backup or migration that holds the one writer's place."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class TestOnSqlite:
    """What only a database with one writer does."""

    @pytest.fixture
    def database_url(self, sqlite_template, tmp_path):
        return sqlite_copy(sqlite_template, tmp_path)

    def test_a_busy_database_keeps_the_text_says_when_to_come_back_and_takes_it_then(
        self, phone, parts, cast, database, tmp_path, monkeypatch
    ):
        """D02"""
        monkeypatch.setattr(db, "LONGEST_WAIT_SECONDS", 0.2)
        ticket = a_ticket(parts, cast, cast.karim)
        path = ticket.path(cast.karim)
        secret = field(parts, ticket, cast.karim, "message.write")

        with the_writers_place_taken(tmp_path / "fieldtickets.db.lock"):
            busy = send(phone, path, "message.write", secret, body="Je suis devant la porte")
            assert phone.get(path).status_code == 200

        assert busy.status_code == 503
        assert int(busy.headers["Retry-After"]) > 0
        assert "Your answer is kept here: press “Send again”." in busy.text
        assert 'name="body" value="Je suis devant la porte"' in busy.text
        assert bodies(database, cast.organisation) == {}
        assert send(phone, path, "message.write", secret, body="Je suis devant la porte").status_code == 303
        assert bodies(database, cast.organisation) == {"Je suis devant la porte": 1}


def test_an_answer_is_on_the_disk_before_it_is_acknowledged(database):
    """D05"""
    with database.engine.connect() as connection:
        found = {asked: connection.exec_driver_sql(asked).scalar() for asked in DURABLE[database.is_sqlite]}

    assert found == DURABLE[database.is_sqlite]
