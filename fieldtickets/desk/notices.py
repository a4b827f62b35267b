"""Notices: who is to be told what, as delivery rows in the act's own transaction (M01)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldtickets.desk.facts import assigned, concerns
from fieldtickets.desk.moves import Move
from fieldtickets.domain.acts import Notice, Outcome, Reach
from fieldtickets.domain.deadlines import outside_quiet_hours
from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import OUT_OF_IT, Standing
from fieldtickets.exchanges.texts import frozen
from fieldtickets.store.models import (
    Appointment,
    Delivery,
    Dispatch,
    Event,
    Link,
    Ticket,
    TodoTask,
)
from fieldtickets.store.queries import acts as queries

LINK_LIFE = timedelta(days=90)  # without use (E1)
WANTED_FOR = timedelta(hours=24)  # a message nobody could send is of no use the day after (M06)
FOR_RIVALS = ("organisation", "ref", "problem", "town")  # nothing of who won, nor when they come (O08)
CONCERNED = (Standing.OFFERED, Standing.ASSIGNED, Standing.STAND_BY)
ASKED_AGAIN = "offer.send"  # by the manager: the one message that brings a new link after a cut one

GUESTS = (Party.APPROVER, Party.DELEGATE)

Holder = tuple[Party, int | None]  # whose link: the party, and its dispatch


@dataclass(frozen=True)
class Recipient:
    """One person to tell, with the dispatch and link through which they see the ticket.

    A customer or subcontractor without a link is one whose link the manager cut.
    """

    party: Party
    name: str
    phone: str
    email: str
    language: str
    dispatch: Dispatch | None = None
    link: Link | None = None


@dataclass(frozen=True)
class Before:
    """What the act found: whom it concerns, who had the job, the appointment that it may call off."""

    reached: dict[Reach, list[Dispatch]]
    holder: Dispatch | None
    agreed: Appointment | None


def asked_before(move: Move) -> Before:
    """Whom the act concerns and what was agreed, as it stood before the act changed anything."""
    others = [d for d in move.ticket.dispatches if d.standing is Standing.OFFERED and d is not move.dispatch]
    holder = assigned(move.ticket)
    this = move.dispatch or holder
    reached = {
        Reach.THIS: [this] if this else [],
        Reach.RIVALS: others,
        Reach.ALL_ASKED: [d for d in move.ticket.dispatches if d.standing in CONCERNED],
    }
    return Before(reached, holder, _agreed(move.ticket.appointments))


def owe(move: Move, event: Event, outcome: Outcome, before: Before) -> list[Delivery]:
    """Write the deliveries of an act. Nobody is told of what they did themselves, save by a receipt.

    A visit that was agreed with somebody stands in their calendar: what moves it, or takes it out, is one.
    """
    owed = []
    for number, notice in outcome.notices:
        own = notice.to is move.actor.party and notice.reach is Reach.THIS
        in_calendar = before.holder is not None and before.agreed is not None
        if own and not (notice.receipt or (notice.calendar and in_calendar)):
            continue
        for person in _recipients(move, notice, before.reached[notice.reach]):
            channels = _channels(notice, person, own)
            cut = bool(channels) and person.link is None
            if notice.to is not Party.MANAGER and (cut or not (person.phone or person.email)):
                nobody_reached(move, person.dispatch, person.name)
                continue
            words = _words(move, person, before)
            if notice.reach is Reach.RIVALS:
                words = {name: words[name] for name in FOR_RIVALS}
            owed += [_delivery(move, event, number, notice, person, channel, words) for channel in channels]
    move.session.add_all(owed)
    return owed


def link_for(move: Move, party: Party, dispatch: Dispatch | None) -> Link | None:
    """The party's live link on this ticket, or a new one; None as long as the manager's cut stands.

    A cut link does not come back by itself: the manager replaces it, or asks the company again.
    """
    key = (party, dispatch.id if dispatch else None)
    if key not in move.fresh_links:
        if move.cut_links is None:
            live, move.cut_links = _links(move)
            move.fresh_links = live | move.fresh_links
        if key not in move.fresh_links:
            asked_again = move.act.name == ASKED_AGAIN and move.actor.party is Party.MANAGER
            if key in move.cut_links and not asked_again:
                return None
            move.fresh_links[key] = fresh = new_link(move, party, dispatch)
            for one in move.cut_links.get(key, ()):
                one.replaced_by = fresh.id
    return move.fresh_links[key]


def within_reach(move: Move, dispatches: Sequence[Dispatch]) -> list[Dispatch]:
    """Those whom a request of the clock would reach: an address on file, no link that the manager cut."""
    live, cut = _links(move) if dispatches else ({}, {})
    cut_off = {dispatch_id for _party, dispatch_id in cut.keys() - live.keys()}
    queries.know_companies(move.session, dispatches)
    known = [(one, one.subcontractor.office) for one in dispatches if one.id not in cut_off]
    return [one for one, office in known if office.phone or office.email]


def new_link(move: Move, party: Party, dispatch: Dispatch | None) -> Link:
    """Mint a link; the row keeps everything but the token."""
    minted = move.links.mint()
    link = Link(
        id=minted.id,
        organisation_id=move.ticket.organisation_id,
        ticket_id=move.ticket.id,
        dispatch_id=dispatch.id if dispatch else None,
        party=party,
        key_fingerprint=minted.key_fingerprint,
        created_at=move.now,
        expires_at=move.now + LINK_LIFE,
    )
    move.session.add(link)
    return link


def _links(move: Move) -> tuple[dict[Holder, Link], dict[Holder, list[Link]]]:
    """The live link of each party, and the links that were cut and not replaced."""
    live: dict[Holder, Link] = {}
    cut: dict[Holder, list[Link]] = {}
    for link in queries.links_of(move.session, move.ticket.id, move.now):
        key = (link.party, link.dispatch_id)
        if link.revoked_at is not None:
            cut.setdefault(key, []).append(link)
        elif move.links.knows(link.key_fingerprint):
            live[key] = link
    return live, cut


def _recipients(move: Move, notice: Notice, dispatches: Sequence[Dispatch]) -> Iterable[Recipient]:
    ticket = move.ticket
    if notice.to is Party.MANAGER:
        if (user := ticket.manager) is not None:
            yield Recipient(Party.MANAGER, user.name, "", user.email, user.language, move.dispatch)
    elif notice.to is Party.CUSTOMER:
        if (who := ticket.customer) is not None and (who.phone or who.email):
            link = link_for(move, Party.CUSTOMER, None)
            yield Recipient(Party.CUSTOMER, who.name, who.phone, who.email, who.language, link=link)
    elif notice.to in GUESTS:
        yield from _guests(move, notice.to, dispatches)
    else:
        queries.know_companies(move.session, dispatches)
        for dispatch in dispatches:
            company, office = dispatch.subcontractor, dispatch.subcontractor.office
            link = link_for(move, Party.SUBCONTRACTOR, dispatch)
            yield Recipient(
                Party.SUBCONTRACTOR,
                company.name,
                office.phone,
                office.email,
                company.language,
                dispatch,
                link,
            )


def _guests(move: Move, party: Party, dispatches: Sequence[Dispatch]) -> Iterable[Recipient]:
    """Those let in as this party: by this act, else earlier and not dismissed since."""
    for dispatch in dispatches or (None,):
        link = move.guests.get(party) or _live_link(move, party, dispatch)
        if link is not None and (guest := link.guest) is not None:
            yield Recipient(party, guest.name, guest.phone, guest.email, guest.language, dispatch, link)


def _live_link(move: Move, party: Party, dispatch: Dispatch | None) -> Link | None:
    live, _cut = _links(move)
    return live.get((party, dispatch.id if dispatch else None))


def _channels(notice: Notice, person: Recipient, own: bool) -> list[str]:
    """Both channels at once where both are known; an account holder is written to by e-mail.

    A receipt with the appointment is for the calendar of whoever did the act: a text message has none.
    """
    text = "" if own and notice.calendar else notice.sms
    wanted = [("sms", text, person.phone), ("email", notice.subject, person.email)]
    return [channel for channel, text, address in wanted if text and address]


def _delivery(
    move: Move,
    event: Event,
    number: int,
    notice: Notice,
    person: Recipient,
    channel: str,
    words: dict[str, Any],
) -> Delivery:
    zone = move.ticket.site.time_zone
    waits = notice.reminder and not move.ticket.urgent
    due_at = outside_quiet_hours(move.now, zone) if waits else move.now
    dispatch_id = person.dispatch.id if person.dispatch else None
    return Delivery(
        idempotency_key=f"{event.organisation_id}-{event.seq}.{number}.{person.party}.{dispatch_id}.{channel}",
        organisation_id=move.ticket.organisation_id,
        ticket_id=move.ticket.id,
        event_id=event.id,
        dispatch_id=dispatch_id,
        link_id=person.link.id if person.link else None,
        party=person.party,
        channel=channel,
        address=person.phone if channel == "sms" else person.email,
        name=person.name,
        language=person.language,
        zone=zone,
        act=move.act.name,
        notice=number,
        words=words,
        due_at=due_at,
        ends_at=due_at + WANTED_FOR,
    )


def _agreed(appointments: Iterable[Appointment]) -> Appointment | None:
    return next((one for one in appointments if one.state == "agreed"), None)


def _words(move: Move, person: Recipient, before: Before) -> dict[str, Any]:
    """The values that any text to this person may use, frozen; the link is added when the text is sent.

    A company reads of the appointment only where it is its own (O08). One that the act calls off, or takes
    from this company, is still named, and said to be off.
    """
    ticket, holder = move.ticket, before.holder or assigned(move.ticket)
    side = person.dispatch if person.party is Party.SUBCONTRACTOR else None
    named = side or move.dispatch or holder
    known = [one for one in ticket.appointments if concerns(one, side, holder)]
    agreed = _agreed(known)
    visit = agreed or (before.agreed if before.agreed in known else None)
    out = side is not None and side.standing in OUT_OF_IT
    words = {
        "organisation": ticket.organisation.short_name,
        "ref": ticket.ref,
        "problem": ticket.title,
        "town": ticket.site.city,
        "subcontractor": named.subcontractor.name if named else "",
        "who": move.actor.name,
        "appointment": visit.starts_at if visit else None,
        "off": visit is not None and (out or visit is not agreed),
        "sequence": ticket.version,
        "slots": [one.starts_at for one in known if one.state == "proposed"],
        "answer": {name: value for name, value in move.answer.items() if name != "signature"},
    }
    frozen_words: dict[str, Any] = frozen(words)
    return frozen_words


def nobody_reached(move: Move, dispatch: Dispatch | None, name: str) -> None:
    """No address on any channel, or a link that was cut: the manager must call, and is told so once."""
    dispatch_id = dispatch.id if dispatch else None
    for one in move.tasks or ():
        if (one.kind, one.dispatch_id, one.settled_at) == (Task.UNDELIVERABLE, dispatch_id, None):
            return
    task = TodoTask(
        organisation_id=move.ticket.organisation_id,
        ticket_id=move.ticket.id,
        dispatch_id=dispatch_id,
        kind=Task.UNDELIVERABLE,
        since=move.now,
        detail={"who": name},
    )
    move.session.add(task)
    if move.tasks is not None:
        move.tasks.append(task)


def prolong(link: Link, ticket: Ticket, now: datetime) -> None:
    """Every act keeps a link alive for another ninety days, as long as the ticket lives."""
    link.used_at, link.uses = now, link.uses + 1
    if not ticket.phase.over:
        link.expires_at = max(link.expires_at, now + LINK_LIFE)
