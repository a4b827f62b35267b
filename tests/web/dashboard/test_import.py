"""Import: checked and shown first, written whole or not at all, twice the same as once."""

import io

import pytest
from sqlalchemy import select, update

from fieldtickets.domain.parties import Party, Role
from fieldtickets.store.models import Delivery, Subcontractor, User
from fieldtickets.web.dashboard.importing import MOST_BYTES, pack, unpacked
from tests.builders import a_ticket
from tests.web.signing_in import csrf_token, sign_in

LIST = """nom;téléphone;métiers;secteurs;numéro
Marc Serrurier;06 12 34 56 70;serrure;69,38;E-1
Karim Plomberie;06 12 34 56 99;plumbing, heating;69;E-2
"""


class Page:
    """The page of imports, used by somebody who is signed in."""

    def __init__(self, client) -> None:
        self.client = client

    def check(self, text: str, **more: object):
        file = (io.BytesIO(text.encode("cp1252")), "artisans.csv")
        return self._post({"file": file, **more})

    def write(self, checked: str, **more: object):
        return self._post({"list": checked.partition('name="list" value="')[2].partition('"')[0], **more})

    def _post(self, data: dict[str, object]):
        token = csrf_token(self.client, "/tickets")
        return self.client.post("/import", data={"csrf_token": token, **data})


@pytest.fixture
def nadia(phone, parts, cast) -> Page:
    sign_in(phone, parts, cast.nadia)
    return Page(phone)


def companies(database, organisation_id: int) -> dict[str, Subcontractor]:
    with database.read(organisation_id) as rows:
        known = {one.name: one for one in rows.scalars(select(Subcontractor))}
        assert all(one.people for one in known.values())
        return known


def test_a_list_is_checked_shown_and_then_written(nadia, database, cast):
    """S008 G01"""
    checked = nadia.check(LIST)
    assert checked.status_code == 200
    assert "2 lines: 1 companies to add, 1 to change" in checked.text
    assert set(companies(database, cast.organisation)) == {"Karim Plomberie", "Lucie Chauffage"}

    written = nadia.write(checked.text)

    assert (written.status_code, written.headers["Location"]) == (303, "/import?added=1&changed=1")
    assert "1 added, 1 changed" in nadia.client.get(written.headers["Location"]).text
    known = companies(database, cast.organisation)
    assert set(known) == {"Karim Plomberie", "Lucie Chauffage", "Marc Serrurier"}
    assert known["Karim Plomberie"].id == cast.karim
    assert known["Karim Plomberie"].trades == ["plumbing", "heating"]
    assert known["Karim Plomberie"].office.email == "karim@plomberie.example"
    assert known["Marc Serrurier"].office.phone == "+33612345670"


def test_a_list_written_twice_adds_nobody_twice(nadia, database, cast):
    """R02"""
    checked = nadia.check(LIST).text
    nadia.write(checked)
    assert nadia.write(checked).headers["Location"] == "/import?added=0&changed=0"
    assert len(companies(database, cast.organisation)) == 3


def test_one_error_and_nothing_is_written(nadia, database, cast):
    """R15 M15"""
    refused = nadia.check(LIST + "Léa;12;vitres;69;E-3\n")
    assert refused.status_code == 422
    assert "Line 4" in refused.text
    assert "<td>téléphone</td>" in refused.text
    assert 'name="list"' not in refused.text
    assert len(companies(database, cast.organisation)) == 2


def test_a_changed_number_gets_what_is_still_queued(nadia, parts, database, cast):
    """M20"""
    a_ticket(parts, cast, cast.karim)
    nadia.write(nadia.check(LIST).text)
    with database.read(cast.organisation) as rows:
        texts = select(Delivery.address).where(
            Delivery.channel == "sms", Delivery.party == Party.SUBCONTRACTOR
        )
        assert rows.scalars(texts).all() == ["+33612345699"]


@pytest.mark.parametrize("packed", ["nonsense", "AAAA", "é", pack(b"")])
def test_a_list_that_is_none_of_ours_is_refused(nadia, database, cast, packed):
    """X10 G06"""
    refused = nadia._post({"list": packed})
    assert refused.status_code == 422
    assert len(companies(database, cast.organisation)) == 2


def test_a_packed_list_cannot_burst_the_memory():
    """U15"""
    assert unpacked(pack(b"a;b\n")) == b"a;b\n"
    assert unpacked(pack(b"0" * (MOST_BYTES + 1))) is None


def test_no_file_is_said(nadia):
    """R15"""
    assert nadia._post({}).status_code == 422
    assert nadia.check("").status_code == 422


@pytest.mark.parametrize("role", Role)
def test_only_managers_import(phone, parts, database, cast, role):
    """O02"""
    with database.begin(cast.organisation) as rows:
        rows.execute(update(User).where(User.id == cast.paul).values(role=role))
    sign_in(phone, parts, cast.paul)
    allowed = role.party is Party.MANAGER
    assert phone.get("/import").status_code == (200 if allowed else 403)
    assert Page(phone).check(LIST).status_code == (200 if allowed else 403)


def test_igors_list_touches_nothing_of_nadias(phone, parts, database, cast):
    """O01 O04"""
    sign_in(phone, parts, cast.igor)
    igor = Page(phone)
    assert igor.write(igor.check(LIST).text).headers["Location"] == "/import?added=2&changed=0"
    assert companies(database, cast.organisation)["Karim Plomberie"].office.phone == "+33612345678"


def test_what_stands_in_a_list_is_shown_as_text(nadia):
    """X01"""
    page = nadia.check("nom;tel;<script>alert(1)</script>\nMarc;0612345670;x\n").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
