"""How revisions run: on the application's own engine, one process at a time, whole or not at all."""

from alembic import context
from sqlalchemy import Connection, text

from fieldtickets.store.db import Database
from fieldtickets.store.models import Base

TURN = 7_366_311  # any number that nothing else locks: processes that start together migrate in turn


def migrate(connection: Connection) -> None:
    """Run the revisions asked for on one connection and transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


database = Database(context.config.attributes["database_url"])
with database.engine.begin() as opened:
    if not database.is_sqlite:
        opened.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
    migrate(opened)
database.close()
