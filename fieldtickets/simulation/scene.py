"""What the rules are checked on, and what is found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldtickets.simulation.figures import Figures
from fieldtickets.simulation.letterbox import Letterbox
from fieldtickets.simulation.machine import Machine
from fieldtickets.store.files import FileStore
from fieldtickets.store.models import ChargeRow, Clock, Delivery


@dataclass(frozen=True)
class Finding:
    """One rule: its number in the list, how many things were looked at, and each that breaks it."""

    number: str
    rule: str
    looked_at: int
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scene:
    """What the rules are checked on."""

    session: Session
    organisation: int
    files: FileStore
    figures: Figures
    letterbox: Letterbox
    machine: Machine
    errors: list[str]
    now: datetime


Check = Callable[[Scene], Finding]


def seen(scene: Scene, number: str, rule: str, name: str, looked_at: int) -> Finding:
    """A rule that was watched from outside while people played."""
    return Finding(number, rule, looked_at, scene.figures.faults.get(name, []))


def counted(*found: tuple[int | None, str]) -> list[str]:
    """What was counted and should not be there."""
    return [f"{count} {what}" for count, what in found if count]


def count(session: Session, rows: type[Delivery] | type[Clock] | type[ChargeRow]) -> int:
    """How many there are."""
    return session.scalar(select(func.count(rows.id))) or 0
