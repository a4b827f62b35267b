"""The first page, what has to be handled now, and the list of all tickets.

Both are live: the page asks again every few seconds with the tag of what it shows, and gets 304 as long
as nothing happened in the organisation.
"""

import hashlib
from itertools import groupby
from urllib.parse import urlencode

from flask import Response, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from fieldtickets.domain.phases import PHASE_NAMES
from fieldtickets.store.models import JournalHead
from fieldtickets.store.queries import listing
from fieldtickets.store.queries.queues import QUEUE_NAMES, Moment
from fieldtickets.web.accounts import MANAGERS, may
from fieldtickets.web.dashboard.frame import queue_counts
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.dashboard.words import BALL_NAMES, TASK_BUTTONS, task_name
from fieldtickets.web.figures import lasting
from fieldtickets.web.parts import parts


@bp.get("/")
def to_handle() -> ResponseReturnValue:
    """What waits for the manager, most pressing first; `?queue=` shows one queue, `?q=` searches all."""
    searching = request.args.get("q", "").strip() and "all"
    return _live("queue", request.args.get("queue") or searching or "")


@bp.get("/tickets")
def tickets() -> ResponseReturnValue:
    """Every ticket, also closed ones, by queue, state, trade and words."""
    return _live("tickets", request.args.get("queue") or "all")


def _live(current: str, queue: str) -> Response:
    """A list with its tag; 304 when the reader already has it."""
    tag = state_tag()
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = make_response(_page(current, queue))
    response.set_etag(tag, weak=True)
    return response


def state_tag() -> str:
    """Names all that a list shows: the last fact of the journal, who reads, and the minute.

    The minute, because time alone makes tickets late and changes how long somebody has waited.
    """
    with parts().database.read(g.organisation_id) as rows:
        last = rows.scalar(select(JournalHead.seq).where(JournalHead.organisation_id == g.organisation_id))
    minute = parts().clock.now().strftime("%Y%m%d%H%M")
    seen = f"{last}|{minute}|{g.user.id}|{g.user.role}|{g.user.language}|{request.full_path}"
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _page(current: str, queue: str) -> str:
    now = parts().clock.now()
    moment = Moment.at(now, g.organisation.time_zone)
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("state", "trade", "q", "cursor")}
    wanted = listing.Wanted(queue, asked["state"], asked["trade"], asked["q"], asked["cursor"])
    try:
        with parts().database.read(g.organisation_id) as rows:
            found = listing.lines(rows, wanted, moment)
            trades = listing.open_trades(rows)
    except (KeyError, ValueError):
        abort(404)
    return render_template(
        "dashboard/queue.html",
        current=current,
        queue=queue,
        asked=asked,
        groups=[(name, list(lines)) for name, lines in groupby(found.items, lambda line: line.group)],
        following=found.following,
        next_page=urlencode({**request.args, "cursor": found.following}),
        trades=trades,
        numbers=queue_counts(),
        queue_names=QUEUE_NAMES,
        group_names=dict(listing.GROUPS),
        phase_names=PHASE_NAMES,
        ball_names=BALL_NAMES,
        task_name=task_name,
        task_buttons=TASK_BUTTONS,
        lasting=lasting,
        now=now,
        may_create=may(*MANAGERS),
    )
