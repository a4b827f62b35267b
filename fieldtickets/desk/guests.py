"""Letting people in on a ticket by a link of their own: the approver, the technician on site."""

from sqlalchemy import select

from fieldtickets.desk.effects import carry_out
from fieldtickets.desk.moves import Move
from fieldtickets.desk.notices import new_link
from fieldtickets.domain import effects
from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Guest, Link
from fieldtickets.store.models.base import random_id


@carry_out.register
def _invite(effect: effects.Invite, move: Move) -> None:
    earlier = _links(move, effect.party)
    guest = Guest(
        id=random_id(),
        organisation_id=move.ticket.organisation_id,
        ticket_id=move.ticket.id,
        dispatch_id=move.dispatch_id,
        party=effect.party,
        name=effect.name,
        phone=effect.phone,
        email=effect.email,
        language=effect.language or move.ticket.organisation.language,
    )
    link = new_link(move, effect.party, move.dispatch)
    link.guest_id, link.guest = guest.id, guest
    for one in earlier:
        one.revoked_at, one.replaced_by = one.revoked_at or move.now, link.id
    move.session.add(guest)
    move.guests[effect.party] = link


@carry_out.register
def _dismiss(effect: effects.Dismiss, move: Move) -> None:
    for link in _links(move, effect.party):
        link.revoked_at = move.now


def _links(move: Move, party: Party) -> list[Link]:
    statement = select(Link).where(
        Link.ticket_id == move.ticket.id,
        Link.party == party,
        Link.dispatch_id == move.dispatch_id if move.dispatch else Link.dispatch_id.is_(None),
        Link.replaced_by.is_(None),
        Link.revoked_at.is_(None),
    )
    return list(move.session.scalars(statement))
