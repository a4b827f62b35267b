"""The help centre: the numbers of the rules, help before people, four languages, and paper."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock

import pytest

from fieldtickets.domain.parties import Party
from fieldtickets.domain.playbooks import HOME_CLEANING, MARKETPLACE, PLAYBOOKS, SYNDIC, Rung
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.visit import PROBLEMS
from fieldtickets.language import LANGUAGES, Reader, say
from fieldtickets.web.guides.guide import Article
from fieldtickets.web.guides.shelf import GUIDES
from fieldtickets.web.links import helping
from tests.builders import TUESDAY_AT_TWO, a_ticket, do
from tests.conftest import sqlite_copy
from tests.web.links.forms import path_of, path_of_anna
from tests.web.signing_in import sign_in

ARTICLES = [(guide, article) for guide in GUIDES.values() for article in guide.articles]


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    return sqlite_copy(sqlite_template, tmp_path)


def named(guide: str, name: str) -> Article:
    (article,) = [one for one in GUIDES[guide].articles if one.name == name]
    return article


def told(guide: str, article: str, rules, party: Party | None = None) -> str:
    """An article in English under these rules, for the party of the guide or another."""
    says = named(guide, article).says(rules, party or Party(guide))
    return " ".join(say(one, Reader("en")) for one in says)


@pytest.mark.parametrize(
    ("article", "rules", "numbers"),
    [
        ("job", SYNDIC, ["24 h", "48 h", "30 min", "3, 7, 14 days"]),
        ("job", MARKETPLACE, ["1 h", "within 12 h", "24 h before", "2 h before"]),
        ("job", HOME_CLEANING, ["30 min before", "within 5 days"]),
        ("absent", MARKETPLACE, ["10 min after", "100 % of the price."]),
        ("absent", HOME_CLEANING, ["30 min after", "100 % of the price, at most €40.00"]),
        ("give-back", MARKETPLACE, ["5 tries in 2", "less than 24 h"]),
        ("give-back", HOME_CLEANING, ["less than 8 h", "80 % of the price, at most €30.00"]),
        ("wrong", MARKETPLACE, ["3 times within 30 days", "for 7 days"]),
    ],
)
def test_the_numbers_of_the_help_are_those_of_the_rules(article, rules, numbers):
    """S056"""
    text = told("subcontractor", article, rules)

    assert [number for number in numbers if number not in text] == []


def test_a_rule_that_changes_changes_the_help():
    """S056"""
    quicker = replace(MARKETPLACE, calls_within=timedelta(minutes=45), absence=None, wants_signature=False)

    assert "within 45 min" in told("subcontractor", "job", quicker)
    assert "owes" not in told("subcontractor", "absent", quicker)
    assert "sign" not in told("customer", "agree", quicker)


@pytest.mark.parametrize(
    ("rules", "free"),
    [
        (HOME_CLEANING, "Up to 8 h before the visit it costs nothing."),
        (replace(SYNDIC, ladder=(Rung(timedelta(), 50),)), "Up to the hour of the visit it costs nothing."),
        (SYNDIC, "Cancelling costs nothing."),
    ],
)
def test_until_when_cancelling_is_free_is_said_before_what_it_costs(rules, free):
    """S056 S107"""
    text = told("customer", "change", rules)

    assert free in text
    assert "Cancelled" not in text.partition(free)[0]
    assert text.count("costs nothing") == 1


@pytest.mark.parametrize(("guide", "article"), [("subcontractor", "job"), ("manager", "silence")])
def test_the_help_says_that_delays_run_on_working_days_where_they_do(guide, article):
    """S056 T08"""
    by_the_week = replace(SYNDIC, working_days=True)

    assert "Monday to Friday without public holidays" in told(guide, article, by_the_week)
    assert "Monday" not in told(guide, article, SYNDIC)


@pytest.mark.parametrize(
    ("by", "party", "article", "says"),
    [
        ((Party.CUSTOMER,), Party.CUSTOMER, "agree", "More work needs your yes"),
        ((Party.MANAGER, Party.APPROVER), Party.CUSTOMER, "agree", "decided by the manager, not by you"),
        ((Party.APPROVER,), Party.CUSTOMER, "agree", "decided by the approver, not by you"),
        ((Party.MANAGER, Party.APPROVER), Party.APPROVER, "decide", "More work can be sent to you"),
    ],
)
def test_who_decides_about_more_work_is_whom_the_rules_name(by, party, article, says):
    """S056 S068"""
    assert says in told("customer", article, replace(SYNDIC, extra_by=by), party)


def test_an_approver_who_has_no_say_on_more_work_reads_nothing_of_it():
    """S056 S068"""
    assert "More work" not in told("customer", "decide", MARKETPLACE, Party.APPROVER)


def test_an_approver_reads_what_an_approver_does(phone, parts, cast):
    """S056 S068"""
    job = a_ticket(parts, cast, cast.karim, kind="quote", price_cents=None)
    do(parts, cast, job, "quote.submit", cast.karim, {"amount_net": 31200, "vat_rate": 1000})
    moreau = {"name": "Jean Moreau", "email": "jean.moreau@conseil.example"}
    do(parts, cast, job, "approval.ask", cast.karim, moreau, party=Party.MANAGER)
    path = path_of(parts, job, Party.APPROVER)

    page = phone.get(f"{path}/help?all").text

    assert re.findall(r"<article>\s*<h2>(.*?)</h2>", page) == [
        "I am asked to decide about a quote",
        "What happens to my data?",
    ]
    assert "not by you" not in page
    assert phone.get(f"{path}/help/agree").status_code == 404


def test_a_technician_reads_of_no_fee_and_no_invoice(phone, parts, cast):
    """S056 L09 O08"""
    job = a_ticket(parts, cast, cast.karim, playbook="home-cleaning")
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    sofiane = {"name": "Sofiane", "phone": "+33639980001"}
    do(parts, cast, job, "delegate.create", cast.karim, sofiane)
    karim, technician = job.path(cast.karim), path_of(parts, job, Party.DELEGATE)

    theirs, his = (phone.get(f"{path}/help?all").text for path in (karim, technician))

    of_money = ("The customer then owes", "Whoever cancels late pays", "Send your invoice", "The accountant")
    assert [words for words in of_money if words not in theirs] == []
    assert [words for words in of_money if words in his] == []
    assert "30 min after the hour" in his
    assert [phone.get(f"{technician}/help/{name}").status_code for name in ("give-back", "pay")] == [404, 404]


def test_a_technician_reads_of_nothing_that_the_link_cannot_do(phone, parts, cast):
    """S056: neither of a yes to a job, nor of a date, a price, another technician or figures."""
    job = a_ticket(parts, cast, cast.karim, playbook="marketplace")
    do(parts, cast, job, "offer.accept", cast.karim)
    do(parts, cast, job, "delegate.create", cast.karim, {"name": "Sofiane", "phone": "+33639980001"})

    technician = phone.get(f"{path_of(parts, job, Party.DELEGATE)}/help?all").text
    company = phone.get(f"{job.path(cast.karim)}/help?all").text

    beyond = (
        "Say yes or no there", "I can call the customer at once", "What does my yes mean?",
        "Call the customer within", "Confirm 24 h before", "The date changes", "you can give a new date",
        "I cannot come”", "Propose it on the page", "Tap “Send the job to a technician”", "Your figures",
    )  # fmt: skip
    assert [words for words in beyond if words not in company] == []
    assert [words for words in beyond if words in technician] == []
    assert "You cannot come, or the date changes? Tell your company" in technician


@pytest.mark.parametrize("rules", PLAYBOOKS.values(), ids=PLAYBOOKS)
def test_every_button_that_a_technician_reads_of_is_on_the_technicians_page(rules):
    """S056"""
    labels = {str(act.label) for act in ACTS.values()}
    theirs = {str(act.label) for act in ACTS.values() if Party.DELEGATE in act.by}
    articles = [one for one in GUIDES["subcontractor"].articles if Party.DELEGATE not in one.not_for]

    words = [said.words.values() for one in articles for said in one.says(rules, Party.DELEGATE)]
    buttons = {str(value) for values in words for value in values} & labels

    assert buttons
    assert buttons <= theirs


def test_each_problem_of_the_picker_has_its_sentence():
    """S056 S080"""
    says = list(named("subcontractor", "wrong").says(SYNDIC, Party.SUBCONTRACTOR))

    assert len(says) == 1 + len(PROBLEMS)


def test_the_part_of_the_company_is_what_the_customers_get(phone, parts, cast):
    """S117"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)

    article = phone.get(f"{path}/help/part").text
    figures = phone.get(f"{path}/scorecard").text

    assert "their good service is you" in article
    assert f'href="{path}/help/part"' in figures
    assert [name for name in ("Usual time to answer", "On time", "Nobody came") if name not in figures] == []


def test_every_page_of_a_link_leads_to_the_help_of_its_party_with_its_numbers(phone, parts, cast):
    """S056"""
    job = a_ticket(parts, cast, cast.karim, playbook="home-cleaning")
    path = job.path(cast.karim)

    for page in ("", "/offer.accept", "/scorecard", "/message.write"):
        assert f'href="{path}/help"' in phone.get(path + page).text
    assert "30 min after the hour" in phone.get(f"{path}/help/absent").text

    with_date = a_ticket(parts, cast, cast.karim)
    do(parts, cast, with_date, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    anna = path_of_anna(parts, with_date)
    assert "Who comes, and when?" in phone.get(f"{anna}/help").text
    assert phone.get(f"{anna}/help/give-back").status_code == 404


def test_the_rules_of_a_job_are_read_once_for_a_page(phone, parts, cast, monkeypatch):
    """S056"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)
    rules = Mock(wraps=helping.rules_of)
    monkeypatch.setattr(helping, "rules_of", rules)

    for send in (phone.get, phone.post):
        send(f"{path}/help/absent")
        assert rules.call_count == 1
        rules.reset_mock()


def test_help_comes_first_and_then_the_team(phone, parts, cast):
    """S056"""
    path = a_ticket(parts, cast, cast.karim).path(cast.karim)

    page = phone.get(f"{path}/help/absent").text

    assert (
        page.index("Call first.") < page.index("Did this answer") < page.index(f'href="{path}/message.write"')
    )
    assert 'href="tel:+33472000000"' in page


def test_whoever_has_no_link_reads_the_help_too(phone, cast):
    """S056 S114"""
    assert phone.get("/help").status_code == 200
    for guide, article in ARTICLES:
        page = phone.get(f"/help/{guide.name}/{article.name}?lang=en")
        assert page.status_code == 200
        assert html.escape(article.title, quote=False) in html.unescape(page.text).replace("&", "&amp;")
    assert "page with the telephone of your manager" in phone.get("/help/customer/visit").text
    for nothing in ("/help/nobody", "/help/customer/nothing", "/help/customer/job"):
        assert phone.get(nothing).status_code == 404


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_the_public_help_speaks_of_the_rules_that_were_chosen(phone, cast, name):
    """S056"""
    rules = PLAYBOOKS[name]
    page = html.unescape(phone.get(f"/help/subcontractor?all&rules={name}&lang=en").text)

    for article in GUIDES["subcontractor"].articles:
        for sentence in article.says(rules, Party.SUBCONTRACTOR):
            assert say(sentence, Reader("en")) in page
    assert f"/help/subcontractor?rules={name}&lang=en" in page


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
def test_the_page_to_print_holds_every_answer_and_nothing_to_vote_on(phone, cast, guide):
    """S116"""
    page = html.unescape(phone.get(f"/help/{guide.name}?all&lang=en").text)

    titles = re.findall(r"<article>\s*<h2>(.*?)</h2>", page)
    assert titles == [article.title for article in guide.articles]
    assert 'name="helped"' not in page
    assert "@media print" in page
    assert "data-print" in page


@pytest.mark.translated
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_speaks_four_languages(phone, cast, language):
    """S114 S116"""
    titles = {
        one: re.search(r"<h1>(.*?)</h1>", phone.get(f"/help/manager/proof?lang={one}").text)[1]
        for one in LANGUAGES
    }

    assert len(set(titles.values())) == len(LANGUAGES)
    assert f'<html lang="{language}">' in phone.get(f"/help/manager/proof?lang={language}").text


def test_nadia_finds_the_help_on_her_desk_in_her_language(phone, parts, cast):
    """S056"""
    sign_in(phone, parts, cast.nadia)

    assert 'href="/help/manager?lang=fr"' in phone.get("/").text
    page = phone.get("/help/manager/mine", headers={"Accept-Language": "de"}).text
    assert '<html lang="fr">' in page
    assert "Gestion Lavigne" in page
    assert "Ask the administrator" in page
