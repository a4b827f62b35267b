"""Papers for programs."""

from tests.builders import a_ticket


def test_a_program_takes_the_file_of_a_ticket(parts, cast, program, igors_program):
    """O01"""
    ticket = a_ticket(parts, cast, cast.karim)
    pdf = program.get(f"/tickets/{ticket.ref}/dossier.pdf")
    assert (pdf.status_code, pdf.content_type, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    foreign = igors_program.get(f"/tickets/{ticket.ref}/dossier.pdf")
    assert (foreign.status_code, foreign.json["title"]) == (404, "not_found")
