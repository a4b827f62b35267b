"""The dossier of a ticket: all that was said, done, sent and owed, on paper, with the journal's seals.

It may leave the house, so notes that managers write for themselves are counted in it but not quoted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.desk.facts import past_on
from fieldtickets.documents.order import Card
from fieldtickets.documents.papers import paper
from fieldtickets.documents.signatures import Signature, signature
from fieldtickets.domain.amounts import CHARGE_NAMES, CHARGE_STATE_NAMES, INVOICE_STATE_NAMES
from fieldtickets.domain.fates import CHANNEL_NAMES, fate_name
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import PHASE_NAMES, STANDING_NAMES
from fieldtickets.domain.words import Message, Money, _
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.stays import stays
from fieldtickets.exchanges.texts import line, told
from fieldtickets.exchanges.visit import PROOFS
from fieldtickets.language import Reader
from fieldtickets.phones import pretty
from fieldtickets.store.files import FileDamaged, FileMissing, FileStore
from fieldtickets.store.models import Attachment, ChargeRow, Invoice, JournalHead, Organisation, Ticket
from fieldtickets.store.queries import ticket as queries
from fieldtickets.store.queries.ticket import Sealed

MOST_PHOTOS = 40  # on paper; the names of all stand in it
INVOICED = _("Invoice %(number)s")


@dataclass(frozen=True)
class Happened:
    """One fact of the journal: when, with which company, what; its words, files and seal."""

    at: datetime
    company: str
    line: str
    words: str
    files: tuple[str, ...]
    seq: int
    seal: str


@dataclass(frozen=True)
class Amount:
    """One line of the money: what for, how it stands, net and VAT."""

    label: Message | str
    state: Message
    net: Money
    vat: Money


@dataclass(frozen=True)
class Sent:
    """One message that was owed, and its fate; neither address nor text."""

    at: datetime
    name: str
    channel: Message
    state: Message


@dataclass(frozen=True)
class Dossier:
    """A ticket as plain values; instants are aware. photos: what they show, by the name of the picture.

    stays: the company, from when to when it was on site, and how its arrival was proved.

    head: the last number and seal of the organisation's journal when this was made.
    """

    ticket: Ticket
    organisation: Organisation
    made_at: datetime
    phase: Message
    companies: Sequence[tuple[str, Message]]
    customer: Card | None
    stays: Sequence[tuple[str, Message, Message]]
    happened: Sequence[Happened]
    signatures: Sequence[Signature]
    money: Sequence[Amount]
    sent: Sequence[Sent]
    photos: Mapping[str, str]
    head: tuple[int, str]


def dossier_page(
    session: Session, files: FileStore, ref: str, now: datetime
) -> tuple[str, Mapping[str, bytes]]:
    """The dossier in the organisation's language, and its pictures: what `render_pdf` asks for.

    Raises NoResultFound for a ticket that is not there, or another organisation's.
    """
    ticket = queries.by_ref(session, ref)
    organisation = session.get_one(Organisation, ticket.organisation_id)
    reader = Reader(organisation.language, ticket.site.time_zone)
    pictures, names = _photos(files, queries.files(session, ticket.id))
    dossier = _dossier(session, ticket, organisation, reader, now, names)
    return paper("dossier", reader, dossier=dossier), pictures


def _dossier(
    session: Session,
    ticket: Ticket,
    organisation: Organisation,
    reader: Reader,
    now: datetime,
    photos: Mapping[str, str],
) -> Dossier:
    facts = queries.said(session, ticket.id)
    head = session.get_one(JournalHead, organisation.id)
    return Dossier(
        ticket=ticket,
        organisation=organisation,
        made_at=now,
        phase=PHASE_NAMES[ticket.phase],
        companies=[(one.subcontractor.name, STANDING_NAMES[one.standing]) for one in ticket.dispatches],
        customer=_customer(ticket, reader),
        stays=list(_stays(ticket, facts)),
        happened=list(_happened(session, ticket, facts, reader)),
        signatures=list(_signatures(facts)),
        money=list(_money(session, ticket)),
        sent=[
            Sent(
                one.sent_at or one.due_at,
                one.name,
                CHANNEL_NAMES[one.channel],
                fate_name(one.state, one.failure),
            )
            for one in queries.deliveries(session, ticket.id)
        ],
        photos=photos,
        head=(head.seq, head.seal),
    )


def _customer(ticket: Ticket, reader: Reader) -> Card | None:
    if ticket.customer is None:
        return None
    phone = ticket.customer.phone
    dialled = pretty(phone, reader.language) if phone else ""
    return Card(ticket.customer.name, (), dialled, ticket.customer.email)


def _stays(ticket: Ticket, facts: Sequence[Sealed]) -> Iterator[tuple[str, Message, Message]]:
    for one in ticket.dispatches:
        for stay in stays(past_on((said for said, _seq, _seal in facts), one.id)):
            yield one.subcontractor.name, stay.sentence, PROOFS.get(stay.proof, Message(""))


def _happened(
    session: Session, ticket: Ticket, facts: Sequence[Sealed], reader: Reader
) -> Iterator[Happened]:
    companies = {one.id: one.subcontractor.name for one in ticket.dispatches}
    files = queries.files(session, ticket.id)
    for said, seq, seal in facts:
        act, content = ACTS[said.act], said.content or {}
        note = said.party is Party.MANAGER and said.body is not None and said.audience is None
        comment = str(content.get("answer", {}).get("comment", ""))
        yield Happened(
            at=said.at,
            company=companies.get(said.dispatch_id or 0, ""),
            line=line(act, told(act, content), reader),
            words="" if note else said.body or comment,
            files=() if note else tuple(one.name for one in files if one.event_id == said.id),
            seq=seq,
            seal=seal,
        )


def _signatures(facts: Sequence[Sealed]) -> Iterator[Signature]:
    for said, _seq, _seal in facts:
        answer = (said.content or {}).get("answer", {})
        drawn = signature(answer.get("signature"), str(answer.get("signer_name", "")))
        if drawn:
            yield drawn


def _money(session: Session, ticket: Ticket) -> Iterator[Amount]:
    charges = select(ChargeRow).where(ChargeRow.ticket_id == ticket.id).order_by(ChargeRow.id)
    for one in session.scalars(charges):
        yield Amount(
            one.label or CHARGE_NAMES[one.kind],
            CHARGE_STATE_NAMES[one.state],
            Money(one.net_cents, one.currency),
            Money(one.vat_cents, one.currency),
        )
    invoices = select(Invoice).where(Invoice.ticket_id == ticket.id).order_by(Invoice.submitted_at)
    for each in session.scalars(invoices):
        yield Amount(
            INVOICED.given(number=each.number),
            INVOICE_STATE_NAMES[each.state],
            Money(each.net_cents, each.currency),
            Money(each.vat_cents, each.currency),
        )


def _photos(files: FileStore, attached: Sequence[Attachment]) -> tuple[dict[str, bytes], dict[str, str]]:
    """The repainted pictures by a name of ours, and the names that they came with."""
    pictures: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for one in attached:
        if one.preview_key is None or len(pictures) == MOST_PHOTOS:
            continue
        try:
            pictures[str(one.id)] = files.read(one.preview_key)
        except (FileMissing, FileDamaged):
            continue
        names[str(one.id)] = one.name
    return pictures, names
