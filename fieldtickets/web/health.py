"""Whether the parts that the service cannot do without are there: for `/readyz` and `flask doctor`."""

from collections.abc import Callable, Mapping

import structlog
from sqlalchemy import select

from fieldtickets.store import schema
from fieldtickets.store.db import EVERYONE
from fieldtickets.web.parts import Parts

Check = Callable[[], None]

log = structlog.get_logger("health")


class Unwell(Exception):
    """Something is wrong; its words are one plain sentence for the operator."""


def checks(parts: Parts) -> Mapping[str, Check]:
    """What has to answer before a request or a job can be done; each is silent, or raises."""
    return {
        "database": lambda: _answers(parts),
        "schema": lambda: _is_known(parts),
        "storage": parts.files.check,
        "queue": parts.jobs.check,
    }


def trouble(check: Check) -> str:
    """What a check found, in words without an address or a password; empty when all is well."""
    try:
        check()
    except Unwell as reason:
        return str(reason)
    except Exception as fault:  # whatever the driver of a part raises when it is out of reach
        log.warning("check failed", fault=type(fault).__name__)
        return f"out of reach ({type(fault).__name__})"
    return ""


def _answers(parts: Parts) -> None:
    with parts.database.read(EVERYONE) as session:
        session.scalars(select(1)).one()


def _is_known(parts: Parts) -> None:
    with parts.database.read(EVERYONE) as session:  # a probe does not wait at the writer's door
        wanted, found = schema.newest_revision(), schema.revision_on(session.connection())
    if found != wanted:
        raise Unwell(f"is at {found or 'no revision'}, this version needs {wanted}: flask db upgrade")
