"""Mail filters, previews and crawlers open every link by themselves: they learn little and change nothing."""

import re
from html import unescape
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import text

from fieldtickets.domain.parties import Party
from fieldtickets.exchanges import ACTS
from fieldtickets.store.models import Base
from tests.builders import TUESDAY_AT_TWO, TYPED_TUESDAY, a_ticket, acts_done, do
from tests.conftest import sqlite_copy
from tests.web.links.forms import forms_on, send

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"
AGENTS = [
    CHROME,
    f"{CHROME} SafeLinks",
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0) ; Microsoft Office SafeLinks",
    "Mozilla/5.0 (Windows NT 10.0) Defender for Office 365",
    "Microsoft Office/16.0 (Microsoft Outlook 16.0)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (compatible; Proofpoint URL Defense)",
    "Mimecast URL Protect",
    "Barracuda Sentinel (EE)",
    "Cisco Secure Email Gateway",
    "Symantec Click-time Protection",
    "TrendMicro Email Security",
    "FortiMail URL Click Protect",
    "Zscaler Sandbox",
    "WhatsApp/2.23.20.0 A",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "Discordbot/2.0",
    "LinkedInBot/1.0",
    "SkypeUriPreview Preview/0.5",
    "Signal/6.0 (link preview)",
    "Viber/20.0 link preview",
    "Iframely/1.3.1",
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
    "AdsBot-Google (+http://www.google.com/adsbot.html)",
    "bingbot/2.0",
    "DuckDuckBot/1.1",
    "YandexBot/3.0",
    "Applebot/0.1",
    "GPTBot/1.0",
    "ClaudeBot/1.0",
    "CCBot/2.0",
    "AhrefsBot/7.0",
    "curl/8.4.0",
    "Wget/1.21",
    "python-requests/2.31.0",
    "Go-http-client/1.1",
    "",
]
VOLATILE = r'name="submission" value="[^"]+"'


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def job(parts, cast):
    return a_ticket(parts, cast, cast.karim)


@pytest.fixture
def path(job, cast):
    return job.path(cast.karim)


def everything(database, folder: Path):
    """All rows of all tables, and all files."""
    with database.engine.connect() as connection:
        rows = {
            table.name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')))
            for table in Base.metadata.sorted_tables
        }
        connection.execute(text("ROLLBACK"))
    return rows, sorted((one, one.read_bytes()) for one in folder.rglob("files/**/*") if one.is_file())


def addresses(app, path):
    """Every address below a link that answers GET."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("links.") and "GET" in rule.methods:
            tail = rule.rule.removeprefix("/l/<token>")
            names = ACTS if "<act_name>" in tail else [""]
            found += [path + re.sub(r"<int[^>]*>", "1", tail.replace("<act_name>", name)) for name in names]
    return [one.replace("<name>", "a.jpg") for one in found]


def test_no_robot_changes_anything_by_looking(app, path, database, tmp_path):
    """G01"""
    pages = addresses(app, path)
    assert len(pages) > 20
    browser = app.test_client()
    for page in pages:  # what a first look may cost, such as an order being printed, once
        browser.get(page)
    quick = [page for page in pages if not page.endswith("order.pdf")]
    before = everything(database, tmp_path)

    statuses = {
        browser.open(page, method=method, headers={"User-Agent": agent}).status_code
        for number, agent in enumerate(AGENTS)
        for page, method in zip([path, *quick[number % 8 :: 8]], cycle(("GET", "HEAD")), strict=False)
    }

    assert statuses <= {200, 404}
    assert everything(database, tmp_path) == before


def test_a_head_request_is_answered_like_its_page(phone, path):
    """G01"""
    page, head = phone.get(path), phone.head(path)

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]


def test_a_preview_card_tells_nothing_about_anybody(phone, parts, cast, job, path):
    """G03"""
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)

    page = phone.get(path).text

    cards = re.findall(r"<title>[^<]*</title>|<meta[^>]*>", page)
    assert "<title>Job request – Gestion Lavigne</title>" in cards
    assert any('property="og:title" content="Job request"' in card for card in cards)
    private = ("Rossi", "33639", "Jeanne", "Fuite", "4B21", "Karim", "image")
    assert not [card for card in cards if any(word in card for word in private)]


def test_a_crawler_that_follows_every_link_changes_nothing(phone, path, database, tmp_path, parts, cast, job):
    """G04"""
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    before = everything(database, tmp_path)
    seen, ahead = set(), [path]

    while ahead:
        page = ahead.pop()
        seen.add(page)
        got = phone.get(page)
        assert got.status_code == 200, page
        if got.mimetype == "text/html":
            links = map(unescape, re.findall(r'<a[^>]+href="([^"]+)"', got.text))
            below = [
                link if link[0] == "/" else page.partition("?")[0] + link for link in links if link[0] in "/?"
            ]
            ahead += {one for one in below if "lang=" not in one} - seen - set(ahead)

    assert len(seen) > 5
    assert everything(database, tmp_path) == before


def test_every_button_that_does_something_is_a_post(phone, path, parts, cast, job):
    """G02 G04 G05"""
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    page = phone.get(path).text

    assert set(re.findall(r'<form[^>]*method="(\w+)"', page)) == {"post"}
    assert page.count("<form") == len(re.findall(r'<form[^>]*method="post"', page))
    assert not re.search(r"<[^>]+\son\w+=|http-equiv|autofocus", page)


def wrong_fields(phone, parts, cast, path):
    """Signed fields that are wrong for a message of Karim's, by how they are wrong."""
    other = a_ticket(parts, cast, cast.lucie)
    mine = forms_on(phone.get(path).text)
    good = mine["message.write"]
    return {
        "empty": "",
        "of another act": mine["offer.refuse"],
        "of another link": forms_on(phone.get(other.path(cast.lucie)).text)["message.write"],
        "changed": good[:-2] + ("aa" if good[-2:] != "aa" else "bb"),
        "of a user": parts.links.form_field(f"user:{cast.nadia}", "message.write", 1),
        "not ours": "eyJhIjoxfQ.signature",
        "NUL": "\x00",
        "long": "x" * 20_000,
    }


def test_without_the_field_that_we_signed_for_it_nothing_is_done_and_the_text_is_kept(
    phone, parts, path, database, cast
):
    """G05 G06 S03"""
    for how, wrong in wrong_fields(phone, parts, cast, path).items():
        refused = send(phone, path, "message.write", wrong, body="Je viens demain")

        assert refused.status_code == 400, how
        assert "Je viens demain" in refused.text
    refused = phone.post(f"{path}/message.write", data={"body": "Je viens demain"})
    assert refused.status_code == 400
    assert "message.write" not in acts_done(database, cast.organisation)

    fresh = forms_on(refused.text)["message.write"]
    assert send(phone, path, "message.write", fresh, body="Je viens demain").status_code == 303


def test_a_field_is_good_for_its_own_act_only(phone, path, database, cast):
    """G06"""
    field = forms_on(phone.get(path).text)["message.write"]

    refused = send(phone, path, "offer.accept", field, **TYPED_TUESDAY)

    assert refused.status_code == 400
    assert 'value="2031-05-06"' in refused.text
    assert "offer.accept" not in acts_done(database, cast.organisation)


def test_other_methods_do_nothing_on_a_link(phone, path, database, tmp_path):
    """G07"""
    before = everything(database, tmp_path)

    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "OPTIONS"):
        for page in (path, f"{path}/offer.accept"):
            answer = phone.open(page, method=method, headers={"X-HTTP-Method-Override": "POST"})
            assert answer.status_code == (200 if method == "OPTIONS" else 405)
            assert "GET" in answer.headers["Allow"]
    overridden = phone.get(f"{path}/offer.accept?_method=POST", headers={"X-HTTP-Method": "POST"})
    assert overridden.status_code == 200
    assert everything(database, tmp_path) == before


def test_a_post_to_the_page_itself_is_not_an_answer(phone, path, parts, cast, job):
    """G07"""
    do(parts, cast, job, "ticket.close", party=Party.MANAGER)

    assert phone.post(path, data=TYPED_TUESDAY).status_code == 405
