"""The papers of a ticket over HTTP: who may take them away."""

from tests.builders import a_ticket
from tests.web.signing_in import sign_in


def test_the_tickets_page_leads_to_its_file(phone, parts, cast):
    """S092"""
    ticket = a_ticket(parts, cast, cast.karim)
    sign_in(phone, parts, cast.paul)
    address = f"/tickets/{ticket.ref}/dossier.pdf"
    assert address in phone.get(f"/tickets/{ticket.ref}").text
    pdf = phone.get(address)
    assert (pdf.status_code, pdf.content_type, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")


def test_of_another_organisation_there_is_nothing(phone, parts, cast):
    """O01"""
    ticket = a_ticket(parts, cast, cast.karim)
    assert phone.get(f"/tickets/{ticket.ref}/dossier.pdf").status_code in (303, 401)
    sign_in(phone, parts, cast.igor)
    assert phone.get(f"/tickets/{ticket.ref}/dossier.pdf").status_code == 404
