"""Requests that no browser makes, against the service as it runs: whatever they say, it stays itself."""

import re
from pathlib import Path

import pytest
import requests

from tests.builders import KEY, a_ticket
from tests.conftest import sqlite_copy
from tests.web.links.server import running

GET = b"GET /robots.txt HTTP/1.1\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
OTHER_HOSTS = [
    GET + b"Host: evil.example\r\n\r\n",
    GET + b"Host: localhost\r\nHost: evil.example\r\n\r\n",
    GET + b"Host: evil.example\r\nHost: localhost\r\n\r\n",
    GET + b"Host: localhost@evil.example\r\n\r\n",
    GET + b"Host: localhost.evil.example\r\n\r\n",
    GET + b"Host: localhost evil.example\r\n\r\n",
]
MALFORMED = [
    b"POST /robots.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    b"POST /robots.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    b"POST /robots.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"POST /robots.txt HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, cow\r\n\r\n0\r\n\r\n",
    b"GET /robots.txt HTTP/1.1\r\nHost : localhost\r\n\r\n",
    b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    b"GET /robots.txt HTTP/9.9\r\nHost: localhost\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
]


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


def said_to(server, request: bytes) -> bytes:
    """All that comes back until the service ends the connection."""
    received = b""
    with server.line() as line:
        line.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        while more := line.recv(65_536):
            received += more
    return received


def test_whatever_comes_in_the_service_keeps_its_name_its_secrets_and_its_temper(
    settings, cast, parts, tmp_path
):
    """N01 N02 N03 N04 N07"""
    ticket = a_ticket(parts, cast, cast.karim)
    page, token = ticket.path(cast.karim), ticket.tokens[cast.karim]
    with running(settings, tmp_path) as server:
        for request in OTHER_HOSTS:
            assert said_to(server, request).startswith(b"HTTP/1.1 400 "), request
        for request in MALFORMED:
            for asked in (request, request.replace(b"/robots.txt", page.encode())):
                assert re.match(rb"HTTP/1\.1 (400|414|431|501|505) ", said_to(server, asked)), asked[:80]

        absolute = f"GET http://evil.example{page} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        forwarded = (
            f"GET {page} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\n\r\n".encode()
        )
        for request in (absolute, forwarded):
            assert b"evil.example" not in said_to(server, request)

        broken = requests.get(f"{server.url}/test/fault", headers={"Referer": server.url + page}, timeout=60)
        reference = re.search(r"\b[0-9a-f]{8}\b", broken.text)
        assert (broken.status_code, "Traceback" in broken.text) == (500, False)
        assert server.answers()
        started_with = Path(f"/proc/{server.process.pid}/cmdline").read_text()

    log = server.log.read_text()
    assert reference
    assert reference[0] in log
    for secret in (token, KEY, "33612345678", "a fault on purpose, and something +33612345678"):
        assert secret not in log + started_with
