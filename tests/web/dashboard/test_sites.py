"""Nadia's signs: made for a place, printed, replaced when they were photographed, taken down."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from fieldtickets.domain.parties import Role
from fieldtickets.domain.site_codes import in_groups
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Site, SiteCode, Ticket, User
from tests.builders import MONDAY_NOON, a_ticket
from tests.web.dashboard.test_settings import Desk
from tests.web.signing_in import sign_in


@pytest.fixture
def ticket(parts, cast):
    return a_ticket(parts, cast, cast.karim)


@pytest.fixture
def place(parts, ticket) -> str:
    """The page of the signs where Mrs Rossi lives."""
    with parts.database.read(EVERYONE) as session:
        return f"/sites/{session.get_one(Ticket, ticket.id).site_id}"


@pytest.fixture
def nadia(phone, parts, cast) -> Desk:
    sign_in(phone, parts, cast.nadia)
    return Desk(phone)


def codes(parts, *, hanging: bool = True) -> list[str]:
    with parts.database.read(EVERYONE) as session:
        gone = SiteCode.revoked_at.is_not(None)
        return list(session.scalars(select(SiteCode.code).where(~gone if hanging else gone)))


def test_a_sign_is_made_from_the_tickets_page_and_printed(nadia, parts, ticket, place):
    """S077"""
    assert f'href="{place}"' in nadia.client.get(f"/tickets/{ticket.ref}").text
    assert nadia.client.get(f"{place}/signs.pdf").status_code == 404

    assert nadia.send(f"{place}/codes", place, place="Porte de la chaufferie").status_code == 303

    (code,) = codes(parts)
    page = nadia.client.get(place).text
    assert in_groups(code) in page
    assert "Porte de la chaufferie" in page
    pdf = nadia.client.get(f"{place}/signs.pdf")
    assert (pdf.status_code, pdf.content_type) == (200, "application/pdf")
    (sheet,) = PdfReader(BytesIO(pdf.data)).pages
    text = sheet.extract_text()
    for words in (in_groups(code), "Porte de la chaufferie", "Gestion Lavigne", "18 rue Jeanne-d'Arc"):
        assert words in text
    assert text.count("Gestion Lavigne") == 2  # above, and below for questions


def test_every_sign_that_hangs_is_listed_with_its_place(nadia, app, parts, cast, place):
    """S077 O01"""
    assert "No sign hangs anywhere yet." in nadia.client.get("/sites").text
    nadia.send(f"{place}/codes", place, place="Hall")
    (code,) = codes(parts)

    listed = nadia.client.get("/sites").text
    for words in (f'href="{place}"', in_groups(code), "Hall"):
        assert words in listed
    igor = app.test_client()
    sign_in(igor, parts, cast.igor)
    assert in_groups(code) not in igor.get("/sites").text


@pytest.mark.translated
@pytest.mark.parametrize(
    ("language", "word"), [("en", "Signs"), ("fr", "Affiches"), ("de", "Schilder"), ("it", "Cartelli")]
)
def test_the_menu_leads_who_may_make_signs_to_them(nadia, app, parts, cast, language, word):
    """S077 S114 O02"""
    with parts.database.begin(cast.organisation) as session:
        session.get_one(User, cast.nadia).language = language

    menu = re.findall(r'<a href="(/\S+)"[^>]*>\s*<svg.*?</svg>\s*(\S+)', nadia.client.get("/tickets").text)

    assert ("/sites", word) in menu
    assert 'href="/sites" aria-current="page"' in nadia.client.get("/sites").text
    paul = app.test_client()
    sign_in(paul, parts, cast.paul)
    assert 'href="/sites"' not in paul.get("/tickets").text


def test_the_same_form_sent_twice_makes_one_sign(nadia, parts, place):
    """R02 R04"""
    form = {**nadia.values(place), "place": "Hall"}
    for _time in range(2):
        assert nadia.client.post(f"{place}/codes", data=form).status_code == 303
    assert len(codes(parts)) == 1
    assert nadia.client.post(f"{place}/codes", data={**form, "place": "Cave"}).status_code == 422
    assert len(codes(parts)) == 1


def test_the_place_tells_who_hung_and_who_took_down_a_sign(nadia, app, parts, cast, place):
    """S077 O02"""
    nadia.send(f"{place}/codes", place, place="Hall")
    nadia.send(f"{place}/codes", place, place="Cave")
    hall, cave = codes(parts)
    with parts.database.begin(cast.organisation) as session:
        session.get_one(User, cast.paul).role = Role.ADMIN
    paul = Desk(app.test_client())
    sign_in(paul.client, parts, cast.paul)

    paul.send(f"{place}/codes/revoke", place, code=hall)
    paul.send(f"{place}/codes/replace", place, code=cave)

    hanging, gone = nadia.client.get(place).text.split("Signs that hung here before")
    (new,) = codes(parts)
    main = hanging.partition("<main")[2]
    assert in_groups(new) in main
    assert "Paul Girard" in main
    assert "Nadia Benali" not in main
    rows = re.findall(r"<tr>.*?</tr>", gone, re.DOTALL)[1:]
    assert len(rows) == 2
    for row in rows:
        assert row.index("Nadia Benali") < row.index("Paul Girard")
    assert in_groups(hall) in gone
    assert in_groups(cave) in gone


def test_a_sign_from_before_that_was_kept_is_shown_without_a_name(nadia, parts, cast, place):
    """S077 D15"""
    site_id = int(place.rpartition("/")[2])
    with parts.database.begin(cast.organisation) as session:
        session.add(SiteCode(code="K7M2QX9TWB4H", site_id=site_id, created_at=MONDAY_NOON))
    assert "K7M2 QX9T WB4H" in nadia.client.get(place).text
    nadia.send(f"{place}/codes/revoke", place, code="K7M2QX9TWB4H")
    assert "Signs that hung here before" in nadia.client.get(place).text


def test_a_sign_that_was_photographed_is_replaced_where_it_hangs(nadia, parts, place):
    """S077"""
    nadia.send(f"{place}/codes", place, place="Hall")
    (old,) = codes(parts)

    for _time in range(2):
        assert nadia.send(f"{place}/codes/replace", place, code=old).status_code == 303

    (new,) = codes(parts)
    assert codes(parts, hanging=False) == [old]
    page = nadia.client.get(place).text
    assert "Hall" in page
    assert in_groups(new) in page
    assert in_groups(old) not in page.split("Signs that hung here before")[0]


def test_a_sign_that_was_taken_down_opens_nothing(nadia, parts, place):
    """S077"""
    nadia.send(f"{place}/codes", place)
    (code,) = codes(parts)
    assert nadia.client.get(f"/s/{code}").status_code == 200

    for _time in range(2):
        assert nadia.send(f"{place}/codes/revoke", place, code=code).status_code == 303

    assert codes(parts) == []
    assert nadia.client.get(f"/s/{code}").status_code == 404


def test_no_form_carries_a_code_in_its_address_where_logs_would_keep_it(nadia, parts, place, capsys):
    """N07 Y05"""
    nadia.send(f"{place}/codes", place)
    (code,) = codes(parts)

    addresses = re.findall(r'action="([^"]+)"', nadia.client.get(place).text)
    assert {f"{place}/codes/replace", f"{place}/codes/revoke"} <= set(addresses)
    for address in addresses:
        assert code not in address
    nadia.send(f"{place}/codes/replace", place, code=code)
    assert codes(parts) != [code]
    written = capsys.readouterr().out
    assert f'"path": "{place}/codes/replace"' in written
    assert code not in written


def test_a_code_of_another_place_is_not_taken_down_from_this_one(nadia, parts, cast, place):
    """O01 S077"""
    nadia.send(f"{place}/codes", place)
    (code,) = codes(parts)
    site = Site(address="4 place Bellecour", postcode="69002", city="Lyon")
    second = a_ticket(parts, cast, cast.lucie, site=site)
    with parts.database.read(EVERYONE) as session:
        other = f"/sites/{session.get_one(Ticket, second.id).site_id}"

    for sent in ({"code": code}, {}):
        assert nadia.send(f"{other}/codes/revoke", other, **sent).status_code == 303
    assert codes(parts) == [code]


def test_a_sign_hangs_for_every_job_at_the_address(nadia, parts, cast, place):
    """S077"""
    nadia.send(f"{place}/codes", place)
    (code,) = codes(parts)
    site = Site(address="18, RUE JEANNE D'ARC", postcode="69003", city="Lyon")
    second = a_ticket(parts, cast, cast.lucie, site=site)
    with parts.database.read(EVERYONE) as session:
        other = f"/sites/{session.get_one(Ticket, second.id).site_id}"

    assert other != place
    assert in_groups(code) in nadia.client.get(other).text


def test_a_name_too_long_for_the_sign_is_said_beside_it(nadia, parts, place):
    """R07"""
    refused = nadia.send(f"{place}/codes", place, place="x" * 81)
    assert refused.status_code == 422
    assert "x" * 81 in refused.text
    assert codes(parts) == []


def test_the_signs_of_another_organisation_are_not_there(nadia, app, parts, cast, place):
    """O01 O02"""
    nadia.send(f"{place}/codes", place)
    (code,) = codes(parts)
    igor = Desk(app.test_client())
    sign_in(igor.client, parts, cast.igor)

    assert igor.client.get(place).status_code == 404
    assert igor.client.get(f"{place}/signs.pdf").status_code == 404
    for act in ("codes", f"codes/{code}/revoke", f"codes/{code}/replace"):
        assert igor.send(f"{place}/{act}", "/settings").status_code == 404
    assert codes(parts) == [code]


def test_the_accountant_makes_no_signs(phone, parts, cast, ticket, place):
    """O02"""
    sign_in(phone, parts, cast.paul)
    assert place not in phone.get(f"/tickets/{ticket.ref}").text
    assert phone.get(place).status_code == 403
    assert phone.get("/sites").status_code == 403
