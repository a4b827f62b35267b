"""A service that is told to stop while people answer: who is inside is answered, nobody waits in vain."""

import socket
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from urllib.parse import urlencode

import requests
from sqlalchemy import select

from fieldtickets.store.models import Message
from tests.builders import a_ticket
from tests.waiting import until
from tests.web.links.server import field, request_of, status_of

WRITERS, ENOUGH = 4, 12
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def bodies(database, organisation_id):
    with database.read(organisation_id) as session:
        return Counter(session.scalars(select(Message.body)))


def refused(server) -> bool:
    """Whether nobody is let in any more, and is told so at once."""
    try:
        server.line().close()
    except ConnectionRefusedError:
        return True
    return False


def test_who_is_inside_at_a_stop_is_answered_and_who_comes_then_is_refused_at_once(
    server, parts, cast, database
):
    """D04"""
    ticket = a_ticket(parts, cast, cast.karim)
    page = f"{ticket.path(cast.karim)}/message.write"
    secret = field(parts, ticket, cast.karim, "message.write")
    body = urlencode({"submission": secret, "body": "Je suis devant la porte"}).encode()
    with server.line() as slow:
        slow.sendall(request_of(page, b"", f"Content-Length: {len(body)}", "Expect: 100-continue"))
        assert slow.recv(len(CONTINUE), socket.MSG_WAITALL) == CONTINUE

        server.stop()
        until(lambda: refused(server))
        slow.sendall(body)

        assert status_of(slow) == 303
    assert bodies(database, cast.organisation) == {"Je suis devant la porte": 1}
    until(lambda: server.process.poll() == 0)
    assert server.left_behind() == []
    assert "Traceback" not in server.log.read_text()


def test_a_stop_among_many_answers_keeps_what_was_acknowledged_and_nothing_else(
    server, parts, cast, database
):
    """D04"""
    ticket = a_ticket(parts, cast, cast.karim)
    page, numbers, acknowledged = f"{ticket.path(cast.karim)}/message.write", count(), []
    enough = threading.Event()

    def write_until_nobody_answers():
        while True:
            body = f"message {next(numbers)}"
            answer = {"submission": field(parts, ticket, cast.karim, "message.write"), "body": body}
            try:
                assert server.post(page, answer).status_code == 303
            except requests.ConnectionError:
                return
            acknowledged.append(body)
            if len(acknowledged) == ENOUGH:
                enough.set()

    with ThreadPoolExecutor(WRITERS) as phones:
        writers = [phones.submit(write_until_nobody_answers) for _phone in range(WRITERS)]
        assert enough.wait(60)
        server.stop()
    assert [writer.exception() for writer in writers] == [None] * WRITERS

    assert bodies(database, cast.organisation) == Counter(acknowledged)
    until(lambda: server.process.poll() == 0)
