"""How fast the outbox drains: against a bare loop over the same mails on one connection."""

import multiprocessing
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select, update

from bench.pages import Row, row
from bench.scene import Scene, a_scene
from fieldtickets.clock import Clock
from fieldtickets.config import Settings
from fieldtickets.outbox import queue
from fieldtickets.outbox.contents import address
from fieldtickets.outbox.courier import Outbox
from fieldtickets.outbox.mails import mail
from fieldtickets.senders import Mail
from fieldtickets.senders.letters import letter
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.files import FileStore
from fieldtickets.store.models import Delivery
from tests.fakes.smtp_sink import SmtpSink

MAILS, ROUNDS = 300, 3


def rows() -> list[Row]:
    """Mails a second, ours and bare; the ratio is bare over ours, like all rates."""
    ours, bare = [], []
    with TemporaryDirectory(prefix="bench-") as folder, a_mail_server() as smtp_url:
        scene = a_scene(Path(folder), f"sqlite:///{folder}/fieldtickets.db")
        outbox = the_outbox(scene, smtp_url)
        for _round in range(ROUNDS):
            scene.tickets(MAILS)
            mails = the_same_mails(outbox)
            bare.append(timed(partial(send_plainly, smtp_url, mails)))
            ours.append(timed(partial(outbox.drain_channel, "email")))
    best_ours, best_bare = MAILS / min(ours), MAILS / min(bare)
    return [row("outbox drains", "mails/s", best_ours, best_bare, best_bare / best_ours, 2.0)]


def the_outbox(scene: Scene, smtp_url: str) -> Outbox:
    settings = Settings.from_env({**environment(scene), "FIELDTICKETS_SMTP_URL": smtp_url})
    parts = scene.parts
    return Outbox(settings, parts.database, parts.links, FileStore(settings.storage_url), Clock().now)


def environment(scene: Scene) -> dict[str, str]:
    return {name: value for name, value in scene.environment.items() if name.startswith("FIELDTICKETS_")}


def the_same_mails(outbox: Outbox) -> list[Mail]:
    """The mails that wait, written before the clock runs; nothing of the look is kept."""
    now = outbox.now()
    with outbox.database.begin(EVERYONE) as session:
        waits = select(Delivery.id).where(Delivery.channel == "email", Delivery.state == "queued")
        waiting = session.scalars(waits).all()
        session.execute(update(Delivery).values(state="claimed"))
        parcels = [queue.begin_sending(session, one, now) for one in waiting]
        session.expunge_all()
        session.rollback()
    sender = outbox.settings.mail_from or ""
    return [
        mail(one, one.delivery.address, address(one, outbox.links), now, sender) for one in parcels if one
    ]


def send_plainly(smtp_url: str, mails: list[Mail]) -> None:
    """What a script would do: one connection, one message after the other."""
    host, _, port = smtp_url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port)) as server:
        for mail in mails:
            server.send_message(letter(mail))


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@contextmanager
def a_mail_server() -> Iterator[str]:
    """A real SMTP server in a process of its own, so that it costs neither side anything."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        process.join(20)


def _serve(pipe: Connection) -> None:
    with SmtpSink() as sink:
        pipe.send(sink.url)
        pipe.recv()
