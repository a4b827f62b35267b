"""What pages cost: opening a link, two answers, a message, a report, fifty at once, stalled uploads."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.load import Call, Measured, alternately, measure, percentile, send
from bench.scene import NEXT_WEEK, Scene, a_photo, a_scene
from bench.servers import Server, serving
from tests.builders import Sent

OPENINGS, ANSWERS, PHOTOS, REPORTS, FIFTY, STALLED = 400, 150, 150, 8, 50, 40
SIGNED = {
    "signer_name": "Anna Rossi",
    "signature": json.dumps([[[100 + step, 100 + step % 60] for step in range(200)]] * 4),
}
ROUNDS = 3
STARTS = 7
Row = dict[str, object]


def rows() -> Iterator[Row]:
    """Measure everything on a database of its own; SQLite, as in the default set-up."""
    for measured in (
        opening,
        accepting,
        confirming,
        message_with_photo,
        report_with_photos,
        fifty_at_once,
        stalled_uploads,
        starting,
    ):
        with TemporaryDirectory(prefix="bench-") as folder:
            yield from measured(a_scene(Path(folder), f"sqlite:///{folder}/fieldtickets.db"))


def opening(scene: Scene) -> list[Row]:
    ticket = scene.tickets(1)[0]
    karim = scene.cast.karim
    with both(scene) as (ours, bare):
        ours_calls = [Call("GET", ticket.path(karim))] * OPENINGS
        bare_calls = [Call("GET", f"/open/{ticket.link_ids[karim]}")] * OPENINGS
        warm_up(ours, ours_calls, bare, bare_calls)
        results = alternately(5, lambda: measure(ours, ours_calls), lambda: measure(bare, bare_calls))
        memory = ours.worker_megabytes()
    return [*compared("open a link", *results, limit=2.0), single("web worker, MB", memory, 150.0)]


def accepting(scene: Scene) -> list[Row]:
    return answering(scene, "accept", "offer.accept", scene.tickets(ANSWERS * ROUNDS + 20), NEXT_WEEK)


def confirming(scene: Scene) -> list[Row]:
    """The day before: a yes that stops the clocks and reminds the customer."""
    return answering(
        scene, "confirm presence", "presence.confirm", scene.confirmable(ANSWERS * ROUNDS + 20), {}
    )


def answering(scene: Scene, name: str, act: str, tickets: list[Sent], fields: dict[str, str]) -> list[Row]:
    """One form on each of these tickets, beside the acceptance of the bare reference."""
    karim = scene.cast.karim
    mine = [scene.form(one, karim, act, fields, expected=(303,)) for one in tickets]
    theirs = [bare_post("accept", one.link_ids[karim]) for one in scene.tickets(len(tickets))]
    with both(scene) as (ours, bare):
        warm_up(ours, [mine.pop() for _i in range(20)], bare, [theirs.pop() for _i in range(20)])
        results = alternately(
            ROUNDS,
            lambda: measure(ours, [mine.pop() for _i in range(ANSWERS)]),
            lambda: measure(bare, [theirs.pop() for _i in range(ANSWERS)]),
        )
    return compared(name, *results, limit=2.5)


def message_with_photo(scene: Scene) -> list[Row]:
    karim, rounds, photo = scene.cast.karim, 3, a_photo(200_000)
    ticket = scene.tickets(1)[0]

    def ours_call() -> Call:
        submission = scene.parts.links.form_field(f"link:{ticket.link_ids[karim]}", "message.write", 1)
        fields = {"body": "Voici la photo.", "submission": submission}
        return scene.upload(f"{ticket.path(karim)}/message.write", fields, "files", [photo])

    told = {"body": "Voici la photo."}
    bare_call = scene.upload(f"/message/{ticket.link_ids[karim]}", told, "files", [photo])
    with both(scene) as (ours, bare):
        warm_up(ours, [ours_call() for _i in range(10)], bare, [bare_call] * 10)
        results = alternately(
            rounds,
            lambda: measure(ours, [ours_call() for _i in range(PHOTOS)]),
            lambda: measure(bare, [bare_call] * PHOTOS),
        )
    return compared("message with a 200 kB photo", *results, limit=2.0)


def report_with_photos(scene: Scene) -> list[Row]:
    """The end of a work: five photos as a telephone takes them, and the customer's signature."""
    karim, photos = scene.cast.karim, [a_photo(3_000_000)] * 5
    told = {"done": "Siphon changé", "minutes": "45", "payment": "invoice", **SIGNED}

    def ours_call(ticket: Sent) -> Call:
        submission = scene.parts.links.form_field(f"link:{ticket.link_ids[karim]}", "completion.submit", 1)
        path = f"{ticket.path(karim)}/completion.submit"
        return scene.upload(path, {**told, "submission": submission}, "photos", photos)

    mine = [ours_call(one) for one in scene.held(REPORTS * ROUNDS + 8)]
    bare_call = scene.upload(f"/report/{scene.tickets(1)[0].link_ids[karim]}", told, "photos", photos)
    with both(scene) as (ours, bare):
        warm_up(ours, [mine.pop() for _i in range(8)], bare, [bare_call] * 8)
        results = alternately(
            ROUNDS,
            lambda: measure(ours, [mine.pop() for _i in range(REPORTS)]),
            lambda: measure(bare, [bare_call] * REPORTS),
        )
    return compared("report, five 3 MB photos", *results, limit=2.5)


def fifty_at_once(scene: Scene) -> list[Row]:
    walls: list[Measured] = []
    ticket = scene.broadcast(FIFTY)
    won_or_taken = (303, 409)
    mine = [
        scene.form(ticket, company, "offer.accept", NEXT_WEEK, expected=won_or_taken)
        for company in ticket.link_ids
    ]
    theirs = [bare_post("accept", one.link_ids[scene.cast.karim]) for one in scene.tickets(FIFTY)]
    with both(scene) as (ours, bare):
        healthy = [Call("GET", "/healthz")] * 50
        warm_up(ours, healthy, bare, healthy)
        walls = [measure(bare, theirs, clients=FIFTY), measure(ours, mine, clients=FIFTY)]
    ratio = walls[1].wall_seconds / walls[0].wall_seconds
    return [row("50 at once", "wall", walls[1].wall_seconds, walls[0].wall_seconds, ratio, 2.0)]


def stalled_uploads(scene: Scene) -> list[Row]:
    """Forty phones that stop in the middle of a photo must not hold up the others."""
    ticket, karim = scene.tickets(1)[0], scene.cast.karim
    calls = [Call("GET", ticket.path(karim))] * 200
    free, busy = [], []
    with serving("app:app", scene.environment) as ours:
        send(ours.port, calls[:50], 4)
        for _round in range(ROUNDS):
            free.append(percentile(send(ours.port, calls, 4), 0.95) * 1000)
            with ExitStack() as phones:
                for _phone in range(STALLED):
                    phones.enter_context(half_an_upload(ours.port, f"{ticket.path(karim)}/message.write"))
                busy.append(percentile(send(ours.port, calls, 4), 0.95) * 1000)
    mine, alone = median(busy), median(free)
    return [row("others while 40 uploads stall", "p95", mine, alone, mine / alone, 2.0)]


def starting(scene: Scene) -> list[Row]:
    """From nothing to the first page, as after `make install`: with compiled code, the files read before."""
    found: dict[str, list[float]] = {"app:app": [], "bench.bare:app": []}
    for _round in range(STARTS + 1):
        for target, seconds in found.items():
            with serving(target, scene.environment) as server:
                seconds.append(server.started_in_seconds)
    mine, theirs = (median(seconds[1:]) for seconds in found.values())
    return [row("start to first page", "wall", mine, theirs, mine / theirs, 1.5)]


@contextmanager
def both(scene: Scene) -> Iterator[tuple[Server, Server]]:
    """The service and the bare reference, on the same settings of the same server."""
    with serving("app:app", scene.environment) as ours, serving("bench.bare:app", scene.environment) as bare:
        yield ours, bare


def warm_up(ours: Server, ours_calls: list[Call], bare: Server, bare_calls: list[Call]) -> None:
    send(ours.port, ours_calls, 4)
    send(bare.port, bare_calls, 4)


def bare_post(page: str, link_id: int) -> Call:
    return Call("POST", f"/{page}/{link_id}", b"date=2031-05-06&time=14:00", expected=(303,))


def half_an_upload(port: int, path: str) -> socket.socket:
    phone = socket.create_connection(("127.0.0.1", port))
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n"
    phone.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode())
    return phone


def compared(name: str, ours: Measured, bare: Measured, *, limit: float) -> list[Row]:
    return [
        row(name, "CPU ms", ours.cpu_ms, bare.cpu_ms, ours.cpu_ms / bare.cpu_ms, limit),
        row(name, "requests/s", ours.rate, bare.rate, bare.rate / ours.rate, None),
        row(name, "p95 ms", ours.p95_ms, bare.p95_ms, ours.p95_ms / bare.p95_ms, None),
    ]


def row(name: str, unit: str, ours: float, bare: float, ratio: float, limit: float | None) -> Row:
    values = {"ours": round(ours, 3), "bare": round(bare, 3), "ratio": round(ratio, 2), "limit": limit}
    return {"what": name, "unit": unit, **values}


def single(name: str, value: float, limit: float) -> Row:
    return {"what": name, "unit": "", "ours": round(value, 1), "bare": None, "ratio": None, "limit": limit}
