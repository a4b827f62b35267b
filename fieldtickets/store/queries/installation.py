"""The few values of the installation as a whole."""

from sqlalchemy.orm import Session

from fieldtickets.store.models import Installation
from fieldtickets.store.upserts import insert_into


def put(session: Session, name: str, value: str) -> None:
    """Keep a value under a name, whatever was there; several processes may do so at once."""
    new = insert_into(session, Installation).values(name=name, value=value)
    session.execute(
        new.on_conflict_do_update(index_elements=[Installation.name], set_={"value": new.excluded.value})
    )
