"""Did it answer your question? What a vote keeps, how often one counts, and who reads them."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldtickets.domain.parties import Role
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import HelpVote, Organisation
from fieldtickets.web.guides import votes
from tests.builders import a_ticket, a_user
from tests.web.signing_in import csrf_token, sign_in

HIDDEN = re.compile(r'name="submission" value="([^"]+)"')


@pytest.fixture
def vera(database, cast) -> int:
    """The administrator of Nadia's organisation."""
    with database.begin(EVERYONE) as rows:
        ours = rows.get_one(Organisation, cast.organisation)
        return a_user(rows, ours, "Vera Lavigne", "vera@lavigne.example", Role.ADMIN).id


def kept(database) -> list[HelpVote]:
    with database.read(EVERYONE) as rows:
        return list(rows.scalars(select(HelpVote).order_by(HelpVote.id)))


def vote_below(phone, path: str, article: str, **answer: str):
    """Vote on the page of an article below a link."""
    field = html.unescape(HIDDEN.search(phone.get(f"{path}/help/{article}").text)[1])
    return phone.post(f"{path}/help/{article}", data={"submission": field, **answer})


def test_a_vote_is_kept_without_who_gave_it(phone, parts, cast, database, clock):
    """S115"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)

    answer = vote_below(phone, path, "absent", helped="no", remark="Et si la porte est ouverte ?")

    assert answer.status_code == 303
    assert "Thank you" in phone.get(answer.location).text
    (vote,) = kept(database)
    assert (vote.organisation_id, vote.guide, vote.article) == (cast.organisation, "subcontractor", "absent")
    assert (vote.helped, vote.remark) == (False, "Et si la porte est ouverte ?")
    assert (vote.language, vote.day) == ("fr", clock.now().date())


def test_a_stranger_s_vote_belongs_to_nobody(phone, cast, database):
    """S115"""
    token = csrf_token(phone, "/help/customer/visit")

    vote = {"csrf_token": token, "helped": "yes", "remark": "Et la clé ?"}

    answer = phone.post("/help/customer/visit", data=vote)

    assert answer.status_code == 303
    assert [(vote.organisation_id, vote.helped, vote.remark) for vote in kept(database)] == [(None, True, "")]


def test_a_sentence_is_asked_only_of_those_whose_administrator_reads_it(phone, parts, cast):
    """S115"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)
    assert 'name="remark"' not in phone.get("/help/subcontractor/absent").text
    assert 'name="remark"' in phone.get(f"{path}/help/absent").text

    sign_in(phone, parts, cast.nadia)

    assert 'name="remark"' in phone.get("/help/subcontractor/absent").text


def test_looking_and_forged_forms_are_no_vote(phone, parts, cast, database, app):
    """S115 G01 S03"""
    job = a_ticket(parts, cast, cast.karim, cast.lucie)
    karim, lucie = job.path(cast.karim), job.path(cast.lucie)
    phone.get(f"{karim}/help/absent?helped=yes&thanks=yes")
    lucies = html.unescape(HIDDEN.search(phone.get(f"{lucie}/help/absent").text)[1])
    sent = [
        app.test_client().post("/help/customer/visit", data={"helped": "yes"}),
        phone.post(f"{karim}/help/absent", data={"helped": "yes"}),
        phone.post(f"{karim}/help/absent", data={"helped": "yes", "submission": lucies}),
    ]

    assert [one.status_code for one in sent] == [400, 400, 400]
    assert kept(database) == []


def test_a_vote_whose_proof_is_not_ours_is_shown_again_with_what_was_typed(phone, parts, cast, database):
    """S115 G06"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)

    page = phone.post(
        f"{path}/help/absent", data={"helped": "no", "remark": "Et la clé ?", "submission": "x"}
    )

    assert page.status_code == 400
    assert "This form did not arrive whole." in page.text
    assert ">Et la clé ?</textarea>" in page.text
    again = html.unescape(HIDDEN.search(page.text)[1])
    assert phone.post(f"{path}/help/absent", data={"helped": "no", "submission": again}).status_code == 303


@pytest.mark.parametrize(
    ("answer", "told"),
    [({}, "Say yes or no"), ({"helped": "no", "remark": "x" * 301}, "At most 300")],
)
def test_a_vote_that_is_not_whole_is_shown_again(phone, parts, cast, database, answer, told):
    """S115"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)

    page = vote_below(phone, path, "absent", **answer)

    assert page.status_code == 422
    assert told in page.text
    assert answer.get("remark", "") in page.text
    assert kept(database) == []


def test_the_same_form_sent_twice_is_one_vote(phone, parts, cast, database):
    """S115 R02"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)
    field = html.unescape(HIDDEN.search(phone.get(f"{path}/help/pay").text)[1])

    for _tap in range(2):
        sent = phone.post(f"{path}/help/pay", data={"submission": field, "helped": "yes"})
        assert sent.status_code == 303

    assert len(kept(database)) == 1


def test_one_address_cannot_vote_for_ever(phone, parts, cast, database, clock):
    """S115"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)
    most = int(votes.FROM_ONE_ADDRESS.split()[0])
    answers = [vote_below(phone, path, "pay", helped="no").status_code for _vote in range(most + 1)]

    assert answers == [*[303] * most, 429]
    assert len(kept(database)) == most
    clock.instant += timedelta(hours=1, minutes=1)
    assert vote_below(phone, path, "pay", helped="no").status_code == 303


def test_the_administrator_reads_what_helped_and_what_was_missed(phone, parts, cast, database, vera, app):
    """S115 O01"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)
    vote_below(phone, path, "absent", helped="no", remark="Et si la porte est ouverte ?")
    vote_below(phone, path, "absent", helped="yes")
    vote_below(phone, path, "pay", helped="yes")
    sign_in(phone, parts, vera)

    page = phone.get("/settings/help").text

    rows = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    (absent,) = [row for row in rows if "/help/subcontractor/absent" in row]
    assert re.findall(r"<td class=\"num[^>]*>(\d+)</td>", absent) == ["1", "1"]
    assert "Et si la porte est ouverte ?" in page
    igor = app.test_client()
    sign_in(igor, parts, cast.igor)
    assert "la porte" not in igor.get("/settings/help").text
    nadia = app.test_client()
    sign_in(nadia, parts, cast.nadia)
    assert nadia.get("/settings/help").status_code == 403


def test_what_a_stranger_wrote_is_counted_and_read_by_no_organisation(phone, parts, cast, vera):
    """S115 O01"""
    sent = {
        "helped": "no",
        "remark": "Anna habite au 18",
        "csrf_token": csrf_token(phone, "/help/customer/visit"),
    }
    assert phone.post("/help/customer/visit", data=sent).status_code == 303
    sign_in(phone, parts, vera)

    page = phone.get("/settings/help").text

    rows = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    (visit,) = [row for row in rows if "/help/customer/visit" in row]
    assert re.findall(r"<td class=\"num[^>]*>(\d+)</td>", visit) == ["0", "1"]
    assert "Anna habite" not in page


def test_votes_are_forgotten_after_a_year(phone, parts, cast, database, clock):
    """S115 Y03"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)
    vote_below(phone, path, "pay", helped="yes")

    clock.instant += timedelta(days=365)
    parts.rounds.clean_up()
    assert len(kept(database)) == 1
    clock.instant += timedelta(days=1)
    parts.rounds.clean_up()
    assert kept(database) == []
