"""Letting people in on a ticket by a link of their own: the approver, the technician on site."""

from fieldtickets.desk.effects import carry_out, links_of_party
from fieldtickets.desk.moves import Move
from fieldtickets.desk.notices import new_link
from fieldtickets.domain import effects
from fieldtickets.store.models import Guest
from fieldtickets.store.models.base import random_id


@carry_out.register
def _invite(effect: effects.Invite, move: Move) -> None:
    earlier = [one for one in links_of_party(move, effect.party) if one.revoked_at is None]
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
        one.revoked_at, one.replaced_by = move.now, link.id
    move.session.add(guest)
    move.guests[effect.party] = link


@carry_out.register
def _dismiss(effect: effects.Dismiss, move: Move) -> None:
    for link in links_of_party(move, effect.party):
        if link.revoked_at is None:
            link.revoked_at, move.guests[effect.party] = move.now, link
