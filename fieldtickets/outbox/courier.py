"""The courier: one batch at a time, one call at a time, no transaction open while the provider thinks."""

import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Event

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldtickets.config import Settings
from fieldtickets.domain.fates import SMS_LIMIT
from fieldtickets.domain.sms_text import segments, sender_name
from fieldtickets.links import Links
from fieldtickets.outbox import limits, queue, stopping
from fieldtickets.outbox.contents import address
from fieldtickets.outbox.fates import (
    Broken,
    Chance,
    Held,
    Interrupted,
    Outcome,
    Settling,
    Stopped,
    Taken,
    Unwanted,
    settle,
)
from fieldtickets.outbox.mails import mail
from fieldtickets.outbox.queue import Parcel
from fieldtickets.outbox.wording import NO_LINK
from fieldtickets.senders import KeyRefused, MailFile, NotSent, Rejected, SenderRefused, TextMessage, Unclear
from fieldtickets.senders.email import MailGateway, mail_gateway
from fieldtickets.senders.sms import SmsGateway, sms_gateway
from fieldtickets.store.db import EVERYONE, Database
from fieldtickets.store.files import FileStore
from fieldtickets.store.models import Attachment

CHANNELS = ("sms", "email")
MOST_ATTACHED_BYTES = 8_000_000  # what mail servers take after encoding; the page has the rest
PROVIDER_SAYS = (NotSent, Rejected, KeyRefused, Unclear)
Call = Callable[[Parcel], Taken]

log = structlog.get_logger("outbox")


@dataclass(frozen=True)
class Outbox:
    """Sends what is due. `now` tells the time.

    texts, mails: open the gateway of an address in the settings.
    ending: set once the worker is told to stop; the call in hand is the last, the rest is given back (D04).
    chance: from 0 to 1, for the pauses between two tries.
    """

    settings: Settings
    database: Database
    links: Links
    files: FileStore
    now: Callable[[], datetime]
    ending: Event = field(default_factory=Event)
    texts: Callable[[str], SmsGateway] = sms_gateway
    mails: Callable[[str], MailGateway] = mail_gateway
    chance: Chance = random.random

    def drain(self) -> int:
        """Send all that is due on every channel; the number of deliveries that were handled."""
        return sum(self.drain_channel(channel) for channel in CHANNELS)

    def drain_channel(self, channel: str) -> int:
        """Send what is due on one channel, batch after batch, until nothing is, it pauses or we end."""
        handled = 0
        self._see_to_interrupted(channel)
        with self._gateway(channel) as call:
            while not self.ending.is_set() and (batch := self._claimed(channel)):
                handled += self._carry(batch, call)
        return handled

    def _claimed(self, channel: str) -> Sequence[int]:
        now = self.now()
        with self.database.read(EVERYONE) as session:
            if queue.is_paused(session, channel, now) or not queue.anything(session, channel, now):
                return ()
        return self.database.attempt(EVERYONE, lambda session: queue.claim(session, channel, now))

    def _see_to_interrupted(self, channel: str) -> None:
        """What a dead worker was sending, each in a transaction of its own: it takes its ticket's lock."""
        with self.database.read(EVERYONE) as session:
            left = queue.interrupted(session, channel, self.now())
        for delivery_id in left:
            self.database.attempt(EVERYONE, partial(self._interrupted, channel=channel, id_=delivery_id))

    def _interrupted(self, session: Session, channel: str, id_: int) -> None:
        if delivery := queue.take_up(session, channel, id_, self.now()):
            settle(Interrupted(), Settling(session, self.links, delivery, self.now()))

    def _carry(self, batch: Sequence[int], call: Call) -> int:
        """Carry a batch; each transaction settles one call and marks the next, which halves the commits."""
        settled: tuple[Parcel, Outcome] | None = None
        for at in range(len(batch) + 1):
            ends = self.ending.is_set() or (settled is not None and isinstance(settled[1], KeyRefused))
            following = partial(self._next, settled=settled, left=batch[at:], ends=ends)
            parcel = self.database.attempt(EVERYONE, following)
            if ends:
                return at
            settled = (parcel, self._call(parcel, call)) if parcel else None
        return len(batch)

    def _next(
        self, session: Session, settled: tuple[Parcel, Outcome] | None, left: Sequence[int], *, ends: bool
    ) -> Parcel | None:
        """Settle the last call and mark the first of those left; all go back where the batch ends here."""
        if settled is not None:
            delivery = settled[0].delivery
            self._settle(settled, Settling(session, self.links, delivery, self.now(), self.chance))
        if ends:
            queue.hand_back(session, left)
            return None
        parcel = queue.begin_sending(session, left[0], self.now()) if left else None
        if parcel and parcel.delivery.channel == "sms":
            parcel.stopped = stopping.is_blocked(session, parcel.delivery)
            parcel.over_limit = limits.used_up(session, self.settings, parcel.delivery, self.now())
            parcel.held_until = limits.held_until(session, self.settings, parcel.delivery, self.now())
        return parcel

    def _settle(self, settled: tuple[Parcel, Outcome], settling: Settling) -> None:
        parcel, outcome = settled
        queue.locked(settling.session, parcel.delivery)
        if isinstance(outcome, KeyRefused) and not queue.was_paused(
            settling.session, parcel.delivery.channel
        ):
            log.error("provider refuses our key", channel=parcel.delivery.channel)  # the one alarm (M08)
        settle(outcome, settling)
        if parcel.delivery.channel == "sms" and isinstance(outcome, Taken | Unclear):
            limits.count_one(settling.session, self.settings, parcel.delivery, settling.now)
        if parcel.delivery.state in ("dead", "failed", "uncertain"):
            log.warning("message not delivered", delivery=parcel.delivery.id, state=parcel.delivery.state)

    def _call(self, parcel: Parcel, call: Call) -> Outcome:
        """One message to the provider, and what came of it; no fault of one stops those behind it (M11)."""
        try:
            if parcel.delivery.ends_at <= self.now():
                return Unwanted("too late")
            if parcel.unwanted:
                return Unwanted(parcel.unwanted)
            if parcel.stopped:
                return Stopped()
            if parcel.over_limit:
                return Rejected(SMS_LIMIT)
            return Held(parcel.held_until) if parcel.held_until else call(parcel)
        except PROVIDER_SAYS as outcome:
            return outcome
        except Exception as fault:
            log.error("message cannot be written", delivery=parcel.delivery.id, fault=type(fault).__name__)
            return Broken(type(fault).__name__)

    def _gateway(self, channel: str) -> AbstractContextManager[Call]:
        if channel == "sms":
            return nullcontext(self._text_caller(self.texts(self.settings.sms_url or "demo:")))
        return _Mailing(self.mails(self.settings.smtp_url or "demo:"), self._mail_caller)

    def _text_caller(self, gateway: SmsGateway) -> Call:
        def call(parcel: Parcel) -> Taken:
            text = parcel.wording.sms(address(parcel, self.links))
            message = TextMessage(
                id=str(parcel.delivery.id),
                to=parcel.delivery.address,
                sender=parcel.organisation.sms_sender or sender_name(parcel.organisation.short_name),
                text=text,
                callback=f"{self.links.receipts_url()}?id={parcel.delivery.id}",
            )
            return Taken(gateway(message), parcel.wording.sms(NO_LINK), segments(text))

        return call

    def _mail_caller(self, gateway: MailGateway) -> Call:
        def call(parcel: Parcel) -> Taken:
            sender = self.settings.mail_from or f"fieldtickets@{self.settings.host}"
            url, files = address(parcel, self.links), self._files(parcel)
            letter = mail(parcel, parcel.delivery.address, url, self.now(), sender, files)
            try:
                ref = gateway.send(letter)
            except SenderRefused as refused:
                if not parcel.organisation.mail_from:
                    raise
                log.error("mail sender refused", organisation=parcel.organisation.id)
                raise NotSent(str(refused)) from None  # that organisation's trouble stops no other's mails
            return Taken(ref, f"{letter.subject}\n{parcel.wording.sentence}"[:2000])

        return call

    def _files(self, parcel: Parcel) -> Sequence[MailFile]:
        """The ticket's own files, as many as a mail can carry (S016)."""
        if not parcel.wording.notice.order or parcel.ticket is None:
            return ()
        with self.database.read(parcel.delivery.organisation_id) as session:
            rows = session.scalars(
                select(Attachment)
                .where(Attachment.ticket_id == parcel.ticket.id, Attachment.shared.is_(True))
                .order_by(Attachment.event_id, Attachment.place, Attachment.id)
            ).all()
        taken, room = [], MOST_ATTACHED_BYTES
        for row in rows:
            if row.size <= room:
                taken.append(MailFile(row.name, row.kind, self.files.read(row.key)))
                room -= row.size
        return taken


class _Mailing:
    """A mail gateway's connection as the caller that uses it."""

    def __init__(self, gateway: MailGateway, caller: Callable[[MailGateway], Call]) -> None:
        self._gateway, self._caller = gateway, caller

    def __enter__(self) -> Call:
        return self._caller(self._gateway.__enter__())

    def __exit__(self, *error: object) -> None:
        self._gateway.__exit__(*error)  # type: ignore[arg-type]
