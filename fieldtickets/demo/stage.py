"""Playing stories: time runs from step to step, and what it owes (reminders, messages) happens in between.

Everything goes through the real desk, outbox and rounds; only their clock is the story's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldtickets.config import Settings
from fieldtickets.demo import people
from fieldtickets.demo.script import CUSTOMER, MANAGER, ZONE, Step, Story
from fieldtickets.desk import Actor, NewTicket, Request, StoredFile, dispatch_to, open_ticket, record
from fieldtickets.domain.parties import Party
from fieldtickets.exchanges import ACTS
from fieldtickets.links import Links, link_fingerprint
from fieldtickets.outbox import take_receipt
from fieldtickets.outbox.courier import Outbox
from fieldtickets.rounds import Rounds
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.files import FileStore, new_key
from fieldtickets.store.models import Clock, Customer, Delivery, Dispatch, Link, Site
from fieldtickets.uploads import Limits, Upload, looked_at

RINGS_AFTER = timedelta(seconds=4)  # how long a text message travels
PLACES = {place.key: place for place in people.PLACES}
RESIDENTS = {resident.key: resident for resident in people.RESIDENTS}
UNREACHABLE = {company.phone for company in people.COMPANIES if company.unreachable}
NAMES = {company.key: company.name for company in people.COMPANIES}


@dataclass(frozen=True)
class Theatre:
    """The parts of the service that the demo is made with."""

    settings: Settings
    database: Database
    links: Links
    files: FileStore


@dataclass(frozen=True)
class Cast:
    """Who is there: ids of the organisation, its manager, and its subcontractors by short name."""

    organisation_id: int
    manager_id: int
    manager_name: str
    companies: Mapping[str, int]

    @property
    def manager(self) -> Actor:
        """Nadia, at her desk."""
        return Actor(Party.MANAGER, f"user:{self.manager_id}", self.manager_name)


@dataclass
class Photo:
    """A picture as a browser would send it."""

    filename: str
    stream: BytesIO
    name: str = "files"


class Cue(NamedTuple):
    """A moment of a story; step None opens the ticket. The numbers keep what is simultaneous in order."""

    at: datetime
    story_number: int
    step_number: int
    story: Story
    step: Step | None


@dataclass
class Stage:
    """Plays stories for one organisation, up to now."""

    theatre: Theatre
    cast: Cast
    pictures: Mapping[str, bytes]
    now: datetime
    instant: datetime = field(init=False)
    tickets: dict[int, int] = field(default_factory=dict)  # by number of the story

    def __post_init__(self) -> None:
        self.instant = self.now
        parts = self.theatre
        self._outbox = Outbox(parts.settings, parts.database, parts.links, parts.files, lambda: self.instant)
        self._rounds = Rounds(parts.database, parts.links, lambda: self.instant)

    def play(self, stories: Iterable[Story]) -> None:
        """All stories at once, in the order of time, so that the journal reads as it would have."""
        for cue in cues(stories, self.now):
            self._let_time_pass(cue.at)
            with self.theatre.database.begin(self.cast.organisation_id) as session:
                if cue.step is None:
                    self._open(session, cue)
                else:
                    self._do(session, cue, cue.step)
        self._let_time_pass(self.now)

    def _let_time_pass(self, until: datetime) -> None:
        """Whatever falls due before then happens at its own hour."""
        last = None
        while (due := self._next_due()) and last != due <= until:
            self.instant = last = due
            self._rounds.run()
            self._outbox.drain()
            self._report()
        self.instant = until

    def _next_due(self) -> datetime | None:
        with self.theatre.database.read(EVERYONE) as session:
            found = (
                session.scalar(select(func.min(Clock.due_at)).where(Clock.state == "pending")),
                session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state == "queued")),
            )
        return min((one for one in found if one), default=None)

    def _report(self) -> None:
        """The network says what became of each text message."""
        sent = select(Delivery.id, Delivery.address).where(
            Delivery.channel == "sms", Delivery.state == "sent"
        )
        with self.theatre.database.read(self.cast.organisation_id) as looking:
            travelling = looking.execute(sent).all()
        if not travelling:
            return
        with self.theatre.database.begin(self.cast.organisation_id) as session:
            for delivery_id, phone in travelling:
                status, reason = ("failed", "unknown number") if phone in UNREACHABLE else ("delivered", "")
                arrived = self.instant + RINGS_AFTER
                take_receipt(session, self.theatre.links, delivery_id, status, reason, arrived)

    def _open(self, session: Session, cue: Cue) -> None:
        story, place, resident = cue.story, PLACES[cue.story.site], RESIDENTS[cue.story.customer]
        new = NewTicket(
            title=story.title,
            description=story.description,
            trade=story.trade,
            urgent=story.urgent,
            kind=story.kind,
            playbook=story.playbook,
            price_cents=story.price * 100 if story.price else None,
            appointment=story.appointment.instant(self.now) if story.appointment else None,
            manager_id=self.cast.manager_id,
            site=Site(
                name=place.name,
                address=place.address,
                postcode=place.postcode,
                city=place.city,
                access=place.access,
            ),
            customer=Customer(
                name=resident.name, phone=resident.phone, email=resident.email, language=resident.language
            ),
        )
        files = self._stored(story.photos)
        ticket = open_ticket(session, self.theatre.links, new, self.cast.manager, cue.at, files)
        self.tickets[cue.story_number] = ticket.id

    def _do(self, session: Session, cue: Cue, step: Step) -> None:
        ticket_id = self.tickets[cue.story_number]
        if step.act == "offer.send":
            named = [self.cast.companies[company] for company in step.to]
            dispatch_to(
                session, self.theatre.links, ticket_id, named or "matching", self.cast.manager, cue.at
            )
            return
        dispatch_id, link = self._way_in(session, ticket_id, step)
        request = Request(
            ticket_id,
            ACTS[step.act],
            answered(step, self.now),
            self._actor(cue.story, step.who, link),
            f"demo:{cue.story_number}:{cue.step_number}",
            dispatch_id,
            link.id if link else None,
            files=self._stored(step.photos),
        )
        record(session, self.theatre.links, request, cue.at)

    def _way_in(self, session: Session, ticket_id: int, step: Step) -> tuple[int | None, Link | None]:
        """The dispatch that an act is about, and the link through which it is done."""
        if step.who == MANAGER and not step.to:
            return None, None
        if step.who == CUSTOMER:
            return None, self._link(session, ticket_id, None)
        company = self.cast.companies[step.to[0] if step.who == MANAGER else step.who]
        dispatch_id = session.scalars(
            select(Dispatch.id).where(Dispatch.ticket_id == ticket_id, Dispatch.subcontractor_id == company)
        ).one()
        return dispatch_id, None if step.who == MANAGER else self._link(session, ticket_id, dispatch_id)

    def _link(self, session: Session, ticket_id: int, dispatch_id: int | None) -> Link:
        links = select(Link).where(
            Link.ticket_id == ticket_id, Link.dispatch_id.is_not_distinct_from(dispatch_id)
        )
        return session.scalars(links).one()

    def _actor(self, story: Story, who: str, link: Link | None) -> Actor:
        if link is None:
            return self.cast.manager
        label = f"link:{link_fingerprint(link.id)}"
        if who == CUSTOMER:
            return Actor(Party.CUSTOMER, label, RESIDENTS[story.customer].name)
        return Actor(Party.SUBCONTRACTOR, label, NAMES[who])

    def _stored(self, photos: Sequence[str]) -> tuple[StoredFile, ...]:
        """Pictures, looked at and kept as those that a form brings."""
        if not photos:
            return ()
        sent = [Photo(f"{name}.jpg", BytesIO(self.pictures[name])) for name in photos]
        uploads = looked_at(sent, Limits(self.theatre.settings.max_upload_bytes))
        return tuple(self._keep(upload) for upload in uploads)

    def _keep(self, upload: Upload) -> StoredFile:
        key = new_key(self.cast.organisation_id, upload.digest)
        self.theatre.files.put(key, upload.content)
        return StoredFile(upload.field, upload.name, upload.kind, upload.size, upload.digest, key)


def cues(stories: Iterable[Story], now: datetime) -> list[Cue]:
    """Every opening and every step, in the order of time."""
    found = []
    for number, story in enumerate(stories):
        found.append(Cue(story.opened.instant(now), number, -1, story, None))
        found += [Cue(step.at.instant(now), number, n, story, step) for n, step in enumerate(story.steps)]
    return sorted(found, key=lambda cue: cue[:3])


def answered(step: Step, now: datetime) -> dict[str, Any]:
    """What the form of a step would give, its days counted from now."""
    answer = dict(step.answer)
    for suffix, day in zip(("", "_2", "_3"), step.days, strict=False):
        there = day.instant(now).astimezone(ZONE)
        answer |= {f"date{suffix}": there.date(), f"time{suffix}": there.time()}
    return answer
