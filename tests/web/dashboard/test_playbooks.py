"""The organisation's own rules: copied, edited, followed by new tickets, kept by those under way."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Role
from fieldtickets.domain.playbooks import HOME_CLEANING, PLAYBOOKS, RULES, Rung
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Organisation, PlaybookRow, Ticket
from fieldtickets.store.queries.playbooks import names, newest, rules_of
from fieldtickets.web.dashboard.settings.playbook_form import Rules, filled
from tests.builders import a_ticket, a_user
from tests.web.api.conftest import Program, a_token
from tests.web.signing_in import sign_in

NEW = "/settings/playbooks/new"
HOUR = timedelta(hours=1)
FORM = re.compile(r'<form class="sheet[^>]* action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)


class Form:
    """A form of the page as a browser has it, to be changed and sent."""

    def __init__(self, client, path: str) -> None:
        self.client, self.path = client, path
        self.action, inside = FORM.search(client.get(path).text).groups()
        self.values = {}
        for tag in re.findall("<input [^>]*>", inside):
            given = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
            if given["type"] != "checkbox" or " checked" in tag:
                self.values.setdefault(given["name"], []).append(html.unescape(given.get("value", "")))
        for name, options in re.findall(r'<select[^>]* name="(\w+)".*?>(.*?)</select>', inside, re.DOTALL):
            self.values[name] = re.findall(r'value="([^"]*)" selected', options)

    def send(self, **typed):
        return self.client.post(self.action, data={**self.values, **typed})


@pytest.fixture
def admin(phone, parts, database, cast):
    with database.begin(EVERYONE) as rows:
        ours = rows.get_one(Organisation, cast.organisation)
        vera = a_user(rows, ours, "Vera Lavigne", "vera@lavigne.example", Role.ADMIN)
        vera.password_hash = "chosen"
        vera_id = vera.id
    sign_in(phone, parts, vera_id)
    return phone


def versions(database, cast) -> list[PlaybookRow]:
    with database.read(cast.organisation) as rows:
        return list(rows.scalars(select(PlaybookRow).order_by(PlaybookRow.id)))


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_a_copy_sent_as_it_was_opened_says_the_same(admin, database, cast, name):
    assert Form(admin, f"{NEW}?from={name}").send(name="Lyon").status_code == 303

    (row,) = versions(database, cast)
    assert (row.name, row.version, row.copied_from, row.rules) == ("Lyon", 1, name, {})


def test_every_rule_is_on_the_form():
    whole = {"absence": "absence_percent", "ladder": "rung_1_percent"}

    assert [name for name in RULES if whole.get(name, name) not in Rules()] == []
    assert filled(HOME_CLEANING).keys() - Rules()._fields.keys() == {"absence_before"}


def test_a_ticket_keeps_the_version_that_it_started_with(admin, parts, database, cast):
    """S084: the absence fee of one organisation is not another's."""
    Form(admin, f"{NEW}?from=home-cleaning").send(name="Ménage Lyon", absence_percent="50")
    first = a_ticket(parts, cast, cast.karim, playbook="Ménage Lyon")
    (row,) = versions(database, cast)
    edited = Form(admin, f"/settings/playbooks/{row.id}")
    assert edited.send(leaves_after="20", absence_at_most="", rung_1_percent="90").status_code == 303
    second = a_ticket(parts, cast, cast.karim, playbook="Ménage Lyon")

    with database.read(cast.organisation) as rows:
        before = rules_of(rows, rows.get_one(Ticket, first.id))
        after = rules_of(rows, rows.get_one(Ticket, second.id))
    assert (before.version, before.absence, before.leaves_after) == (
        1, Rung(timedelta(), 50, 4000), timedelta(minutes=30),
    )  # fmt: skip
    assert (after.version, after.absence, after.leaves_after) == (
        2, Rung(timedelta(), 50), timedelta(minutes=20),
    )  # fmt: skip
    assert after.ladder == (Rung(timedelta(), 90, 4000), *HOME_CLEANING.ladder[1:])


def test_a_copy_of_a_copy_goes_back_to_what_the_program_brings(admin, database, cast):
    Form(admin, f"{NEW}?from=syndic").send(name="Lyon", photos_wanted="2")
    Form(admin, f"{NEW}?from=Lyon").send(name="Bron", invoice_after="1, 8")

    assert versions(database, cast)[1].copied_from == "syndic"
    with database.read(cast.organisation) as rows:
        bron = newest(rows, "Bron")
    assert (bron.photos_wanted, bron.invoice_after) == (2, (timedelta(days=1), timedelta(days=8)))


def test_the_silences_of_calls_presence_and_reports_are_numbers_of_the_rules(admin, database, cast):
    """S025 S043 S048 S098 T08"""
    typed = {
        "call_remind_after": "2",
        "presence_silence": "90",
        "on_site_silence": "10",
        "on_site_lasts": "5",
    }
    Form(admin, f"{NEW}?from=marketplace").send(name="Lyon", **typed, report_after="2, 30", working_days="y")

    with database.read(cast.organisation) as rows:
        lyon = newest(rows, "Lyon")
    assert (lyon.call_remind_after, lyon.presence_silence) == (2 * HOUR, 1.5 * HOUR)
    assert (lyon.on_site_silence, lyon.on_site_lasts) == (timedelta(minutes=10), 5 * HOUR)
    assert (lyon.report_after, lyon.working_days) == ((2 * HOUR, 30 * HOUR), True)
    (row,) = versions(database, cast)
    page = admin.get(f"/settings/playbooks/{row.id}").text
    assert 'name="report_after" type="text" value="2, 30"' in page
    assert re.search(r'<input [^>]*name="working_days"[^>]* checked', page)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "syndic"}, "name"),
        ({"wave_size": "0"}, "wave_size"),
        ({"wave_size": ""}, "wave_size"),
        ({"calls_within": "soon"}, "calls_within"),
        ({"absence_percent": "101"}, "absence_percent"),
        ({"absence_percent": "", "absence_at_most": "40"}, "absence_at_most"),
        ({"rung_1_before": "24", "rung_1_percent": ""}, "rung_1_percent"),
        ({"rung_2_percent": "20"}, "rung_2_before"),
        ({"invoice_after": "3, 0"}, "invoice_after"),
        ({"invoice_after": "soon"}, "invoice_after"),
        ({"invoice_after": "366"}, "invoice_after"),
        ({"report_after": "24, 4"}, "report_after"),
        ({"report_after": "-4"}, "report_after"),
        ({"call_remind_after": "6"}, "call_remind_after"),
        ({"calls_within": "6", "call_remind_after": "6"}, "call_remind_after"),
        ({"confirms_before": "8"}, "presence_silence"),
        ({"on_site_silence": ""}, "on_site_silence"),
        ({"asks_on_accept": "money"}, "asks_on_accept"),
        ({"extra_by": "nobody"}, "extra_by"),
    ],
)
def test_what_cannot_be_a_rule_is_said_beside_its_field(admin, database, cast, typed, field):
    refused = Form(admin, f"{NEW}?from=syndic").send(**{"name": "Lyon", **typed})

    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert versions(database, cast) == []


def test_a_name_is_given_once(admin, database, cast):
    Form(admin, f"{NEW}?from=syndic").send(name="Lyon")
    assert Form(admin, f"{NEW}?from=marketplace").send(name="Lyon").status_code == 422
    assert len(versions(database, cast)) == 1


def test_who_edits_an_earlier_version_is_told_and_changes_nothing(admin, database, cast):
    """R08"""
    Form(admin, f"{NEW}?from=syndic").send(name="Lyon")
    (row,) = versions(database, cast)
    mine, theirs = (Form(admin, f"/settings/playbooks/{row.id}") for _ in range(2))
    assert theirs.send(photos_wanted="2").status_code == 303

    late = mine.send(photos_wanted="3")

    assert late.status_code == 409
    assert "Somebody else changed this" in late.text
    assert [one.rules for one in versions(database, cast)] == [{}, {"photos_wanted": 2}]


def test_a_new_ticket_offers_the_own_rules_and_no_others(app, admin, database, cast):
    program = Program(app.test_client(), a_token(database, cast.organisation, Role.MANAGER, "a-token"))
    Form(admin, f"{NEW}?from=syndic").send(name="Lyon", photos_wanted="2")

    assert '<option value="Lyon"' in admin.get("/tickets/new").text
    opened = program.post("/tickets", {"title": "Fuite", "playbook": "Lyon"})
    assert (opened.status_code, opened.json["playbook"]) == (201, "Lyon")
    refused = program.post("/tickets", {"title": "Fuite", "playbook": "Bron"})
    assert refused.json["errors"]["playbook"] == ["Write one of syndic, marketplace, home-cleaning, Lyon."]
    with database.read(cast.other_organisation) as rows:
        assert "Lyon" not in names(rows)


def test_only_administrators_see_them_and_another_organisation_s_are_not_there(phone, parts, database, cast):
    """O02 O03"""
    sign_in(phone, parts, cast.nadia)
    assert phone.get("/settings/playbooks").status_code == 403
    with database.begin(cast.organisation) as rows:
        rows.add(
            PlaybookRow(
                organisation_id=cast.organisation,
                name="Lyon",
                version=1,
                copied_from="syndic",
                rules={},
                created_at=parts.clock.now(),
            )
        )
    (row,) = versions(database, cast)
    sign_in(phone, parts, cast.igor)
    assert phone.get(f"/settings/playbooks/{row.id}").status_code == 404
    assert phone.get(f"{NEW}?from=Lyon").status_code == 404
