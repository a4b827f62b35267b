"""The first page and the list: what waits for whom, live, searched, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, update

from fieldtickets.domain.parties import Party, Role
from fieldtickets.store.models import Site, User
from tests.builders import MONDAY_NOON, TUESDAY_AT_TWO, a_ticket, do
from tests.web.signing_in import sign_in


def test_a_stranger_is_not_let_in(phone, cast):
    """S04"""
    assert phone.get("/").status_code in (303, 401)
    assert phone.get("/tickets").status_code in (303, 401)


def test_the_first_page_shows_the_most_pressing_first(nadia, parts, cast, clock):
    a_ticket(parts, cast, title="Brouillon")
    a_ticket(parts, cast, cast.karim, title="Attend Karim")
    refused = a_ticket(parts, cast, cast.karim, title="Refusée")
    do(parts, cast, refused, "offer.refuse", cast.karim, {"reason": "too_far"})
    page = nadia.get("/").text
    assert page.index("Refusée") < page.index("Brouillon")
    assert "Attend Karim" not in page
    clock.instant = MONDAY_NOON + timedelta(hours=49)
    page = nadia.get("/").text
    assert page.index("Attend Karim") < page.index("Refusée") < page.index("Brouillon")


def test_queues_hold_what_their_names_say(nadia, parts, cast, clock):
    a_ticket(parts, cast, title="Brouillon")
    a_ticket(parts, cast, cast.karim, title="Attend Karim")
    agreed = a_ticket(parts, cast, cast.karim, title="Rendez-vous mardi")
    do(parts, cast, agreed, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    shown = {name: shown_titles(nadia, f"/?queue={name}") for name in ("to_send", "waiting", "today", "all")}
    assert shown["to_send"] == {"Brouillon"}
    assert shown["waiting"] == {"Attend Karim", "Rendez-vous mardi"}
    assert shown["today"] == set()
    assert shown["all"] == {"Brouillon", "Attend Karim", "Rendez-vous mardi"}
    clock.instant = MONDAY_NOON + timedelta(days=1)
    assert shown_titles(nadia, "/?queue=today") == {"Rendez-vous mardi"}
    assert nadia.get("/?queue=nonsense").status_code == 404


def shown_titles(browser, address: str) -> set[str]:
    page = browser.get(address).text
    return {title for title in ("Brouillon", "Attend Karim", "Rendez-vous mardi") if title in page}


def test_a_line_says_who_has_to_act_and_since_when(nadia, parts, cast, clock):
    a_ticket(parts, cast, cast.karim)
    clock.instant = MONDAY_NOON + timedelta(minutes=12)
    line = nadia.get("/?queue=waiting").text
    assert "Karim Plomberie" in line
    assert "Subcontractor" in line or "Artisan" in line
    assert "12" in line


def test_the_page_is_not_sent_again_while_nothing_happens(nadia, parts, cast, clock):
    """G01"""
    ticket = a_ticket(parts, cast, cast.karim)
    first = nadia.get("/")
    tag = first.headers["ETag"]
    again = nadia.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    do(parts, cast, ticket, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    assert nadia.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_time_alone_changes_the_page_too(nadia, parts, cast, clock):
    a_ticket(parts, cast, cast.karim)
    tag = nadia.get("/").headers["ETag"]
    clock.instant = MONDAY_NOON + timedelta(hours=49)
    assert nadia.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_search_finds_words_and_telephones_and_takes_signs_literally(nadia, parts, cast):
    """X03"""
    a_ticket(parts, cast, title="Chaudière en panne")
    assert "Chaudière en panne" in nadia.get("/?q=chaudiere").text
    assert "Chaudière en panne" in nadia.get("/tickets?q=06 39 98 00 00").text
    assert "Chaudière en panne" not in nadia.get("/tickets?q=%25").text
    assert "Chaudière en panne" not in nadia.get("/tickets?q=' OR 1=1 --").text


def test_the_list_is_filtered_by_state_and_trade(nadia, parts, cast):
    a_ticket(parts, cast, title="Brouillon", trade="heating")
    a_ticket(parts, cast, cast.karim, title="Attend Karim")
    assert shown_titles(nadia, "/tickets?state=offered") == {"Attend Karim"}
    assert shown_titles(nadia, "/tickets?trade=heating") == {"Brouillon"}


def test_a_trade_is_filtered_however_it_was_spelt_and_offered_once(nadia, parts, cast):
    """S008"""
    for title, trade in (
        ("Brouillon", "Étanchéité"),
        ("Attend Karim", "etancheite"),
        ("Rendez-vous mardi", "plomberie"),
    ):
        a_ticket(parts, cast, title=title, trade=trade)
    assert shown_titles(nadia, "/tickets?trade=ETANCHEITE") == {"Brouillon", "Attend Karim"}
    page = nadia.get("/tickets").text
    assert page.count("<option>Étanchéité</option>") + page.count("<option>etancheite</option>") == 1
    assert nadia.get("/tickets?state=nonsense").status_code == 404


def test_pages_hold_every_ticket_once(nadia, parts, cast):
    """W06"""
    for number in range(53):
        a_ticket(parts, cast, title=f"Numéro {number:03d}!")
    first = nadia.get("/tickets").text
    following = first.partition("/tickets?cursor=")[2].partition('"')[0]
    second = nadia.get(f"/tickets?cursor={following}").text
    for number in range(53):
        assert (f"Numéro {number:03d}!" in first) != (f"Numéro {number:03d}!" in second)
    assert nadia.get("/tickets?cursor=nonsense").text.count("Numéro") == first.count("Numéro")


def test_another_organisation_sees_nothing_of_it(phone, parts, cast):
    """O01 O04 O06"""
    a_ticket(parts, cast, cast.karim, title="Secret de Nadia")
    sign_in(phone, parts, cast.igor)
    for address in ("/", "/?queue=all", "/tickets", "/tickets?q=Secret", "/?queue=waiting"):
        page = phone.get(address).text
        assert "Secret de Nadia</a>" not in page
        assert "Karim" not in page
        assert "<b>1</b>" not in page


@pytest.mark.parametrize("role", Role)
def test_every_role_reads_and_only_managers_are_offered_to_create(phone, parts, cast, role):
    """O02"""
    with parts.database.begin(cast.organisation) as rows:
        rows.execute(update(User).where(User.id == cast.paul).values(role=role))
    sign_in(phone, parts, cast.paul)
    page = phone.get("/")
    assert page.status_code == 200
    assert ("/tickets/new" in page.text) == (role.party is Party.MANAGER)


def test_what_people_typed_is_shown_as_text(nadia, parts, cast):
    """X01"""
    a_ticket(parts, cast, title="<script>alert(1)</script>", site=Site(city="<b>Lyon</b>{{7*7}}"))
    page = nadia.get("/tickets?q=<img src=x>").text + nadia.get("/").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;b&gt;Lyon&lt;/b&gt;{{7*7}}" in page


def test_a_longer_list_needs_no_more_queries(nadia, parts, cast):
    a_ticket(parts, cast, cast.karim, cast.lucie)
    few = queries_of(nadia)
    for _number in range(5):
        a_ticket(parts, cast, cast.karim, cast.lucie)
    assert queries_of(nadia) == few <= 8


def queries_of(browser) -> int:
    """How many statements the page of all tickets takes."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    assert browser.get("/?queue=all").status_code == 200
    event.remove(Engine, "before_cursor_execute", note)
    return sum(statement.lstrip().upper().startswith("SELECT") for statement in seen)
