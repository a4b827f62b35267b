"""Inserts that may find their row there already, which each database says in its own words."""

from importlib import import_module
from typing import Any

from sqlalchemy.orm import Session


def insert_into(session: Session, table: type) -> Any:
    """An INSERT with `on_conflict_do_update`, of the database of this session; others are never loaded."""
    dialect = import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    return dialect.insert(table)
