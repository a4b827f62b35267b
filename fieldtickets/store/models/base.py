"""What all tables share: names of constraints, types, the owner of a row."""

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    TextClause,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fieldtickets.domain.effects import ChargeKind, ChargeState, Task
from fieldtickets.domain.parties import Party, Role
from fieldtickets.domain.phases import Phase, Standing

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime: nobody could say which zone it is in."""
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime: say which zone it is in")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite gives back naive UTC, PostgreSQL the server's zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def partial(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """An index over the rows that meet a condition; the migrations make it, on each database in its way.

    Said as plain knowledge: a database's own option would load the dialects of all of them at each start.
    """
    return Index(name, *columns, unique=unique, info={"where": where})


def words(kind: type[StrEnum]) -> Enum:
    """A column that holds the values of a StrEnum as plain text."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        create_constraint=False,
        values_callable=lambda k: [m.value for m in k],
    )


class Base(DeclarativeBase):
    """Every table; constraints have predictable names, so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        int: BigInteger().with_variant(Integer, "sqlite"),  # where only INTEGER counts by itself
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        Phase: words(Phase),
        Standing: words(Standing),
        Party: words(Party),
        Role: words(Role),
        Task: words(Task),
        ChargeKind: words(ChargeKind),
        ChargeState: words(ChargeState),
    }


class Owned:
    """A row that belongs to one organisation and is invisible to all others (E4)."""

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=False)


def belongs_to(table: str, column: str) -> ForeignKeyConstraint:
    """A foreign key that cannot point into another organisation."""
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


LARGEST_ID = 2**53 - 1  # what numbers of JSON hold exactly, and every database takes


def random_id() -> int:
    """An id that tells nothing and fits the numbers of JSON: 52 random bits."""
    return secrets.randbits(52)


def exposed_id() -> Mapped[int]:
    """The primary key of a row whose id stands in addresses."""
    return mapped_column(primary_key=True, autoincrement=False, default=random_id)
