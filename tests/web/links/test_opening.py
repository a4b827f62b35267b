"""Opening a link: what it shows, what forged and dead ones get, and how a dead one becomes a new one."""

import re
from collections import Counter
from dataclasses import replace
from string import ascii_letters, digits

import pytest
from sqlalchemy import event, select, update

from fieldtickets import create_app
from fieldtickets.domain.parties import Party
from fieldtickets.links import Links
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Event, Link, LinkDevice, Message
from fieldtickets.web.assets import PUBLIC_POLICY
from tests.builders import KEY, MONDAY_NOON, TUESDAY_AT_TWO, TYPED_TUESDAY, a_ticket, acts_done, do
from tests.conftest import sqlite_copy
from tests.web.links.forms import fill, forms_on, send
from tests.web.signing_in import sign_in

NEW_KEY = "another-key-of-the-tests-0123456789abcdefg"


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def job(parts, cast):
    """Nadia asks Karim."""
    return a_ticket(parts, cast, cast.karim)


@pytest.fixture
def path(job, cast):
    return job.path(cast.karim)


@pytest.fixture
def statements(database):
    """Every statement that reaches the database, by either engine."""
    heard = []
    for engine in (database.engine, database._looking):
        event.listen(engine, "before_cursor_execute", lambda *what: heard.append(what[2]))
    return heard


def test_a_live_link_opens_with_exactly_these_headers(phone, path):
    """L01 N06 Y07"""
    page = phone.get(path)

    headers = dict(page.headers)
    assert headers.pop("Content-Length") == str(len(page.data))
    assert headers == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": PUBLIC_POLICY,
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
        "Vary": "Accept-Encoding",
    }
    loaded = re.findall(r"(?:src|action|poster)=\"([^\"]+)\"|<link[^>]+href=\"([^\"]+)\"", page.text)
    assert all(one.startswith(("/", "data:", "#")) for pair in loaded for one in pair if one)


def alterations(token):
    """A token copied badly, in every way that people and programs do, or somebody tries."""
    swapped = [token[:i] + ("a" if token[i] != "a" else "b") + token[i + 1 :] for i in range(len(token))]
    cut = [token[:i] for i in (1, 9, 10, 22)]
    mangled = [
        token.swapcase(),
        token + "a",
        token + "=",
        token + ".",
        token.replace(token[0], "а"),
        token * 2,
    ]
    blank = ["%20", "null", "%00", token[:-1] + "%00", "[]", "-" * 23, "a" * 10_000, "0" * 23, "é" * 23]
    return [*swapped, *cut, *mangled, *blank]


def test_everything_that_is_not_a_link_gets_one_and_the_same_page_without_a_query(app, job, cast, statements):
    """L02 L04"""
    token, answers = job.tokens[cast.karim], Counter()
    for number, wrong in enumerate(alterations(token)):
        stranger = {"REMOTE_ADDR": f"198.51.100.{number}"}
        for method in ("GET", "POST"):
            got = app.test_client().open(
                f"/l/{wrong}" + ("/offer.accept" if method == "POST" else ""),
                method=method,
                environ_overrides=stranger,
            )
            answers[got.status_code, got.data] += 1

    assert {status for status, _body in answers} == {404}
    assert len(answers) == 1
    assert "This link is not valid" in next(iter(answers))[1].decode()
    assert statements == []


def test_only_one_spelling_of_a_token_is_the_token(app, job, cast, parts):
    """L03"""
    token = job.tokens[cast.karim]

    spellings = [token[:-1] + letter for letter in ascii_letters + digits]

    assert [one for one in spellings if parts.links.read(one) is not None] == [token]


def test_what_was_signed_for_something_else_opens_nothing(app, parts, job, cast, statements):
    """L05 L06"""
    token, other = job.tokens[cast.karim], parts.links.mint().token
    elsewhere = Links(["of-another-installation-0123456789abcdefg"], "http://localhost")
    wrong = [
        token[:9] + other[9:],
        other[:9] + token[9:],
        elsewhere.mint().token,
        parts.links.form_field(f"link:{job.link_ids[cast.karim]}", "offer.accept", 1),
        parts.links.password_url("nadia").rpartition("/")[2],
        parts.links.receipts_url().rpartition("/")[2],
        str(job.link_ids[cast.karim]),
    ]

    for one in wrong:
        assert app.test_client().get(f"/l/{one}").status_code == 404
    assert statements == []
    assert app.test_client().get(f"/l/{other}").status_code == 404  # ours, but of no row


def test_an_expired_link_says_when_it_ended_and_keeps_what_was_typed(phone, path, database, cast):
    """L07"""
    field = forms_on(phone.get(path).text)["message.write"]
    with database.begin(EVERYONE) as session:
        session.execute(update(Link).values(expires_at=MONDAY_NOON))

    page = phone.get(path)
    late = send(phone, path, "message.write", field, body="Je passe demain")

    assert (page.status_code, late.status_code) == (410, 410)
    assert "ended on" in page.text
    assert "link.renew" in forms_on(page.text)
    assert "Je passe demain" in late.text
    assert "message.write" not in acts_done(database, cast.organisation)


def test_a_link_that_the_manager_cut_is_dead_at_once_also_for_open_forms(
    phone, path, parts, job, cast, database
):
    """L09 L08"""
    field = forms_on(phone.get(path).text)["offer.accept"]
    do(parts, cast, job, "link.revoke", cast.karim, party=Party.MANAGER)

    page = phone.get(path)
    post = send(phone, path, "offer.accept", field, comment="J'arrive", **TYPED_TUESDAY)

    assert (page.status_code, post.status_code) == (410, 410)
    assert "withdrawn by Gestion Lavigne" in page.text
    assert "J&#39;arrive" in post.text
    assert forms_on(page.text) == {}
    renewal = parts.links.form_field(f"link:{job.link_ids[cast.karim]}", "link.renew", 1)
    assert send(phone, path, "link.renew", renewal).status_code == 202
    assert acts_done(database, cast.organisation)[-1] == "link.revoke"


def rotated(settings, clock, *keys):
    return create_app(replace(settings, secret_keys=keys), clock=clock)


def test_after_a_rotation_old_links_and_open_forms_still_work(phone, path, settings, clock, cast):
    """L11"""
    field = forms_on(phone.get(path).text)["offer.accept"]
    app = rotated(settings, clock, NEW_KEY, KEY)

    assert app.test_client().get(path).status_code == 200
    assert send(app.test_client(), path, "offer.accept", field, **TYPED_TUESDAY).status_code == 303
    minted = app.extensions["fieldtickets"].links.mint()
    assert Links([NEW_KEY], "http://localhost").read(minted.token) == minted.id
    app.extensions["fieldtickets"].database.close()


def test_without_the_old_key_its_links_are_no_links_any_more(path, settings, clock):
    """L12"""
    app = rotated(settings, clock, NEW_KEY)

    assert app.test_client().get(path).status_code == 404
    app.extensions["fieldtickets"].database.close()


def test_a_forwarded_link_says_for_whom_it_is_and_each_further_device_is_told_to_the_manager(
    app, path, parts, database, cast, job
):
    """L14 L16 L17"""
    for agent in (
        "Firefox/140.0 (iPhone)",
        "Firefox/141.0.2 (iPhone)",
        "Chrome/9 (Pixel)",
        "Chrome/9 (Pixel)",
    ):
        browser = app.test_client(use_cookies=False)
        browser.environ_base["HTTP_USER_AGENT"] = agent
        assert "This page is for Karim Plomberie." in browser.get(path).text
        assert fill(browser, path, "message.write", body=f"Avec {agent}").status_code == 303

    assert acts_done(database, cast.organisation).count("link.new_device") == 1
    assert "new device" not in app.test_client().get(path).text
    nadia = app.test_client()
    sign_in(nadia, parts, cast.nadia)
    assert "Link of Karim Plomberie opened on a new device." in nadia.get(f"/tickets/{job.ref}").text
    with database.read(EVERYONE) as session:
        assert len(session.scalars(select(LinkDevice.device)).all()) == 2
        event = session.scalars(select(Event).where(Event.act == "link.new_device")).one()
        assert event.dispatch_id == job.dispatches[cast.karim]


def test_an_answer_that_was_refused_or_came_before_makes_no_device_known(app, path, database, cast):
    """L14 R02"""
    field = forms_on(app.test_client().get(path).text)["message.write"]
    for agent in ("iPhone", "Pixel"):
        browser = app.test_client(use_cookies=False)
        browser.environ_base["HTTP_USER_AGENT"] = agent
        fill(browser, path, "offer.accept", date="2030-01-01", time="10:00")
        assert send(browser, path, "message.write", field, body="Bonjour").status_code == 303

    with database.read(EVERYONE) as session:
        assert len(session.scalars(select(LinkDevice.device)).all()) == 1
    assert "link.new_device" not in acts_done(database, cast.organisation)


def test_a_link_needs_no_cookie_and_leaves_none(app, path, database, cast):
    """L15 L16 L17 S018"""
    browser = app.test_client(use_cookies=False)

    answers = [browser.get(path), fill(browser, path, "offer.accept", **TYPED_TUESDAY), browser.get(path)]

    assert [answer.status_code for answer in answers] == [200, 303, 200]
    assert not any("Set-Cookie" in answer.headers for answer in answers)


def test_what_is_not_this_partys_to_do_is_not_there(phone, path):
    """L14 R09"""
    assert phone.get(f"{path}/ticket.cancel").status_code == 404
    assert phone.post(f"{path}/ticket.cancel", data={"source": "manager", "reason": "x"}).status_code == 404
    assert phone.post(f"{path}/offer.come_late").status_code == 404


def test_who_guesses_is_slowed_while_good_links_from_the_same_address_open(phone, path):
    """L18"""
    answers = [phone.get(f"/l/{'0' * 20}{number:03d}") for number in range(25)]

    assert Counter(answer.status_code for answer in answers) == {404: 20, 429: 5}
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert phone.get(path).status_code == 200
    assert fill(phone, path, "offer.accept", **TYPED_TUESDAY).status_code == 303


@pytest.mark.parametrize(
    ("act", "answer", "words"),
    [
        ("ticket.close", {}, "This job is closed."),
        ("ticket.cancel", {"source": "customer", "reason": "Réparé"}, "This job is cancelled."),
    ],
)
def test_when_a_ticket_is_over_its_page_says_why_and_takes_no_more_answers(
    phone, parts, job, cast, path, act, answer, words
):
    """L19"""
    field = forms_on(phone.get(path).text)["offer.accept"]
    do(parts, cast, job, act, answer=answer, party=Party.MANAGER)

    page, late = phone.get(path), send(phone, path, "offer.accept", field, **TYPED_TUESDAY)

    assert page.status_code == 200
    assert words in page.text
    assert set(forms_on(page.text)) == {"message.write"}
    assert late.status_code == 409
    assert words in late.text
    assert acts_done(parts.database, cast.organisation)[-1] == act


def test_when_another_has_the_job_the_page_says_since_when(phone, parts, cast):
    """L19 S006 O08"""
    job = a_ticket(parts, cast, cast.karim, cast.lucie)
    path = job.path(cast.lucie)
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)

    page, form = phone.get(path), phone.get(f"{path}/offer.accept")

    assert (page.status_code, form.status_code) == (200, 200)
    assert re.search(r"Another company has the job since 12\s?h", page.text)
    assert set(forms_on(page.text)) == {"offer.stand_by", "message.write"}
    assert "Karim" not in page.text + form.text


@pytest.mark.parametrize("place", ["/sign-in?token={}", "/robots.txt?l={}", "/nowhere?next=/l/{}"])
def test_a_token_counts_in_the_path_of_its_page_only(phone, path, job, cast, place):
    """L20"""
    answer = phone.get(place.format(job.tokens[cast.karim]))

    assert "Fuite" not in answer.text
    assert phone.post("/l/" + "0" * 23 + "/message.write", data={"token": path}).status_code == 404


def test_the_body_of_a_post_opens_no_other_link(phone, parts, cast, path, database):
    """L20 G06"""
    other = a_ticket(parts, cast, cast.lucie)
    field = forms_on(phone.get(path).text)["message.write"]

    send(phone, path, "message.write", field, body="Bonjour", token=other.tokens[cast.lucie], dispatch_id="1")

    with database.read(EVERYONE) as session:
        assert session.scalars(select(Message.ticket_id)).all() != [other.id]
