"""How a database goes about the statements of a piece of work: by which index, or through a whole table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from fieldtickets.store.db import Database

EXPLAIN = {True: "EXPLAIN QUERY PLAN ", False: "EXPLAIN "}  # whether it is SQLite


@contextmanager
def explained(database: Database) -> Iterator[dict[str, str]]:
    """The queries that run inside the block; after it, each with its plan as the database tells it."""
    asked: list[tuple[str, Any]] = []
    plans: dict[str, str] = {}

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(EXPLAIN[database.is_sqlite] + statement, parameters).all()
            plans[statement] = "\n".join(str(row[-1]) for row in rows)


def gather_statistics(database: Database) -> None:
    """Let the database count its rows, as it does by itself in the night."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
