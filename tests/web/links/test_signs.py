"""The sign on the boiler-room door: scanned with the job's link open on the same phone, it proves a visit."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Event, EventPayload, Link, Site, SiteCode, Ticket
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, acts_done, do
from tests.web.links.forms import forms_on, send

CODE, SHOWN = "K7M2QX9TWB4H", "K7M2 QX9T WB4H"
SIGN = f"/s/{CODE}"
START = MONDAY_NOON + timedelta(hours=26)  # Tuesday at two
FOR_ANYBODY = "Open the link in the message that you received."


def hang_up(parts, ticket, code: str = CODE, **details: object) -> None:
    """A sign at the place of this ticket."""
    with parts.database.begin(EVERYONE) as session:
        at = session.get_one(Ticket, ticket.id)
        session.add(
            SiteCode(
                code=code,
                site_id=at.site_id,
                organisation_id=at.organisation_id,
                created_at=MONDAY_NOON,
                **details,
            )
        )


def accepted(parts, cast, **details: object):
    """A job that Karim has, for Tuesday at two."""
    ticket = a_ticket(parts, cast, cast.karim, **details)
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO, submission=f"accept-{ticket.id}")
    return ticket


@pytest.fixture
def job(parts, cast, clock):
    """It is five to two on Tuesday, and a sign hangs where Karim is expected."""
    ticket = accepted(parts, cast)
    hang_up(parts, ticket)
    clock.instant = START - timedelta(minutes=5)
    return ticket


def answer_kept(parts, act: str):
    """What the journal says with the last act of this name."""
    with parts.database.read(EVERYONE) as session:
        words = select(EventPayload.content).join(Event).where(Event.act == act).order_by(Event.id.desc())
        return session.scalars(words).first()["answer"]


def test_who_scans_the_sign_with_the_link_open_says_with_one_tap_to_be_there(phone, parts, cast, job):
    """S076 S077"""
    phone.get(job.path(cast.karim))

    page = phone.get(SIGN)
    assert page.status_code == 200
    assert "18 rue Jeanne-d" in page.text
    field = forms_on(page.text)["visit.arrive"]
    assert send(phone, job.path(cast.karim), "visit.arrive", field, site_code=SHOWN).status_code == 303

    assert answer_kept(parts, "visit.arrive") == {"proof": "code"}
    again = forms_on(phone.get(SIGN).text)
    assert list(again) == ["visit.start"]
    started = send(phone, job.path(cast.karim), "visit.start", again["visit.start"], site_code=SHOWN)
    assert started.status_code == 303
    assert forms_on(phone.get(SIGN).text) == {}
    assert f'href="{job.path(cast.karim)}"' in phone.get(SIGN).text


def test_opening_a_sign_changes_nothing(phone, parts, cast, job):
    """G01"""
    before = acts_done(parts.database, cast.organisation)
    phone.get(job.path(cast.karim))
    for _time in range(2):
        phone.get(SIGN)
        phone.head(SIGN)
    assert acts_done(parts.database, cast.organisation) == before


def test_a_stranger_reads_what_the_sign_is_for_and_nothing_of_anybody(app, parts, cast, job):
    """O08 S077"""
    page = app.test_client().get(SIGN)

    assert page.status_code == 200
    assert FOR_ANYBODY in page.text
    assert SHOWN in page.text
    assert "/l/" not in page.text
    for private in (job.ref, "Fuite", "Jeanne", "Karim", "Rossi"):
        assert private not in page.text
    assert "Set-Cookie" not in page.headers


def test_the_code_is_asked_where_a_sign_hangs_and_refused_where_it_is_not_its_own(phone, parts, cast, job):
    """S077"""
    assert 'name="site_code"' in phone.get(f"{job.path(cast.karim)}/visit.arrive").text

    site = Site(address="4 place Bellecour", postcode="69002", city="Lyon")
    bare = accepted(parts, cast, site=site).path(cast.karim)
    page = phone.get(f"{bare}/visit.arrive").text
    assert 'name="site_code"' not in page
    refused = send(phone, bare, "visit.arrive", forms_on(page)["visit.arrive"], site_code=CODE)
    assert refused.status_code == 422
    assert "This is not the code of this site." in refused.text


def test_a_job_at_another_place_is_not_offered(phone, parts, cast, job):
    """S077"""
    site = Site(address="4 place Bellecour", postcode="69003", city="Lyon")
    elsewhere = accepted(parts, cast, site=site)
    phone.get(elsewhere.path(cast.karim))

    assert FOR_ANYBODY in phone.get(SIGN).text


def test_two_jobs_at_one_place_share_its_sign_however_the_address_was_typed(phone, parts, cast, job):
    """S077"""
    site = Site(address="18, Rue Jeanne d’Arc", postcode="69003", city="LYON")
    second = accepted(parts, cast, site=site, title="Chauffe-eau")
    for ticket in (job, second):
        phone.get(ticket.path(cast.karim))

    page = phone.get(SIGN).text
    assert page.count('data-act="visit.arrive"') == 2
    field = forms_on(page[page.index("Chauffe-eau") :])["visit.arrive"]
    assert send(phone, second.path(cast.karim), "visit.arrive", field, site_code=CODE).status_code == 303
    assert answer_kept(parts, "visit.arrive") == {"proof": "code"}


@pytest.mark.parametrize("postcode", ["L-1009", "L 1009", "l–1009"])
def test_the_code_is_taken_however_the_postcode_was_typed(phone, parts, cast, clock, postcode):
    """S077"""
    gate = {"address": "5 rue de la Gare", "city": "Luxembourg"}
    hang_up(parts, accepted(parts, cast, site=Site(postcode="L-1009", **gate)))
    second = accepted(parts, cast, site=Site(postcode=postcode, **gate))
    clock.instant = START - timedelta(minutes=5)

    page = phone.get(f"{second.path(cast.karim)}/visit.arrive").text
    assert 'name="site_code"' in page
    field = forms_on(page)["visit.arrive"]
    assert send(phone, second.path(cast.karim), "visit.arrive", field, site_code=CODE).status_code == 303
    assert answer_kept(parts, "visit.arrive") == {"proof": "code"}


def test_the_mark_and_a_code_that_hangs_are_as_good_as_the_link(app, phone, parts, cast, job, clock):
    """L16"""
    name, _equals, rest = phone.get(job.path(cast.karim)).headers["Set-Cookie"].partition("=")
    thief = app.test_client()
    thief.set_cookie(name, rest.partition(";")[0], path="/s/")

    assert job.tokens[cast.karim] in thief.get(SIGN).text
    clock.instant += timedelta(hours=12)
    assert job.tokens[cast.karim] not in thief.get(SIGN).text


def test_the_code_of_the_sign_is_marked_as_what_no_draft_may_change(phone, cast, job):
    """S077"""
    phone.get(job.path(cast.karim))
    (field,) = re.findall(r'<input[^>]*name="site_code"[^>]*>', phone.get(SIGN).text)

    assert 'type="hidden"' in field
    assert "data-fixed" in field
    assert "readonly" not in field


def test_the_same_address_in_another_organisation_is_another_place(phone, parts, cast, job):
    """O01"""
    with parts.database.begin(cast.other_organisation) as session:
        site = Site(address="18 rue Jeanne-d'Arc", postcode="69003", city="Lyon")
        session.add(site)
        session.flush()
        session.add(SiteCode(code="AAAABBBBCCCC", site_id=site.id, created_at=MONDAY_NOON))
    phone.get(job.path(cast.karim))

    page = phone.get("/s/AAAABBBBCCCC").text
    assert FOR_ANYBODY in page
    assert "Igor Immobilier" in page


@pytest.mark.parametrize("code", ["AAAABBBBCCCC", "x", "K7M2QX9TWB4", f"{CODE}H", "%C3%A9", "a" * 300])
def test_a_code_that_hangs_nowhere_is_not_there(phone, cast, code):
    """L02"""
    page = phone.get(f"/s/{code}")
    assert page.status_code == 404
    assert "There is nothing here" in page.text


def test_a_code_that_was_taken_down_proves_nothing_any_more(phone, parts, cast, job):
    """S077"""
    hang_up(parts, job, "AAAABBBBCCCC", revoked_at=MONDAY_NOON)
    phone.get(job.path(cast.karim))

    assert phone.get("/s/AAAABBBBCCCC").status_code == 404
    field = forms_on(phone.get(SIGN).text)["visit.arrive"]
    refused = send(phone, job.path(cast.karim), "visit.arrive", field, site_code="AAAABBBBCCCC")
    assert refused.status_code == 422
    assert "This is not the code of this site." in refused.text


def test_who_tries_many_codes_is_slowed_down_while_signs_still_open(phone, cast, job):
    """L18"""
    answers = [phone.get(f"/s/AAAABBBB{number:04d}") for number in range(22)]

    assert [one.status_code for one in answers[-3:]] == [404, 429, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert phone.get(SIGN).status_code == 200


def test_a_link_marks_its_browser_only_on_the_day_of_the_visit_and_only_for_signs(phone, cast, job, clock):
    """L15 L16"""
    clock.instant = MONDAY_NOON
    assert "Set-Cookie" not in phone.get(job.path(cast.karim)).headers

    clock.instant = START
    cookie = phone.get(job.path(cast.karim)).headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/s/", "SameSite=Lax", "Max-Age=43200"} <= set(cookie.split("; "))
    assert job.tokens[cast.karim] not in cookie


def test_a_mark_is_over_after_half_a_day_and_with_its_link(phone, parts, cast, job, clock):
    """L07 L16"""
    phone.get(job.path(cast.karim))
    clock.instant += timedelta(hours=12)
    assert FOR_ANYBODY in phone.get(SIGN).text

    phone.get(job.path(cast.karim))
    assert "visit.arrive" in forms_on(phone.get(SIGN).text)
    with parts.database.begin(EVERYONE) as session:
        session.get_one(Link, job.link_ids[cast.karim]).revoked_at = clock.now()
    assert FOR_ANYBODY in phone.get(SIGN).text


@pytest.mark.parametrize("made", ["x", "WzEsMl0.abc", ""])
def test_a_made_up_mark_opens_nothing(phone, job, made):
    """L16"""
    phone.set_cookie("opened-1a2b3c4d", made, path="/s/")
    assert FOR_ANYBODY in phone.get(SIGN).text


def test_the_customers_link_marks_nothing(phone, parts, cast, job):
    """O14"""
    with parts.database.read(EVERYONE) as session:
        link = session.scalars(select(Link).where(Link.party == Party.CUSTOMER)).one()
    token = parts.links.token(link.id, link.key_fingerprint)

    assert "Set-Cookie" not in phone.get(f"/l/{token}").headers


def test_no_token_and_no_code_goes_into_the_log(phone, cast, job, capsys):
    """N07 Y05"""
    phone.get(job.path(cast.karim))
    phone.get(SIGN)

    written = capsys.readouterr().out
    assert '"path": "/s/#"' in written
    assert CODE not in written
    assert job.tokens[cast.karim] not in written
