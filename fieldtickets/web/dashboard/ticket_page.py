"""One ticket as its manager sees it: who has to act, what happened, who was asked, what is owed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from flask import g
from sqlalchemy.orm import Session

from fieldtickets.desk.facts import assigned, done, gather, past_on, seen_from
from fieldtickets.domain.acts import Act, Done, Facts
from fieldtickets.domain.fates import REASONS, fate_name
from fieldtickets.domain.parties import OUTSIDE, Party
from fieldtickets.domain.phases import Phase
from fieldtickets.domain.words import Message
from fieldtickets.exchanges import ACTS, ICONS, OF_TICKET
from fieldtickets.exchanges.call import tries_so_far
from fieldtickets.exchanges.stays import Stay, is_billed_unseen, stays
from fieldtickets.language import local
from fieldtickets.store.models import Attachment, Clock, Delivery, Dispatch, Link, Ticket, TodoTask
from fieldtickets.store.queries import ticket as queries
from fieldtickets.store.queries.links import Said
from fieldtickets.store.queries.ticket import AGAIN, TROUBLE, Sealed
from fieldtickets.web.bill import MONEY, Bill, bill
from fieldtickets.web.dashboard.ticket_words import reasons, what_next
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader
from fieldtickets.web.thread import Entry, map_url, position_url

APART = ("ticket.open", "offer.send", "message.write", "message.again")  # acts with a place of their own
SHOWN_AT_FIRST = 30  # entries of the timeline; older ones are one tap away


@dataclass(frozen=True)
class Deed:
    """Something that the reader of the page can do now, and on whose dispatch."""

    act: Act
    dispatch: Dispatch | None
    facts: Facts


@dataclass(frozen=True)
class Fate:
    """Messages of one act that went the same way and stand the same."""

    channel: str
    state: str
    names: Sequence[str]
    delivery: Delivery  # the only one, where there is something to do about it

    @property
    def trouble(self) -> bool:
        """Whether it may have to be sent again."""
        return self.state in TROUBLE

    @property
    def said(self) -> Message:
        """What became of it."""
        return fate_name(self.state, self.delivery.failure)

    @property
    def why(self) -> Message | str:
        """The reason in our words; what a provider said is shown where it went wrong for good."""
        failure = self.delivery.failure
        return REASONS.get(failure) or (failure if self.trouble else "")


@dataclass(frozen=True)
class Happened(Entry):
    """One entry of the timeline, with the messages that it owed."""

    deliveries: Sequence[Delivery] = ()
    company: str = ""  # whose thread it belongs to
    place_url: str = ""  # where the phone was, on a map

    @property
    def ours(self) -> bool:
        """Whether our side wrote it."""
        return self.said.party in (Party.MANAGER, Party.ACCOUNTANT)

    @property
    def note(self) -> bool:
        """Whether it is for our side alone."""
        return self.ours and self.said.body is not None and self.said.audience is None

    @property
    def day(self) -> date:
        """The day at the site."""
        return local(self.said.at, reader()).date()

    @property
    def icon(self) -> str:
        """The picture beside it."""
        if self.said.party is Party.CLOCK and not self.act.icon:
            return "clock"
        return ICONS[self.said.act]

    @property
    def tone(self) -> str:
        """What moved the job on stands out, and so does what others wrote."""
        if self.said.body is not None:
            return "info" if self.said.party in OUTSIDE else ""
        return "go" if self.said.party in OUTSIDE and self.icon in ("check", "calendar") else ""

    @property
    def fates(self) -> list[Fate]:
        """Where its messages are; those to our own side only when they went wrong."""
        told = [one for one in self.deliveries if one.party in OUTSIDE or one.state in TROUBLE]
        found = []
        for (channel, state, _why), group in groupby(sorted(told, key=_way), key=_way):
            same = list(group)
            batches = [[one] for one in same] if state in TROUBLE else [same]
            found += [Fate(channel, state, [one.name for one in batch], batch[0]) for batch in batches]
        return found


def _way(delivery: Delivery) -> tuple[str, str, str]:
    ours = delivery.failure if delivery.failure in REASONS else ""
    return delivery.channel, delivery.state, ours


@dataclass(frozen=True)
class Reached:
    """Somebody outside, with the link that their messages carry and what can be done about both."""

    link: Link | None
    deeds: Sequence[Deed]

    @property
    def url(self) -> str:
        """The address that its messages carry; empty once the link is dead or its key gone."""
        link = self.link
        if link is None or link.revoked_at or link.expires_at <= parts().clock.now():
            return ""
        known = parts().links.knows(link.key_fingerprint)
        return parts().links.url(link.id, link.key_fingerprint) if known else ""


@dataclass(frozen=True)
class Asked(Reached):
    """One company that the ticket was offered to."""

    dispatch: Dispatch
    can_be_asked: bool
    bill: Bill
    stays: Sequence[Stay]  # on site

    @property
    def decisions(self) -> list[Deed]:
        """What can be done about an amount that this company asks."""
        return [one for one in self.deeds if one.act.exchange in MONEY]

    @property
    def besides(self) -> list[Deed]:
        """What else can be done about it."""
        return [one for one in self.deeds if one.act.exchange not in MONEY]

    @property
    def why(self) -> list[Message]:
        """Why it was chosen, in words."""
        return reasons(self.dispatch.why)


@dataclass(frozen=True)
class Owed:
    """A deadline: by when, which companies owe something, and the act that their silence brings."""

    due_at: datetime
    act: Act
    companies: Sequence[str]


@dataclass(frozen=True)
class TicketPage:
    """A ticket with all that was said, owed and done on it."""

    ticket: Ticket
    side: Party | None  # on which the reader may act
    sealed: Sequence[Sealed]
    attachments: Sequence[Attachment]
    deliveries: Sequence[Delivery]
    deadlines: Sequence[Clock]
    tasks: Sequence[TodoTask]
    links: Sequence[Link]
    positions: Mapping[int, str]  # by event
    views: dict[int | None, Facts]  # the facts as seen from the ticket, and from each dispatch

    @cached_property
    def entries(self) -> list[Happened]:
        """The timeline, oldest first."""
        return [
            Happened(
                one.said,
                [file for file in self.attachments if file.event_id == one.said.id],
                one.said.actor == f"user:{g.user.id}",
                deliveries=[sent for sent in self.deliveries if sent.event_id == one.said.id],
                company=self.company(one.said.dispatch_id),
                place_url=position_url(self.positions[one.said.id]) if one.said.id in self.positions else "",
            )
            for one in self.sealed
        ]

    @property
    def wrote_last(self) -> Said | None:
        """The last message from outside: whom a reply is for."""
        came_in = (one.said for one in reversed(self.entries) if one.said.body is not None)
        return next((said for said in came_in if said.party in OUTSIDE), None)

    @property
    def has_earlier(self) -> bool:
        """Whether the timeline is longer than what stands open."""
        return len(self.entries) > SHOWN_AT_FIRST

    @property
    def earlier(self) -> Iterator[tuple[date, Iterator[Happened]]]:
        """The part of the timeline that is one tap away, by days."""
        return groupby(self.entries[:-SHOWN_AT_FIRST], key=lambda one: one.day)

    @property
    def latest(self) -> Iterator[tuple[date, Iterator[Happened]]]:
        """The part of the timeline that stands open, by days."""
        return groupby(self.entries[-SHOWN_AT_FIRST:], key=lambda one: one.day)

    def company(self, dispatch_id: int | None) -> str:
        """The name of a dispatch's company; empty for none."""
        names = {one.id: one.subcontractor.name for one in self.ticket.dispatches}
        return names.get(dispatch_id, "") if dispatch_id else ""

    @property
    def sent_again(self) -> set[int]:
        """Messages of which a second one left already, on somebody's word."""
        keys = (one.idempotency_key for one in self.deliveries)
        return {int(key.split(".")[1]) for key in keys if key.startswith(AGAIN)}

    @cached_property
    def holder(self) -> Dispatch | None:
        """The dispatch that has the job."""
        return assigned(self.ticket)

    @property
    def next(self) -> Message:
        """What the ticket waits for."""
        return what_next(self.ticket, self.views)

    @cached_property
    def of_ticket(self) -> list[Deed]:
        """What can be done about the ticket as a whole, or about the company that has the job."""
        about_holder = [
            Deed(act, self.holder, self.views[self.holder.id if self.holder else None])
            for act in ACTS.values()
            if act.exchange not in (*OF_TICKET, "offer", "link")
        ]
        exchanges = OF_TICKET - {"customer"}  # which has a place beside its name
        whole = [Deed(act, None, self.views[None]) for act in ACTS.values() if act.exchange in exchanges]
        return [one for one in (*about_holder, *whole) if self._open(one)]

    @property
    def primary(self) -> list[Deed]:
        """What is asked of the reader before all else."""
        urged = [one for one in self.of_ticket if one.act.asked_now(self.side or Party.CLOCK, one.facts)]
        ours = self.ticket.ball is Party.MANAGER  # the accountant's part of the work as well
        return urged if ours or self.ticket.phase.over else []

    def is_even(self, deed: Deed) -> bool:
        """Whether it is one of several answers to the same question: the page urges none of them."""
        return sum(one.act.exchange == deed.act.exchange for one in self.primary) > 1

    @property
    def besides(self) -> list[Deed]:
        """What else can be done, each under a word that opens its form."""
        return [one for one in self.of_ticket if one not in self.primary and one.act.name != "ticket.settle"]

    @cached_property
    def asked(self) -> list[Asked]:
        """Every company on the ticket, the one that has the job first."""
        links = {link.dispatch_id: link for link in self.links if link.party is Party.SUBCONTRACTOR}
        rows = sorted(self.ticket.dispatches, key=lambda one: one is not self.holder)
        return [
            Asked(
                links.get(one.id),
                self._deeds(one),
                one,
                self._askable(one),
                bill(self.views[one.id]),
                stays(self._past(one)),
            )
            for one in rows
        ]

    @property
    def calls(self) -> Message | None:
        """How often the company that has the job tried in vain to call the customer (S032)."""
        return tries_so_far(self.views[self.holder.id]) if self.holder else None

    @property
    def billed_unseen(self) -> bool:
        """Whether something is to be billed for a visit at which nobody said to have arrived (S079)."""
        holder = self.holder
        return holder is not None and is_billed_unseen(self._past(holder), self.views[holder.id].playbook)

    def _past(self, dispatch: Dispatch) -> list[Done]:
        return past_on((one.said for one in self.sealed), dispatch.id)

    @cached_property
    def customer(self) -> Reached:
        """The customer's link, and what can be done about it or about the number that it goes to."""
        link = next((one for one in reversed(self.links) if one.party is Party.CUSTOMER), None)
        names = ("customer", "link") if link else ("customer",)
        deeds = [Deed(act, None, self.views[None]) for act in ACTS.values() if act.exchange in names]
        return Reached(link, [one for one in deeds if self._open(one)])

    def _deeds(self, dispatch: Dispatch) -> list[Deed]:
        acts = [act for act in ACTS.values() if act.exchange in ("offer", "link")]
        if dispatch is not self.holder:  # what the holder asks for stands above
            acts += [act for act in ACTS.values() if act.standing and act.exchange not in ("offer", "link")]
        deeds = [Deed(act, dispatch, self.views[dispatch.id]) for act in acts]
        return [one for one in deeds if self._open(one)]

    def _askable(self, dispatch: Dispatch) -> bool:
        facts = self.views[dispatch.id]
        return self.side is Party.MANAGER and ACTS["offer.send"].open_to(Party.MANAGER, facts)

    def _open(self, deed: Deed) -> bool:
        return (
            self.side is not None and deed.act.name not in APART and deed.act.open_to(self.side, deed.facts)
        )

    @property
    def owed(self) -> list[Owed]:
        """The deadlines, those of the same hour and kind together."""
        same = groupby(self.deadlines, key=lambda clock: (clock.due_at, clock.kind))
        return [
            Owed(due_at, ACTS[kind], [self.company(one.dispatch_id) for one in clocks if _owes(one)])
            for (due_at, kind), clocks in same
        ]

    @property
    def offerable(self) -> bool:
        """Whether more companies can be asked."""
        return self.side is Party.MANAGER and self.ticket.phase in (Phase.DRAFT, Phase.OFFERED)

    @cached_property
    def bill(self) -> Bill:
        """What the ticket costs, with the company that has the job."""
        return bill(self.views[self.holder.id if self.holder else None])

    @property
    def documents(self) -> list[Attachment]:
        """The files of the ticket itself."""
        return [one for one in self.attachments if one.shared]

    @property
    def map_url(self) -> str:
        """The place on a map."""
        return map_url(self.ticket.site)


def _owes(clock: Clock) -> bool:
    """Whether it is the company that lets this deadline come."""
    return clock.dispatch_id is not None and ACTS[clock.kind].owed_by is Party.SUBCONTRACTOR


def look(session: Session, ticket: Ticket, side: Party | None) -> TicketPage:
    """Read all that the page shows, in as many queries as it has parts."""
    sealed = queries.said(session, ticket.id)
    return TicketPage(
        ticket,
        side,
        sealed,
        queries.files(session, ticket.id),
        queries.deliveries(session, ticket.id),
        queries.deadlines(session, ticket.id),
        queries.tasks(session, ticket.id),
        queries.links(session, ticket.id),
        queries.positions(session, ticket.id),
        {
            dispatch.id if dispatch else None: _facts(session, ticket, dispatch, sealed)
            for dispatch in (None, *ticket.dispatches)
        },
    )


def _facts(session: Session, ticket: Ticket, dispatch: Dispatch | None, sealed: Sequence[Sealed]) -> Facts:
    seen = (None, seen_from(ticket, dispatch))
    past = tuple(
        done(said.act, said.at, said.party, said.content)
        for said, _seq, _seal in sealed
        if said.act != "message.write" and said.dispatch_id in seen
    )
    return gather(session, ticket, dispatch, parts().clock.now(), past)
