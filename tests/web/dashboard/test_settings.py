"""Settings: only administrators see them, nothing is lost by a slip, and every change leaves a line."""

import json

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Role
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import ApiToken, Delivery, Organisation, User
from fieldtickets.web import passwords
from fieldtickets.workshop import outbox
from tests.builders import a_user
from tests.web.signing_in import csrf_token, sign_in

PAGES = (
    "/settings",
    "/settings/users",
    "/settings/users/new",
    "/settings/tokens",
    "/settings/senders",
    "/settings/retention",
    "/settings/help",
)
FORMS = (
    "/settings",
    "/settings/users/new",
    "/settings/tokens",
    "/settings/senders/email/test",
    "/settings/senders/sms/test",
)
LONG_PASSWORD = "le jardin de Nadia est grand"


class Desk:
    """The settings, filled and sent by an administrator who is signed in."""

    def __init__(self, client) -> None:
        self.client = client

    def values(self, path: str) -> dict[str, str]:
        """What a form of a page carries besides what is typed."""
        page = self.client.get(path).text
        found = {}
        for name in ("csrf_token", "seen", "submission"):
            _before, there, rest = page.partition(f'name="{name}" value="')
            if there:
                found[name] = rest.partition('"')[0]
        return found

    def send(self, path: str, opened: str | None = None, **typed: str):
        return self.client.post(path, data={**self.values(opened or path), **typed})


@pytest.fixture
def vera(database, cast) -> int:
    """The administrator of Nadia's organisation."""
    with database.begin(EVERYONE) as rows:
        ours = rows.get_one(Organisation, cast.organisation)
        user = a_user(rows, ours, "Vera Lavigne", "vera@lavigne.example", Role.ADMIN)
        user.password_hash = "chosen"
        return user.id


@pytest.fixture
def desk(phone, parts, vera) -> Desk:
    sign_in(phone, parts, vera)
    return Desk(phone)


def account(database, user_id: int) -> User:
    with database.read(EVERYONE) as rows:
        return rows.get_one(User, user_id)


def account_of(database, email: str) -> User | None:
    with database.read(EVERYONE) as rows:
        return rows.scalars(select(User).where(User.email == email)).one_or_none()


def mails(database) -> list[Delivery]:
    with database.read(EVERYONE) as rows:
        return list(rows.scalars(select(Delivery).order_by(Delivery.due_at)))


ORGANISATION = {
    "name": "Gestion Lavigne",
    "short_name": "Lavigne",
    "address": "4 quai Rambaud, 69002 Lyon",
    "phone": "04 72 00 00 00",
    "mail_reply": "",
    "language": "fr",
    "time_zone": "Europe/Paris",
}
SOMEBODY = {"email": "Zoe@Lavigne.example", "name": "Zoé Martin", "role": "manager", "language": "fr"}


@pytest.mark.parametrize("path", PAGES)
def test_settings_are_for_administrators(phone, parts, cast, vera, path):
    """O02"""
    for user_id, status in ((cast.nadia, 403), (cast.paul, 403), (vera, 200)):
        sign_in(phone, parts, user_id)
        assert phone.get(path).status_code == status


@pytest.mark.parametrize("path", FORMS)
def test_nothing_is_changed_by_others_or_without_the_token_of_the_form(phone, parts, cast, vera, path):
    """O02 S03"""
    sign_in(phone, parts, cast.nadia)
    token = csrf_token(phone, "/tickets/new")
    assert phone.post(path, data={"csrf_token": token, **ORGANISATION, **SOMEBODY}).status_code == 403
    sign_in(phone, parts, vera)
    assert phone.post(path, data={**ORGANISATION, **SOMEBODY}).status_code == 400
    assert account_of(parts.database, "zoe@lavigne.example") is None
    assert mails(parts.database) == []


def test_a_stranger_is_asked_to_sign_in(phone, cast):
    """S04"""
    assert phone.get("/settings/tokens").headers["Location"].startswith("/sign-in")


def test_the_menu_leads_an_administrator_to_the_settings_and_to_each_page(desk):
    """O02"""
    page = desk.client.get("/").text
    assert 'href="/settings"' in page
    page = desk.client.get("/settings").text
    for path in ("/settings/users", "/settings/tokens", "/settings/senders", "/settings/retention"):
        assert f'href="{path}"' in page


def test_the_organisation_is_changed_and_the_log_says_by_whom_but_not_what_was_typed(
    desk, database, cast, vera, capsys
):
    """Y05"""
    changed = desk.send("/settings", **{**ORGANISATION, "mail_reply": "syndic@lavigne.example"})
    assert changed.status_code == 303
    with database.read(EVERYONE) as rows:
        ours = rows.get_one(Organisation, cast.organisation)
    assert (ours.address, ours.phone) == ("4 quai Rambaud, 69002 Lyon", "+33472000000")
    assert ours.mail_reply == "syndic@lavigne.example"
    output = capsys.readouterr().out
    (line,) = [json.loads(one) for one in output.splitlines() if "organisation changed" in one]
    assert (line["by"], line["fields"]) == (vera, ["address", "mail_reply"])
    assert "Rambaud" not in output
    assert "syndic@" not in output
    assert "04 72 00 00 00" in desk.client.get("/settings").text


@pytest.mark.parametrize(
    "typed",
    [
        {"name": " "},
        {"short_name": "x" * 21},
        {"phone": "12"},
        {"mail_reply": "nowhere"},
        {"language": "nl"},
        {"time_zone": "Europe/Lyon"},
        {"time_zone": "../etc/passwd"},
        {"name": "Igor Immobilier"},
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_changed(desk, database, cast, typed):
    """X04"""
    refused = desk.send("/settings", **{**ORGANISATION, **typed})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    with database.read(EVERYONE) as rows:
        assert rows.get_one(Organisation, cast.organisation).address == ""


def test_two_administrators_do_not_undo_each_others_changes(desk):
    """R08"""
    old = desk.values("/settings")
    assert desk.send("/settings", **ORGANISATION).status_code == 303
    late = desk.client.post("/settings", data={**ORGANISATION, **old, "address": "ailleurs"})
    assert late.status_code == 409
    assert "Rambaud" in desk.client.get("/settings").text


def test_somebody_is_invited_once_and_chooses_a_password_through_the_mail(desk, database, parts, capsys):
    """S02 R02"""
    form = {**desk.values("/settings/users/new"), **SOMEBODY}
    for _time in range(2):
        assert desk.client.post("/settings/users/new", data=form).status_code == 303
    zoe = account_of(database, "zoe@lavigne.example")
    assert (zoe.name, zoe.role, zoe.password_hash) == ("Zoé Martin", Role.MANAGER, None)
    (mail,) = mails(database)
    assert (mail.act, mail.address) == ("account.invitation", "zoe@lavigne.example")
    link = parts.links.password_url(mail.words["password_link"]).removeprefix("http://localhost")
    output = capsys.readouterr().out
    assert output.count("account made") == 1
    assert "zoe@" not in output.lower()

    stranger = desk.client.application.test_client()
    typed = {
        "password": LONG_PASSWORD,
        "password_again": LONG_PASSWORD,
        "csrf_token": csrf_token(stranger, link),
    }
    assert stranger.post(link, data=typed).status_code == 303
    assert passwords_match(parts, database, LONG_PASSWORD)
    assert stranger.get(link).status_code == 410


def passwords_match(parts, database, password: str) -> bool:
    zoe = account_of(database, "zoe@lavigne.example")
    return passwords.hasher(True).verify(zoe.password_hash, password)


def test_an_invitation_goes_again_until_a_password_is_chosen(desk, database, vera):
    """S02"""
    desk.send("/settings/users/new", **SOMEBODY)
    zoe = account_of(database, "zoe@lavigne.example").id
    page = f"/settings/users/{zoe}"
    assert desk.send(f"{page}/invite", opened=page).status_code == 303
    assert [mail.act for mail in mails(database)] == ["account.invitation"] * 2
    with database.begin(EVERYONE) as rows:
        rows.get_one(User, zoe).password_hash = "chosen"
    assert "/invite" not in desk.client.get(page).text
    desk.send(f"{page}/invite", opened=page)
    assert len(mails(database)) == 2


@pytest.mark.parametrize("email", ["nadia@lavigne.example", "NADIA@lavigne.example", "igor@igor.example"])
def test_an_address_has_one_account_in_the_whole_service(desk, database, cast, email):
    """O07"""
    refused = desk.send("/settings/users/new", **{**SOMEBODY, "email": email})
    assert refused.status_code == 422
    assert "There is an account with this address already." in refused.text
    assert mails(database) == []


def test_a_role_is_changed_at_once(desk, database, cast):
    """O10"""
    page = f"/settings/users/{cast.nadia}"
    typed = {"name": "Nadia B.", "role": "viewer", "language": "de", "active": "y"}
    assert desk.send(page, **typed).status_code == 303
    nadia = account(database, cast.nadia)
    assert (nadia.name, nadia.role, nadia.language) == ("Nadia B.", Role.VIEWER, "de")
    assert desk.send(page, **{**typed, "role": "god"}).status_code == 422
    assert account(database, cast.nadia).role == Role.VIEWER


def test_whoever_may_not_sign_in_any_more_is_out_at_once(desk, parts, database, cast, capsys):
    """O10"""
    nadia = desk.client.application.test_client()
    sign_in(nadia, parts, cast.nadia)
    assert nadia.get("/").status_code == 200
    page = f"/settings/users/{cast.nadia}"
    assert desk.send(page, name="Nadia Benali", role="manager", language="fr").status_code == 303
    assert nadia.get("/").status_code == 303
    assert "May not sign in any more" in desk.client.get("/settings/users").text
    assert '"active": false' in capsys.readouterr().out


def test_somebody_always_keeps_the_settings(desk, database, cast, vera):
    """O02: who never chose a password keeps nothing."""
    typed = {"name": "Vera Lavigne", "role": "manager", "language": "fr", "active": "y"}
    with database.begin(EVERYONE) as rows:
        rows.get_one(User, cast.nadia).role = Role.ADMIN
    refused = desk.send(f"/settings/users/{vera}", **typed)
    assert refused.status_code == 422
    assert "make another account an administrator first" in refused.text
    assert account(database, vera).role == Role.ADMIN

    with database.begin(EVERYONE) as rows:
        rows.get_one(User, cast.nadia).password_hash = "chosen"
    assert desk.send(f"/settings/users/{vera}", **typed).headers["Location"] == "/"
    assert desk.client.get("/settings").status_code == 403


def test_nobody_closes_their_own_account(desk, database, cast, vera):
    """O10"""
    with database.begin(EVERYONE) as rows:
        nadia = rows.get_one(User, cast.nadia)
        nadia.role, nadia.password_hash = Role.ADMIN, "chosen"
    refused = desk.send(f"/settings/users/{vera}", name="Vera", role="admin", language="fr")
    assert refused.status_code == 422
    assert account(database, vera).active


def test_an_account_or_token_of_another_organisation_does_not_exist(desk, parts, database, cast):
    """O01 O02"""
    with database.begin(EVERYONE) as rows:
        theirs = ApiToken(
            organisation_id=cast.other_organisation,
            name="theirs",
            role=Role.MANAGER,
            digest="0" * 64,
            created_at=parts.clock.now(),
        )
        rows.add(theirs)
        rows.flush()
        token = theirs.id
    assert "Igor" not in desk.client.get("/settings/users").text
    assert "theirs" not in desk.client.get("/settings/tokens").text
    for path in (f"/settings/users/{cast.igor}", "/settings/users/99999999999999999999"):
        assert desk.client.get(path).status_code == 404
    typed = {"name": "x", "role": "viewer", "language": "fr"}
    assert desk.send(f"/settings/users/{cast.igor}", "/settings", **typed).status_code == 404
    assert desk.send(f"/settings/users/{cast.igor}/invite", "/settings").status_code == 404
    for one in (token, 99999999999999999999):
        assert desk.send(f"/settings/tokens/{one}/revoke", "/settings").status_code == 404
    with database.read(EVERYONE) as rows:
        assert rows.get_one(ApiToken, token).revoked_at is None


def shown_secret(page: str) -> str:
    return page.partition('id="secret" type="text" readonly value="')[2].partition('"')[0]


def test_a_token_is_shown_once_works_and_is_dead_when_revoked(desk, database, capsys):
    """W01 R02"""
    form = {**desk.values("/settings/tokens"), "name": "Compta", "role": "viewer"}
    made = desk.client.post("/settings/tokens", data=form)
    assert made.status_code == 201
    secret = shown_secret(made.text)
    program = desk.client.application.test_client()
    heads = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/tickets", headers=heads).status_code == 200
    assert program.post("/api/v1/tickets", headers=heads, json={}).status_code == 403

    again = desk.client.post("/settings/tokens", data=form)
    assert again.status_code == 409
    assert secret not in again.text + desk.client.get("/settings/tokens").text
    with database.read(EVERYONE) as rows:
        (token,) = rows.scalars(select(ApiToken)).all()

    desk.send(f"/settings/tokens/{token.id}/revoke", "/settings/tokens")
    assert program.get("/api/v1/tickets", headers=heads).status_code == 401
    assert "Revoked" in desk.client.get("/settings/tokens").text
    output = capsys.readouterr().out
    assert output.count("token made") == output.count("token revoked") == 1
    assert secret not in output


def test_a_token_wants_a_name_and_a_role_from_the_list(desk, database):
    """W01"""
    assert desk.send("/settings/tokens", name=" ", role="manager").status_code == 422
    assert desk.send("/settings/tokens", name="Compta", role="admin").status_code == 422
    with database.read(EVERYONE) as rows:
        assert rows.scalars(select(ApiToken)).all() == []


def test_the_senders_are_named_without_their_secrets_and_a_test_tells_how_it_went(desk, parts, database):
    """M08"""
    page = desk.client.get("/settings/senders").text
    assert "Demo: nothing leaves this machine" in page
    sent = desk.send("/settings/senders/email/test", "/settings/senders")
    assert sent.status_code == 303
    assert (
        desk.send("/settings/senders/sms/test", "/settings/senders", phone="06 39 98 00 12").status_code
        == 303
    )
    assert "The test waits to be sent." in desk.client.get("/settings/senders").text
    assert outbox(parts).drain() == 2
    assert desk.client.get("/settings/senders").text.count("The test was sent.") == 2
    text = next(one for one in mails(database) if one.channel == "sms")
    assert (text.address, text.segments) == ("+33639980012", 1)
    assert text.text.startswith("Lavigne: ")


def test_the_last_failure_is_shown_with_its_reason(desk, database, cast):
    """M07"""
    desk.send("/settings/senders/email/test", "/settings/senders")
    with database.begin(EVERYONE) as rows:
        (mail,) = rows.scalars(select(Delivery)).all()
        mail.state, mail.failure = "failed", "550 no such box"
    page = desk.client.get("/settings/senders").text
    assert "550 no such box" in page
    assert "The test failed." in page


@pytest.mark.parametrize("number", ["", "12", "04 72 00 00 00"])
def test_a_test_text_goes_only_to_a_mobile(desk, database, number):
    """M15"""
    assert desk.send("/settings/senders/sms/test", "/settings/senders", phone=number).status_code == 422
    assert mails(database) == []


def test_tests_of_the_senders_are_limited(desk, database):
    """M08"""
    answers = [desk.send("/settings/senders/email/test", "/settings/senders") for _time in range(7)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [429]
    assert len(mails(database)) == 6
