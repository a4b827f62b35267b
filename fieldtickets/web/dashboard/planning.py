"""The planning: companies by days of one week, in the organisation's zone."""

from datetime import date, timedelta

from flask import Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from fieldtickets.language import local
from fieldtickets.store.queries.planning import holder, week
from fieldtickets.web.dashboard.queues import state_tag
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader

YEARS = range(2000, 2100)


@bp.get("/planning")
def planning() -> ResponseReturnValue:
    """The week of `?day=`, else this one; live like the queues."""
    tag = state_tag()
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else make_response(_page())
    response.set_etag(tag, weak=True)
    return response


def _page() -> str:
    today = local(parts().clock.now(), reader()).date()
    monday = _monday_of(request.args.get("day", ""), today)
    with parts().database.read(g.organisation_id) as rows:
        shown = week(rows, monday, today, g.organisation.time_zone)
    return render_template(
        "dashboard/planning.html",
        current="planning",
        week=shown,
        today=today,
        holder=holder,
        unconfirmed=sum(not visit.confirmed for visit in shown.visits),
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
    )


def _monday_of(typed: str, today: date) -> date:
    """The Monday of the week asked for; of this week when it is no day, or none that anybody plans."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = today
    if day.year not in YEARS:
        day = today
    return day - timedelta(days=day.weekday())
