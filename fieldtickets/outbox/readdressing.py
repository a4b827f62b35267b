"""A subcontractor's number or address was changed (M20)."""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Delivery, Dispatch
from fieldtickets.store.queries import addresses


def readdress(session: Session, subcontractor_id: int, channel: str, old: str, new: str) -> None:
    """Send what is queued for a subcontractor to the new address; with none, it is called off."""
    dispatches = select(Dispatch.id).where(Dispatch.subcontractor_id == subcontractor_id)
    theirs = and_(Delivery.party == Party.SUBCONTRACTOR, Delivery.dispatch_id.in_(dispatches))
    addresses.readdress(session, theirs, channel, old, new)
