"""Rules about rights and about the machine: who may reach what, and what is left behind."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from fieldtickets.desk.moves import CLOCK
from fieldtickets.domain.parties import Role
from fieldtickets.links import link_fingerprint
from fieldtickets.simulation.scene import Finding, Scene, seen
from fieldtickets.store.models import Delivery, Event, Link, User

MAY_ACT = (Role.ADMIN, Role.MANAGER)
MOST_MB = 512
MORE_FILES = 16  # that may be open later than on the first night: connections that were not needed yet
CHECKS_OF_SQLITE = {"PRAGMA integrity_check": [("ok",)], "PRAGMA foreign_key_check": []}


def nothing_of_the_neighbour(scene: Scene) -> Finding:
    ours = set(scene.session.scalars(select(Delivery.id)))
    wrong = [f"message {one} tells of another organisation" for one in sorted(scene.letterbox.marked & ours)]
    wrong += scene.figures.faults.get("neighbour", [])
    rule = "no message and no page tells of another organisation"
    return Finding("10", rule, len(ours) + scene.figures.looks, wrong)


def strange_files_answer_alike(scene: Scene) -> Finding:
    rule = "a file of others answers as one that does not exist"
    return seen(scene, "12", rule, "strange", scene.figures.strange)


def rights_never_grow(scene: Scene) -> Finding:
    """A link acts for its party on its ticket, an account as a manager of this organisation."""
    links = links_by_name(scene)
    users = {f"user:{user}": role for user, role in scene.session.execute(select(User.id, User.role))}
    rows = scene.session.execute(
        select(Event.seq, Event.actor, Event.party, Event.ticket_id, Event.dispatch_id)
    ).all()
    wrong = []
    for seq, actor, party, ticket_id, dispatch_id in rows:
        of_link = any(
            (link.party, link.ticket_id) == (party, ticket_id)
            and (link.dispatch_id is None or link.dispatch_id == dispatch_id)
            for link in links.get(actor, ())
        )
        if not (of_link or users.get(actor) in MAY_ACT or actor == CLOCK.label):
            wrong.append(f"fact {seq}: {actor} acted as {party}")
    return Finding("14", "a link acts on its ticket alone, an account in its role", len(rows), wrong)


def links_by_name(scene: Scene) -> dict[str, Sequence[Link]]:
    """The links as the journal names them; a name is short, and once in a while that of two."""
    found: dict[str, list[Link]] = defaultdict(list)
    for link in scene.session.scalars(select(Link)):
        found[f"link:{link_fingerprint(link.id)}"].append(link)
    return dict(found)


def nothing_is_called(scene: Scene) -> Finding:
    wrong = [f"a connection to {where}" for where in scene.machine.connections]
    rule = "no page and no message opens a connection"
    return Finding("19", rule, sum(scene.figures.replies.values()) + scene.figures.messages, wrong)


def the_database_is_sound(scene: Scene) -> Finding:
    """SQLite's own checks; PostgreSQL has none that its user may run."""
    connection = scene.session.connection()
    wrong = []
    checks = CHECKS_OF_SQLITE if connection.dialect.name == "sqlite" else {}
    for statement, expected in checks.items():
        told = [tuple(row) for row in connection.exec_driver_sql(statement)]
        wrong += [f"{statement}: {row}" for row in told if told != expected]
    return Finding("24", "the database finds no fault in itself", len(checks), wrong)


def no_temporary_file_stays(scene: Scene) -> Finding:
    nights = len(scene.machine.open_files)
    return Finding("25", "no temporary file is left on any night", nights, list(scene.machine.left))


def it_stays_small(scene: Scene) -> Finding:
    machine, wrong = scene.machine, []
    if machine.memory_mb > MOST_MB:
        wrong.append(f"{machine.memory_mb} MB more than at the beginning")
    nights = machine.open_files
    if nights and nights[-1] > nights[0] + MORE_FILES:
        wrong.append(f"{nights[0]} open files on the first night, {nights[-1]} on the last")
    return Finding("26", "memory and open files do not grow", len(nights), wrong)


def links_open(scene: Scene) -> Finding:
    return seen(scene, "-", "every link in a message is one of ours", "links", scene.figures.messages)


def plain_forms_do(scene: Scene) -> Finding:
    rule = "what is answered is a plain form on its page"
    return seen(scene, "28", rule, "forms", scene.figures.forms)
