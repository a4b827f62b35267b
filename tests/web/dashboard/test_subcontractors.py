"""Subcontractors: found, added once, changed without losing anybody's work, and only by managers."""

import pytest
from sqlalchemy import select, update

from fieldtickets.domain.parties import Party, Role
from fieldtickets.store.models import Delivery, Link, Person, Subcontractor, Ticket, User
from tests.builders import a_subcontractor, a_ticket
from tests.web.signing_in import csrf_token, sign_in

KARIM = {
    "name": "Karim Plomberie",
    "phone": "06 12 34 56 78",
    "email": "karim@plomberie.example",
    "language": "fr",
    "trades": "plumbing, heating",
    "areas": "69, 01",
    "active": "y",
    "version": "1",
}


class Page:
    """The pages of companies, filled and sent by somebody who is signed in."""

    def __init__(self, client) -> None:
        self.client = client

    def list(self, query: str = "") -> str:
        return self.client.get(f"/subcontractors{query}").text

    def send(self, which: object, **typed: str):
        data = {**KARIM, "csrf_token": csrf_token(self.client, "/tickets"), **typed}
        return self.client.post(f"/subcontractors/{which}", data=data)


@pytest.fixture
def nadia(phone, parts, cast) -> Page:
    sign_in(phone, parts, cast.nadia)
    return Page(phone)


def company(database, cast, id_: int) -> Subcontractor:
    with database.read(cast.organisation) as rows:
        found = rows.get_one(Subcontractor, id_)
        assert found.people
        return found


def addresses(database, cast, channel: str = "sms") -> list[tuple[str, str]]:
    with database.read(cast.organisation) as rows:
        wanted = select(Delivery).where(Delivery.channel == channel, Delivery.party == Party.SUBCONTRACTOR)
        return [(one.state, one.address) for one in rows.scalars(wanted.order_by(Delivery.due_at))]


def test_the_list_has_everybody_who_may_be_asked_with_their_jobs(nadia, parts, database, cast):
    """S008"""
    with database.begin(cast.organisation) as rows:
        a_subcontractor(rows, cast.organisation, "Ancien", "+33612345670", active=False)
    page = nadia.list()
    assert page.index("Karim Plomberie") < page.index("Lucie Chauffage")
    assert "06 12 34 56 78" in page
    assert "Ancien" not in page
    assert "Ancien" in nadia.list("?state=inactive")
    assert "Karim" not in nadia.list("?state=inactive")
    assert "Ancien" in nadia.list("?state=all")


@pytest.mark.parametrize(
    "words", ["etancheite", "ÉTANCHÉITÉ 7", "06 12 35 00 07", "+33612350007", "e-7", "marc"]
)
def test_a_company_is_found_by_name_number_telephone_and_people(nadia, database, cast, words):
    """X03"""
    with database.begin(cast.organisation) as rows:
        known = a_subcontractor(rows, cast.organisation, "Étanchéité 7", "+33612350007", external_no="E-7")
        known.people.append(Person(organisation_id=cast.organisation, kind="technician", name="Marc"))
    page = nadia.client.get("/subcontractors", query_string={"q": words}).text
    assert "Étanchéité 7" in page
    assert "Karim" not in page


def test_a_long_list_pages_without_missing_or_repeating_anybody(nadia, database, cast):
    """W06"""
    with database.begin(cast.organisation) as rows:
        for number in range(70):
            a_subcontractor(rows, cast.organisation, f"Artisan {number % 60:02d}", f"+336123500{number:02d}")
    for query in ("?", "?q=a&"):
        first = nadia.list(query)
        following = first.rpartition("cursor=")[2].partition('"')[0]
        rest = nadia.list(f"{query}cursor={following}")
        assert first.count('class="t"') == 50
        assert first.count('class="t"') + rest.count('class="t"') == 72
        assert "Next companies" not in rest
    assert nadia.list("?cursor=nonsense").count('class="t"') == 50


def test_known_trades_are_offered_when_one_is_typed(nadia, database, cast):
    """S008"""
    with database.begin(cast.organisation) as rows:
        rows.get_one(Subcontractor, cast.karim).trades = ["Étanchéité", "plumbing"]
    page = nadia.client.get("/subcontractors/new").text
    offered = page.partition('<datalist id="trades">')[2].partition("</datalist>")[0]
    assert offered == '<option value="Étanchéité"></option><option value="plumbing"></option>'


def test_nadia_adds_a_company_with_its_technician_once(nadia, database, cast):
    """S008 R02 M15"""
    typed = {
        "name": "Marc Serrurier",
        "phone": "06 12 34 56 70",
        "trades": "locks; doors , locks",
        "siret": "732 829 320 00074",
        "vat_number": "fr 44732829320",
        "submission": "form-1",
        "technicians-0-name": "Léa",
        "technicians-0-phone": "0612345671",
        "technicians-1-name": "",
    }
    made, again = nadia.send("new", **typed), nadia.send("new", **typed)
    assert made.status_code == again.status_code == 303
    assert made.headers["Location"] == again.headers["Location"]
    marc = company(database, cast, int(made.headers["Location"].rpartition("/")[2]))
    assert (marc.trades, marc.siret, marc.vat_number) == (
        ["locks", "doors"],
        "73282932000074",
        "FR44732829320",
    )
    assert [(one.kind, one.name, one.phone) for one in marc.people] == [
        ("office", "Marc Serrurier", "+33612345670"),
        ("technician", "Léa", "+33612345671"),
    ]
    assert nadia.client.get(made.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": "12"}, "phone"),
        ({"phone": "", "email": ""}, "phone"),
        ({"email": "karim@"}, "email"),
        ({"language": "xx"}, "language"),
        ({"siret": "123"}, "siret"),
        ({"vat_number": "12"}, "vat_number"),
        ({"trades": "x" * 41}, "trades"),
        ({"areas": ",".join(map(str, range(41)))}, "areas"),
        ({"technicians-0-name": "Léa", "technicians-0-phone": "12"}, "technicians-0-phone"),
        ({"technicians-0-phone": "0612345671"}, "technicians-0-name"),
    ],
)
def test_what_is_not_right_is_said_beside_its_field_and_all_else_stays(nadia, database, cast, typed, field):
    """R15 M15 X04"""
    for which in ("new", cast.karim):
        refused = nadia.send(which, external_no="E-7", **typed)
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.text
        assert 'value="E-7"' in refused.text
    assert company(database, cast, cast.karim).external_no is None


def test_a_number_that_another_company_has_is_refused(nadia, database, cast):
    """R15"""
    assert nadia.send(cast.karim, external_no="E-7").status_code == 303
    for which, more in ((cast.lucie, {}), ("new", {"submission": "form-1"})):
        refused = nadia.send(which, external_no="E-7", **more)
        assert refused.status_code == 422
        assert 'id="external_no-error"' in refused.text


def test_a_changed_number_gets_what_is_still_queued_and_links_stay(nadia, parts, database, cast):
    """M20"""
    ticket = a_ticket(parts, cast, cast.karim, cast.lucie)
    a_ticket(parts, cast, cast.karim)
    with database.begin(cast.organisation) as rows:
        first = rows.scalars(select(Delivery).where(Delivery.ticket_id == ticket.id)).all()
        next(d for d in first if d.address == "+33612345678").state = "claimed"

    assert nadia.send(cast.karim, phone="06 12 34 56 99", email="k@plomberie.example").status_code == 303

    assert sorted(addresses(database, cast)) == [
        ("claimed", "+33612345678"),
        ("queued", "+33612345679"),
        ("queued", "+33612345699"),
    ]
    assert {address for _state, address in addresses(database, cast, "email")} == {
        "k@plomberie.example",
        "lucie@chauffage.example",
    }
    with database.read(cast.organisation) as rows:
        assert rows.scalars(select(Link.revoked_at)).all() == [None] * 3
        assert "0612345699" in rows.get_one(Ticket, ticket.id).search_text


def test_without_a_number_what_was_queued_for_it_is_called_off(nadia, parts, database, cast):
    """M20"""
    a_ticket(parts, cast, cast.karim)
    nadia.send(cast.karim, phone="")
    assert addresses(database, cast) == [("cancelled", "+33612345678")]


def test_links_sent_to_a_lost_number_can_be_replaced(nadia, parts, database, cast, phone):
    """M20 L09"""
    ticket = a_ticket(parts, cast, cast.karim)
    assert nadia.send(cast.karim, phone="0612345699", cut_links="y").status_code == 303
    assert phone.get(ticket.path(cast.karim)).status_code == 410
    assert ("queued", "+33612345699") in addresses(database, cast)


def test_technicians_come_and_go(nadia, database, cast):
    """S008"""
    nadia.send(cast.karim, **{"technicians-0-name": "Léa", "technicians-1-name": "Marc"})
    _office, lea, marc = company(database, cast, cast.karim).people
    nadia.send(
        cast.karim,
        version="2",
        **{
            "technicians-0-id": str(lea.id),
            "technicians-0-name": "",
            "technicians-1-id": str(marc.id),
            "technicians-1-name": "Marc Petit",
        },
    )
    assert [(one.id, one.name) for one in company(database, cast, cast.karim).people[1:]] == [
        (marc.id, "Marc Petit")
    ]


def test_two_who_change_a_company_at_once_do_not_overwrite_each_other(nadia, database, cast):
    """R08"""
    assert nadia.send(cast.karim, name="Karim et fils").status_code == 303
    late = nadia.send(cast.karim, name="Karim SARL")
    assert late.status_code == 409
    assert "meanwhile" in late.text
    assert 'value="Karim SARL"' in late.text
    assert company(database, cast, cast.karim).name == "Karim et fils"
    assert nadia.send(cast.karim, name="Karim SARL", version="2").status_code == 303


def test_the_page_shows_the_jobs_that_it_holds(nadia, parts, cast):
    """S008"""
    a_ticket(parts, cast, cast.karim, title="Chez Karim")
    a_ticket(parts, cast, cast.lucie, title="Chez Lucie")
    page = nadia.client.get(f"/subcontractors/{cast.karim}").text
    assert "Chez Karim" in page
    assert "Chez Lucie" not in page


@pytest.mark.parametrize("role", Role)
def test_only_managers_see_forms_and_change(phone, parts, database, cast, role):
    """O02"""
    with database.begin(cast.organisation) as rows:
        rows.execute(update(User).where(User.id == cast.paul).values(role=role))
    sign_in(phone, parts, cast.paul)
    allowed = role.party is Party.MANAGER
    pages = phone.get("/subcontractors").text + phone.get(f"/subcontractors/{cast.karim}").text
    assert "Karim Plomberie" in pages
    assert ('name="siret"' in pages) is ("/subcontractors/new" in pages) is allowed
    assert phone.get("/subcontractors/new").status_code == (200 if allowed else 403)
    for which in ("new", cast.karim):
        assert Page(phone).send(which, submission="form-1").status_code == (303 if allowed else 403)


def test_what_is_nadias_does_not_exist_for_igor(phone, parts, database, cast):
    """O01 O04"""
    sign_in(phone, parts, cast.igor)
    for id_ in (cast.karim, 12345, 2**70):
        assert phone.get(f"/subcontractors/{id_}").status_code == 404
        assert Page(phone).send(id_).status_code == 404
    assert "Karim" not in Page(phone).list("?state=all") + Page(phone).list("?q=karim&x=1").replace(
        '"karim"', ""
    )
    assert company(database, cast, cast.karim).version == 1


def test_a_form_without_our_token_changes_nothing(nadia, database, cast):
    """S03"""
    assert nadia.send(cast.karim, name="Igor", csrf_token="").status_code == 400
    assert company(database, cast, cast.karim).name == "Karim Plomberie"
