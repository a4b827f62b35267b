"""The few values of the installation as a whole."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fieldtickets.store.models import Installation


def put(session: Session, name: str, value: str) -> None:
    """Keep a value under a name, whatever was there; several processes may do so at once."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = insert(Installation).values(name=name, value=value)
    session.execute(
        new.on_conflict_do_update(index_elements=[Installation.name], set_={"value": new.excluded.value})
    )
