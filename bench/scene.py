"""The scene of the bench: an organisation, subcontractors, and tickets offered to them."""

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from PIL import Image

from bench.load import Call
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.links import Links
from fieldtickets.store.db import Database
from fieldtickets.store.migrate import upgrade
from fieldtickets.store.models import Clock, Dispatch, Site, Ticket
from tests.builders import KEY, Cast, Sent, a_subcontractor, a_ticket, do, the_cast

LONG_AGO = timedelta(days=3)  # when what is confirmed now was agreed
NEXT_WEEK = {"date": (datetime.now(UTC) + timedelta(days=7)).date().isoformat(), "time": "14:00"}
EDGE = "fieldtickets-bench"


@dataclass(frozen=True)
class Scene:
    """A database with a cast, and the environment in which both servers run on it."""

    folder: Path
    environment: Mapping[str, str]
    parts: SimpleNamespace
    cast: Cast

    def tickets(self, count: int) -> list[Sent]:
        """Tickets offered to Karim alone."""
        return [
            a_ticket(self.parts, self.cast, self.cast.karim, now=datetime.now(UTC)) for _one in range(count)
        ]

    def confirmable(self, count: int) -> list[Sent]:
        """Tickets on which Karim agreed days ago to come at the next six o'clock.

        Whether he does was asked the day before at six, when nobody sleeps.
        """
        now, karim = datetime.now(UTC), self.cast.karim
        today = now.astimezone(ZoneInfo("Europe/Paris"))
        visit = today.replace(hour=18, minute=0, second=0, microsecond=0)
        visit += timedelta(days=visit <= today)
        date = {"date": visit.date(), "time": visit.time(), "agreed_with_customer": True}
        tickets = []
        for _one in range(count):
            ticket = a_ticket(self.parts, self.cast, karim, now=now - LONG_AGO, playbook="marketplace")
            for act, answer in (("offer.accept", {}), ("appointment.propose", date)):
                sent_as = f"{act}-{ticket.id}"
                do(self.parts, self.cast, ticket, act, karim, answer, now=now - LONG_AGO, submission=sent_as)
            tickets.append(ticket)
        return tickets

    def held(self, count: int) -> list[Sent]:
        """Tickets that Karim has, under rules that want the customer's signature at the end."""
        now, karim = datetime.now(UTC), self.cast.karim
        tickets = []
        for _one in range(count):
            ticket = a_ticket(self.parts, self.cast, karim, now=now, playbook="marketplace")
            do(self.parts, self.cast, ticket, "offer.accept", karim, now=now, submission=f"held-{ticket.id}")
            tickets.append(ticket)
        return tickets

    def due(self, count: int) -> None:
        """Offers to Karim whose reminder is due, on tickets that share one site; rows alone, no facts."""
        now, shared = datetime.now(UTC), {"organisation_id": self.cast.organisation}
        with self.parts.database.begin(self.cast.organisation) as session:
            site = Site(**shared, address="18 rue Jeanne-d'Arc", postcode="69003", city="Lyon")
            session.add(site)
            session.flush()
            tickets = [self._a_row(site.id, now) for _one in range(count)]
            session.add_all(tickets)
            session.flush()
            session.add_all(
                Clock(**shared, ticket_id=one.ticket_id, dispatch_id=one.id, kind="offer.remind", due_at=now)
                for ticket in tickets
                for one in ticket.dispatches
            )

    def _a_row(self, site_id: int, now: datetime) -> Ticket:
        """A ticket that was offered to Karim."""
        shared = {"organisation_id": self.cast.organisation}
        offer = Dispatch(**shared, subcontractor_id=self.cast.karim, standing=Standing.OFFERED)
        return Ticket(
            **shared,
            ref=f"D-{secrets.token_hex(6)}",
            title="Fuite sous évier",
            site_id=site_id,
            manager_id=self.cast.nadia,
            phase=Phase.OFFERED,
            created_at=now,
            updated_at=now,
            dispatches=[offer],
        )

    def broadcast(self, companies: int) -> Sent:
        """One ticket offered to many at once."""
        with self.parts.database.begin(self.cast.organisation) as session:
            made = [
                a_subcontractor(session, self.cast.organisation, f"Artisan {i}", f"+3361234{i:04d}").id
                for i in range(companies)
            ]
        return a_ticket(self.parts, self.cast, *made, now=datetime.now(UTC))

    def form(
        self, ticket: Sent, company: int, act: str, fields: Mapping[str, str], *, expected: tuple[int, ...]
    ) -> Call:
        """The POST of an act's form on a link page."""
        submission = self.parts.links.form_field(f"link:{ticket.link_ids[company]}", act, 1)
        body = urlencode({**fields, "submission": submission}).encode()
        return Call("POST", f"{ticket.path(company)}/{act}", body, expected=expected)

    def upload(self, path: str, fields: Mapping[str, str], field: str, photos: Sequence[bytes]) -> Call:
        """A POST with photos in one field, as browsers send it."""
        parts = [
            f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{field}"; filename="fuite.jpg"\r\n'
        for photo in photos:
            parts += [head.encode(), b"Content-Type: image/jpeg\r\n\r\n", photo, b"\r\n"]
        parts.append(f"--{EDGE}--\r\n".encode())
        return Call("POST", path, b"".join(parts), f"multipart/form-data; boundary={EDGE}", expected=(303,))


def a_scene(folder: Path, database_url: str) -> Scene:
    """Migrate a database and put the cast on it."""
    upgrade(database_url)
    environment = {
        "FIELDTICKETS_ENV": "development",
        "FIELDTICKETS_SECRET_KEYS": KEY,
        "FIELDTICKETS_BASE_URL": "http://localhost",
        "FIELDTICKETS_DATABASE_URL": database_url,
        "FIELDTICKETS_QUEUE_URL": f"sqlite:{folder / 'jobs.db'}",
        "FIELDTICKETS_STORAGE_URL": f"file:{folder / 'files'}",
        "FIELDTICKETS_MAIL_FROM": "tickets@lavigne.example",
        "BENCH_FILES": str(folder / "bare"),
    }
    (folder / "bare").mkdir(exist_ok=True)
    database = Database(database_url)
    parts = SimpleNamespace(database=database, links=Links([KEY], "http://localhost"))
    return Scene(folder, environment, parts, the_cast(database))


def a_photo(size: int) -> bytes:
    """A real photo of about this many bytes: noise, which hardly compresses."""
    side = math.isqrt(size)
    picture, photo = Image.effect_noise((side, side), 90), BytesIO()
    picture.save(photo, "JPEG", quality=90)
    return photo.getvalue()
