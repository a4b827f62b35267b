"""A partner's own rules: its words and its telephone stand where the work is done."""

from fieldtickets.store.models import PlaybookRow, Ticket
from tests.builders import TUESDAY_AT_TWO, a_ticket, do
from tests.web.links.forms import path_of_anna

WORDS = {"instructions": "Portez le badge Swisscom.", "hotline": "0800 406 080"}


def test_the_company_reads_them_and_the_customer_does_not(phone, parts, database, cast):
    """S024 S057"""
    job = a_ticket(parts, cast, cast.karim)
    do(parts, cast, job, "offer.accept", cast.karim, TUESDAY_AT_TWO)
    with database.begin(cast.organisation) as rows:
        row = PlaybookRow(name="Swisscom", version=1, copied_from="syndic", rules=WORDS)
        row.created_at = parts.clock.now()
        rows.add(row)
        ticket = rows.get_one(Ticket, job.id)
        ticket.playbook, ticket.playbook_version = row.name, row.version

    karims = phone.get(job.path(cast.karim)).text
    assert "Portez le badge Swisscom." in karims
    assert 'href="tel:0800406080"' in karims
    assert "Swisscom" not in phone.get(path_of_anna(parts, job)).text
