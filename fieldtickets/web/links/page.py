"""What one party sees of a ticket: what is asked now, the details it may know, its thread (O08, O14)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from fieldtickets.desk.facts import done, gather, past_on, seen_from
from fieldtickets.domain.acts import Act, Facts, Weight
from fieldtickets.domain.effects import Amount, ChargeKind, ChargeState
from fieldtickets.domain.parties import OF_THE_COMPANY, Party
from fieldtickets.domain.phases import AT_WORK, Phase, Standing
from fieldtickets.domain.playbooks import Playbook
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.stays import Stay, stays
from fieldtickets.exchanges.visit import PROBLEMS
from fieldtickets.language import local
from fieldtickets.store.models import Attachment, Customer, Subcontractor
from fieldtickets.store.queries import links as queries
from fieldtickets.store.queries.links import Said
from fieldtickets.web.bill import MONEY, Bill, bill
from fieldtickets.web.links.opening import Opened
from fieldtickets.web.links.receipts import Receipt, receipt
from fieldtickets.web.links.wording import Banner, banner
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader
from fieldtickets.web.thread import Entry, map_url

OUR_SIDE = (Party.MANAGER, Party.ACCOUNTANT, Party.CLOCK)
DECIDERS = (*OUR_SIDE, Party.APPROVER)  # what they write with an act is for whoever reads of it
OF_THE_CUSTOMER = ("visit.nobody_came", "appointment.propose", "ticket.cancel")
TO_DO = (Phase.OFFERED, *AT_WORK)
SHOWN_AT_FIRST = 12  # entries of the thread; older ones are one tap away


@dataclass(frozen=True)
class Page:
    """A ticket through one link."""

    opened: Opened
    facts: Facts
    entries: Sequence[Entry]
    files: Sequence[Attachment]  # of the ticket itself
    receipt: Receipt | None = None
    company: Subcontractor | None = None  # who comes, for the customer
    stays: Sequence[Stay] = ()  # of those who do the work, on site

    @cached_property
    def open_acts(self) -> list[Act]:
        """What this party can do now, in the order of the exchanges."""
        return [
            act
            for act in ACTS.values()
            if act.weight is not Weight.SILENT and act.open_to(self.opened.party, self.facts)
        ]

    @cached_property
    def asked(self) -> Act | None:
        """The one thing asked before all else."""
        return next((act for act in self.open_acts if act.asked_now(self.opened.party, self.facts)), None)

    def others(self, weight: str) -> list[Act]:
        """The other open acts of this weight; writing has its own place on every page."""
        return [
            act
            for act in self.open_acts
            if act is not self.asked and act.name != "message.write" and _weight(act) == weight
        ]

    @cached_property
    def instead(self) -> list[Act]:
        """The other answers to what is asked."""
        return [act for act in self.others("plain") if self.asked and act.exchange == self.asked.exchange]

    @property
    def elsewhere(self) -> list[Act]:
        """What else can be done, on a page of its own: the likelier first."""
        plain = [act for act in self.others("plain") if act not in self.instead]
        return [act for act in (*plain, *self.others("aside")) if act not in self.problems]

    @cached_property
    def problems(self) -> list[Act]:
        """What may go wrong on the way to a visit or at it, for those who make it or wait for it (S080)."""
        if self.facts.appointment is None:
            return []
        ours = PROBLEMS if self.opened.party in OF_THE_COMPANY else OF_THE_CUSTOMER
        possible = (ACTS[name] for name in ours)
        return [act for act in possible if act in self.open_acts and act is not self.asked]

    @property
    def comes_today(self) -> bool:
        """Whether this party may say today that it has arrived: the sign on site has to know its phone."""
        visit, today = self.facts.appointment, local(self.facts.now, reader()).date()
        due = visit is None or local(visit.starts_at, reader()).date() <= today
        return due and any(act.name in ("visit.arrive", "visit.start") for act in self.open_acts)

    @property
    def fees(self) -> list[Amount]:
        """The fees that this party was charged, whatever became of them."""
        return [
            one for one in self.facts.amounts if one.kind is ChargeKind.FEE and one.payer is self.opened.party
        ]

    @property
    def owed_before_the_work(self) -> list[Amount]:
        """The fees that a customer owes already while the work is still to be done (S084, S089)."""
        to_do = self.opened.party is Party.CUSTOMER and self.facts.phase in TO_DO
        return [one for one in self.fees if to_do and one.state is ChargeState.AGREED]

    @property
    def earlier(self) -> Sequence[Entry]:
        """The part of the thread that is one tap away."""
        return self.entries[:-SHOWN_AT_FIRST]

    @property
    def latest(self) -> Sequence[Entry]:
        """The part of the thread that stands open."""
        return self.entries[-SHOWN_AT_FIRST:]

    @cached_property
    def banner(self) -> Banner | None:
        """Where things stand, in a sentence, when that is not a question."""
        return banner(self.opened.party, self.facts, self.company)

    @property
    def discloses(self) -> bool:
        """Whether the exact place and the customer may be shown (S013, O14)."""
        return self.opened.party not in OF_THE_COMPANY or self.facts.discloses

    @property
    def customer(self) -> Customer | None:
        """Who is on site, for those who go there."""
        goes_there = self.opened.party in OF_THE_COMPANY
        return self.opened.ticket.customer if goes_there and self.discloses else None

    @property
    def partner(self) -> Playbook | None:
        """The rules with a partner's words and telephone, for those who do the work (S024, S057)."""
        return self.facts.playbook if self.opened.party in OF_THE_COMPANY else None

    @property
    def priced(self) -> bool:
        """Whether the recommended price may be shown: not to the customer, nor to whom the company sends.

        Once another price is agreed, that one alone stands on the page.
        """
        known = self.opened.ticket.price_cents is not None
        holds = self.bill is None or self.bill.sums.agreed == self.bill.sums.recommended
        told = self.opened.dispatch is not None and self.opened.party is not Party.DELEGATE
        return known and holds and told

    @cached_property
    def bill(self) -> Bill | None:
        """What the ticket costs, for those who may know."""
        told = self.facts.playbook.tells_prices_to(self.opened.party)
        return bill(self.facts) if told else None

    def sent_with(self, act: str) -> Sequence[Attachment]:
        """The files that came with this act the last time."""
        last = next((one for one in reversed(self.entries) if one.said.act == act), None)
        return last.files if last else ()

    @property
    def map_url(self) -> str:
        """The place on a map: the exact one, or the town."""
        return map_url(self.opened.ticket.site, exact=self.discloses)

    @property
    def printable(self) -> bool:
        """Whether there is an order to print: the job is offered to this subcontractor, or its own."""
        ours = self.opened.party in OF_THE_COMPANY
        return ours and self.facts.standing in (Standing.OFFERED, Standing.ASSIGNED)

    @property
    def has_figures(self) -> bool:
        """Whether this party has a scorecard of its own."""
        return self.opened.party is Party.SUBCONTRACTOR

    @property
    def paused_until(self) -> datetime | None:
        """Until when no offers go to this company, while that lasts."""
        dispatch = self.opened.dispatch if self.has_figures else None
        until = dispatch.subcontractor.paused_until if dispatch else None
        return until if until and until > self.facts.now else None

    @property
    def in_calendar(self) -> bool:
        """Whether this party has an appointment to keep."""
        return self.facts.appointment is not None and self.facts.standing in (None, Standing.ASSIGNED)


def _weight(act: Act) -> str:
    """Where an act that is not asked now stands: among the answers, or aside."""
    return "aside" if act.weight is Weight.ASIDE else "plain"


def look(session: Session, opened: Opened) -> Page:
    """Read what the party of a link may see now."""
    ticket, dispatch = opened.ticket, opened.dispatch
    rows = queries.said(session, ticket.id, seen_from(ticket, dispatch))
    past = tuple(done(row.act, row.at, row.party, row.content) for row in rows if row.body is None)
    facts = gather(session, ticket, dispatch, parts().clock.now(), past)
    facts = replace(facts, amounts=tuple(facts.amounts))  # read while the session lasts
    files = queries.files_for(session, opened.link)
    entries = [
        Entry(
            row,
            [one for one in files if one.event_id == row.id],
            row.actor == opened.label,
            # who could answer alike, or is told by those who decide; else it was for the manager
            opened.party in ACTS[row.act].by or row.party in DECIDERS,
        )
        for row in rows
        if may_see(opened, facts, row)
    ]
    shared = [one for one in files if one.shared]
    company = None
    if dispatch is None and ticket.assigned_id:
        company = queries.company_of(session, ticket.assigned_id)
    on_site = stays(past_on(rows, dispatch.id)) if dispatch and opened.party in OF_THE_COMPANY else ()
    known = receipt(opened.label, facts, entries, rows)
    return Page(opened, facts, entries, shared, known, company, on_site)


def may_see(opened: Opened, facts: Facts, row: Said) -> bool:
    """Whether a fact belongs to this party's thread.

    A message does when it is theirs, or to them; a company also reads what its technician wrote, not the
    other way round: there it may be about money. An act does when they could do it or were told of it; what
    the other outside party did reaches a subcontractor only once the job is its own (O08).
    """
    if row.body is not None:
        own = opened.link.dispatch_id is None or row.dispatch_id == opened.link.dispatch_id
        thread = OF_THE_COMPANY if opened.party is Party.SUBCONTRACTOR else (opened.party,)
        return row.audience in thread and own
    act = ACTS[row.act]
    if act.exchange == "link":  # whoever reads the page has it
        return False
    if act.exchange in MONEY and not facts.playbook.tells_prices_to(opened.party):
        return False
    concerned = opened.party in act.by or any(notice.to is opened.party for notice in act.notices)
    if row.party in (opened.party, Party.APPROVER, *OUR_SIDE):
        return concerned
    decides = opened.dispatch is None or opened.party is Party.APPROVER
    involved = decides or facts.standing is Standing.ASSIGNED
    return concerned and involved and act.weight is not Weight.SILENT
