"""A number or an address was changed: what still waits goes to the new one (M20)."""

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from fieldtickets.store.models import Delivery


def readdress(session: Session, theirs: ColumnElement[bool], channel: str, old: str, new: str) -> None:
    """Send what is queued for somebody to the new address; with none, it is called off.

    theirs: tells their deliveries. What a worker has claimed goes where it was going: nobody can say any
    more whether it left.
    """
    if not old or old == new:
        return
    waiting = update(Delivery).where(
        theirs, Delivery.state == "queued", Delivery.channel == channel, Delivery.address == old
    )
    changed = {"address": new} if new else {"state": "cancelled", "failure": "address withdrawn"}
    session.execute(waiting.values(**changed).execution_options(synchronize_session=False))
