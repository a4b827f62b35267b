"""What every request and every response goes through, whichever room answers."""

import json
from dataclasses import replace

import pytest
from flask import request
from sqlalchemy.exc import OperationalError

from fieldtickets import create_app
from fieldtickets.store.db import Busy
from fieldtickets.store.files import StorageFull
from fieldtickets.web import accounts
from tests.conftest import sqlite_copy

HTTPS = "https://tickets.lavigne.example"


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def app(app):
    """With pages that fail in every way there is."""
    faults = {
        "busy": Busy,
        "full": StorageFull,
        "gone": lambda: OperationalError("SELECT 'a canary'", {"body": "a canary"}, Exception("server gone")),
        "broken": lambda: ValueError("a canary"),
    }

    def fail(kind):
        raise faults[kind]()

    accounts.csrf.exempt("tests.web.test_edge.fail")
    fail.__module__ = "tests.web.test_edge"
    app.add_url_rule("/fails/<kind>", "fails", fail, methods=["GET", "POST"])
    return app


@pytest.fixture
def public(settings, clock):
    """The service as it stands in production, behind one proxy."""

    def build(**changes):
        public = replace(
            settings, **{"env": "production", "base_url": HTTPS, "trusted_proxies": 1, **changes}
        )
        built.append(create_app(public, clock=clock))
        return built[-1].test_client()

    built = []
    yield build
    for app in built:
        app.extensions["fieldtickets"].database.close()


def log_lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("path", ["/robots.txt", "/nowhere", "/sign-in", "/fails/broken"])
def test_every_answer_is_guarded_by_its_headers(phone, path):
    """S07 N06"""
    headers = phone.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "a b", "x@localhost", "1:2:3"]
)
def test_another_host_is_turned_away(phone, host):
    """N01"""
    answer = phone.get("/sign-in", headers={"Host": host})

    assert answer.status_code == 400
    assert host not in answer.text or not host


@pytest.mark.parametrize("host", ["localhost", "localhost:8123", "127.0.0.1:9"])
def test_on_ones_own_machine_any_port_will_do(phone, host):
    """N01"""
    assert phone.get("/robots.txt", headers={"Host": host}).status_code == 200


def test_in_production_only_the_configured_name_will_do(public):
    """N01"""
    browser = public(trusted_proxies=0)

    assert browser.get("/robots.txt", headers={"Host": "tickets.lavigne.example"}).status_code == 200
    assert browser.get("/robots.txt", headers={"Host": "localhost"}).status_code == 400


def test_a_forwarded_host_counts_only_from_a_trusted_proxy(phone, public):
    """N01 N02"""
    forged = {"X-Forwarded-Host": "evil.example"}

    assert phone.get("/robots.txt", headers=forged).status_code == 200
    assert "evil" not in phone.get("/nowhere", headers=forged).text
    assert public().get("/robots.txt", base_url=HTTPS, headers=forged).status_code == 400


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(phone, public):
    """N02"""
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}

    with phone:
        phone.get("/robots.txt", headers=forged)
        assert request.remote_addr == "127.0.0.1"
    with public() as browser:
        browser.get("/robots.txt", base_url=HTTPS, headers=forged)
        assert request.remote_addr == "203.0.113.7"


def test_plain_http_is_sent_to_https_with_its_path(public):
    """S08"""
    answer = public().get(
        "/sign-in?lang=de",
        headers={"Host": "tickets.lavigne.example", "X-Forwarded-Proto": "http"},
    )

    assert (answer.status_code, answer.headers["Location"]) == (308, f"{HTTPS}/sign-in?lang=de")


def test_over_https_the_browser_is_told_to_stay(public):
    """S08"""
    answer = public().get(
        "/robots.txt", headers={"Host": "tickets.lavigne.example", "X-Forwarded-Proto": "https"}
    )

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico", "/.well-known/security.txt"])
def test_what_robots_ask_for_leaves_no_cookie(phone, path):
    """G08"""
    answer = phone.get(path)

    assert answer.status_code in (200, 404)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PROPFIND"])
def test_unusual_methods_do_nothing(phone, method):
    """G07"""
    answer = phone.open("/robots.txt", method=method)

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_method_named_in_a_header_is_not_obeyed(phone):
    """G07"""
    assert phone.get("/robots.txt", headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 200


def test_a_fault_is_a_page_with_the_reference_of_the_log(phone, capsys):
    """N04 N07 Y05"""
    answer = phone.get("/test/fault")

    lines = log_lines(capsys)
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    fault = next(line for line in lines if "error" in line)
    assert fault["error"][0]["type"] == "RuntimeError"
    assert fault["reference"] in answer.text
    assert "33612345678" not in json.dumps(lines) + answer.text


def test_the_page_with_a_fault_exists_in_tests_only(public):
    """S09"""
    assert public().get("/test/fault", base_url=HTTPS).status_code == 404


@pytest.mark.parametrize(("kind", "status"), [("busy", 503), ("full", 507), ("gone", 503), ("broken", 500)])
def test_what_was_typed_can_be_sent_again(phone, kind, status):
    """D02 D06 N04"""
    answer = phone.post(
        f"/fails/{kind}?x=1", data={"body": "Une <longue> histoire", "submission": "abc", "password": "hush"}
    )

    assert answer.status_code == status
    assert 'name="body" value="Une &lt;longue&gt; histoire"' in answer.text
    assert 'name="submission" value="abc"' in answer.text
    assert f'action="/fails/{kind}?x=1"' in answer.text
    assert "hush" not in answer.text


def test_a_busy_service_says_when_to_come_back(phone):
    """D02"""
    assert int(phone.get("/fails/busy").headers["Retry-After"]) > 0


def test_neither_the_log_nor_the_page_quotes_what_was_typed(phone, capsys):
    """Y05 N07"""
    pages = [
        phone.post(f"/fails/{kind}", data={"body": "x"}, headers={"User-Agent": "a canary"}).text
        for kind in ("gone", "broken")
    ]

    lines = log_lines(capsys)
    assert "canary" not in json.dumps(lines) + "".join(pages)
    assert "server gone" in json.dumps(lines)


def test_a_line_of_the_log_cannot_be_forged(phone, capsys):
    """X06"""
    phone.get("/nowhere%0d%0a%7b%22event%22%3a%22forged%22%7d%1b[31m", headers={"User-Agent": "\x1b[31m"})

    text = capsys.readouterr().out
    assert [json.loads(line)["event"] for line in text.splitlines()] == ["request"]
    assert "\x1b" not in text


def test_a_token_reaches_the_log_as_a_fingerprint_only(phone, parts, capsys):
    """N07"""
    token = parts.links.mint().token
    phone.get(f"/l/{token}/files/1/a.jpg?x={token}", headers={"Referer": f"http://localhost/l/{token}"})

    assert token not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "title"), [("fr", "fr"), ("de-CH,de;q=0.9", "de"), ("ja", "fr"), ("", "fr")]
)
def test_an_error_is_told_in_the_language_of_the_browser(phone, asked, title):
    """N04"""
    assert f'<html lang="{title}">' in phone.get("/nowhere", headers={"Accept-Language": asked}).text


def test_a_program_gets_a_problem_instead_of_a_page(phone):
    """N04"""
    answer = phone.get("/api/v1/nowhere")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
