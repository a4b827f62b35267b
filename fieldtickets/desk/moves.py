"""A move: one act on its way through the desk, with everything that its steps share."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from fieldtickets.domain.acts import Act, Answer
from fieldtickets.domain.parties import Party
from fieldtickets.links import Links
from fieldtickets.store.models import Dispatch, Link, Ticket, TodoTask


@dataclass(frozen=True)
class Actor:
    """Who acts. `label` goes into the journal and holds no name: "user:17", "link:1a2b3c4d", "clock"."""

    party: Party
    label: str
    name: str = ""
    device: str = ""


CLOCK = Actor(Party.CLOCK, "clock")


@dataclass(frozen=True)
class StoredFile:
    """A file whose bytes are already in the store, to be attached in the transaction."""

    field: str
    name: str
    kind: str
    size: int
    digest: str
    key: str


@dataclass(frozen=True)
class FollowUp:
    """An act of the clock that another act sets off in the same transaction."""

    dispatch: Dispatch
    act_name: str


@dataclass
class Move:
    """One act being recorded: where, by whom, when, with what."""

    session: Session
    links: Links
    ticket: Ticket
    dispatch: Dispatch | None
    act: Act
    answer: Answer
    actor: Actor
    now: datetime
    files: tuple[StoredFile, ...] = ()
    declared_at: datetime | None = None
    tasks: list[TodoTask] | None = None  # the manager's, read once for an act and its follow-ups
    guests: dict[Party, Link] = field(default_factory=dict)  # let in by this act
    awaiting: list[Any] = field(default_factory=list)  # rows that the event will prove
    follow_ups: list[FollowUp] = field(default_factory=list)
    fresh_links: dict[tuple[Party, int | None], Link] = field(default_factory=dict)
    cut_links: dict[tuple[Party, int | None], list[Link]] | None = None  # None: not read yet

    def after(self, dispatch: Dispatch, act: Act) -> "Move":
        """The move of an act of the clock that this one sets off."""
        return Move(
            self.session, self.links, self.ticket, dispatch, act, {}, CLOCK, self.now, tasks=self.tasks
        )

    def noticed(self, act: Act) -> "Move":
        """The move of an act of the clock about who does this one."""
        clock = replace(CLOCK, name=self.actor.name)
        return Move(self.session, self.links, self.ticket, self.dispatch, act, {}, clock, self.now)

    def proven(self, row: Any) -> None:
        """Keep a row that belongs to the act's event until that is written: nothing may flush it before."""
        self.awaiting.append(row)

    @property
    def dispatch_id(self) -> int | None:
        return self.dispatch.id if self.dispatch else None
