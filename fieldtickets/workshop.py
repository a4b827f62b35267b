"""The worker's half of the fuse box: what each bell sets off."""

from collections.abc import Mapping
from threading import Event

from fieldtickets.documents.packs import Packs
from fieldtickets.documents.previews import Previews
from fieldtickets.jobs import Work
from fieldtickets.outbox.courier import Outbox
from fieldtickets.rounds import Rounds
from fieldtickets.web.parts import Parts


def outbox(parts: Parts, ending: Event | None = None) -> Outbox:
    """Sends what is owed. ending: set once the worker is told to stop (D04)."""
    stop = ending or Event()
    return Outbox(parts.settings, parts.database, parts.links, parts.files, parts.clock.now, stop)


def work(parts: Parts) -> None:
    """Answer every bell until told to stop (SIGTERM); of N workers one rings them all each minute."""
    ending, now = Event(), parts.clock.now
    rounds = Rounds(parts.database, parts.links, now, ending)
    answers: Mapping[str, Work] = {
        "outbox": outbox(parts, ending).drain,
        "rounds": rounds.run,
        "clean_up": rounds.clean_up,
        "previews": Previews(parts.database, parts.files, ending).make,
        "packs": Packs(parts.database, parts.files, now, ending).make,
    }
    parts.jobs.work(answers, lambda: rounds.take_tick("minute"), ending)
