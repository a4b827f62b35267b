"""A number or an address was changed: what still waits goes to the new one (M20)."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fieldtickets.domain.parties import Party
from fieldtickets.store.models import Delivery, Dispatch


def readdress(session: Session, subcontractor_id: int, channel: str, old: str, new: str) -> None:
    """Send what is queued for a subcontractor to the new address; with none, it is called off.

    What a worker has claimed goes where it was going: nobody can say any more whether it left.
    """
    if not old or old == new:
        return
    theirs = select(Dispatch.id).where(Dispatch.subcontractor_id == subcontractor_id)
    waiting = update(Delivery).where(
        Delivery.state == "queued",
        Delivery.party == Party.SUBCONTRACTOR,
        Delivery.channel == channel,
        Delivery.address == old,
        Delivery.dispatch_id.in_(theirs),
    )
    changed = {"address": new} if new else {"state": "cancelled", "failure": "address withdrawn"}
    session.execute(waiting.values(**changed).execution_options(synchronize_session=False))
