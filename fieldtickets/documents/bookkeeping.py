"""The papers of a month's books: all invoices behind one index, and what one company claims."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fieldtickets.documents.merge import bound
from fieldtickets.documents.papers import paper
from fieldtickets.documents.pictures import KINDS, PictureFailed, preview
from fieldtickets.documents.render import PdfFailed, render_pdf
from fieldtickets.domain.amounts import CHARGE_STATE_NAMES, INVOICE_STATE_NAMES
from fieldtickets.domain.books import Kind, Line, Month, totals
from fieldtickets.domain.effects import ChargeState
from fieldtickets.domain.words import Message, Money
from fieldtickets.language import Reader, month
from fieldtickets.store.db import Database
from fieldtickets.store.files import FileDamaged, FileMissing, FileStore
from fieldtickets.store.models import Attachment, Organisation
from fieldtickets.store.queries import books as queries

Progress = Callable[[int], None]  # told in hundredths
PHOTO = "<style>@page{size:A4;margin:10mm}img{width:190mm;height:270mm;object-fit:contain}</style>"
READ, MADE = 80, 95  # hundredths of the way when all invoices are read, when they are bound


@dataclass(frozen=True)
class Books:
    """One month of one organisation, for print."""

    organisation: Organisation
    month: Month
    lines: Sequence[Line]

    @property
    def reader(self) -> Reader:
        """For whom its papers are written."""
        return Reader(self.organisation.language, self.organisation.time_zone)


def books_of(database: Database, organisation_id: int, wanted: Month, company_id: int | None = None) -> Books:
    """Read one month; with `company_id` what is of this subcontractor alone."""
    with database.read(organisation_id) as session:
        organisation = session.get_one(Organisation, organisation_id)
        found = queries.lines(session, wanted, organisation.time_zone, company_id)
        return Books(organisation, wanted, found)


def statement(books: Books) -> bytes:
    """What one company claims in a month, and its fees, as PDF. Raises PdfFailed."""
    company = next((line.company for line in books.lines), "")
    return render_pdf(_page(books, company, books.lines, ()))


def month_pack(database: Database, files: FileStore, books: Books, progress: Progress) -> bytes:
    """All invoices of a month behind a linked index, as PDF. Raises PdfFailed.

    An invoice whose file is lost, damaged or locked stands in the index with no page.
    """
    with database.read(books.organisation.id) as session:
        attached = queries.files_of(session, books.lines)
    with TemporaryDirectory(prefix="fieldtickets-") as folder:
        parts: list[tuple[str, Path]] = []
        places: dict[int, int] = {}
        for done, line in enumerate(books.lines):
            for number, content in enumerate(_pdfs(files, attached.get(line.event_id, ()))):
                path = Path(folder, f"{done}-{number}.pdf")
                path.write_bytes(content)
                places.setdefault(done, len(parts))
                parts.append((f"{line.number}, {line.company}", path))
            progress(READ * (done + 1) // len(books.lines))
        whole = bound(lambda pages: _page(books, "", books.lines, _places(books, places, pages)), parts)
    progress(MADE)
    return whole


def _places(books: Books, places: dict[int, int], pages: Sequence[int]) -> list[tuple[int, int]]:
    """For each line the part that is its invoice and the page on which that begins; -1 and 0 for none."""
    parts = [places.get(number, -1) for number in range(len(books.lines))]
    return [(part, pages[part] if part >= 0 else 0) for part in parts]


def _pdfs(files: FileStore, attached: Sequence[Attachment]) -> Iterator[bytes]:
    """The files of an invoice as PDFs; a photo, repainted, fills a page."""
    for one in attached:
        try:
            content = files.read(one.key, one.digest)
            if one.kind in KINDS:
                picture = preview(content, one.kind).jpeg
                content = render_pdf(f'{PHOTO}<img src="asset:1" alt="">', {"1": picture})
            yield content
        except (FileMissing, FileDamaged, PictureFailed, PdfFailed):
            continue


def _page(books: Books, company: str, lines: Sequence[Line], places: Sequence[tuple[int, int]]) -> str:
    return paper(
        "books",
        books.reader,
        organisation=books.organisation.name,
        address=books.organisation.address,
        month=month(books.month.first, books.reader),
        company=company,
        lines=lines,
        places=places,
        totals=totals(lines),
        state_name=state_name,
        money=Money,
    )


def state_name(line: Line) -> Message:
    """How a line stands, in words."""
    if line.kind is Kind.FEE:
        return CHARGE_STATE_NAMES[ChargeState(line.state)]
    return INVOICE_STATE_NAMES[line.state]
