"""A subcontractor's figures in words, as its manager and itself read them."""

from datetime import timedelta

from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.offer import REFUSALS
from fieldtickets.store.queries.scorecard import Scorecard


def in_words(card: Scorecard) -> list[tuple[Message, Message]]:
    """Each figure with its name."""
    refusals = [
        (_("Refused: %(reason)s", reason=REFUSALS.get(code, REFUSALS["other"])), _plain(count))
        for code, count in card.refusals.items()
    ]
    usual = _("no answer yet") if card.time_to_answer is None else lasting(card.time_to_answer)
    on_time = _("%(on_time)s of %(visits)s visits", on_time=card.on_time, visits=card.visits)
    return [
        (_("Offers"), _plain(card.offers)),
        (_("Answers"), _plain(card.answers)),
        (_("Usual time to answer"), usual),
        *refusals,
        (_("On time"), on_time),
        (_("Reports sent back"), _plain(card.reworks)),
        (_("Nobody came"), _plain(card.no_shows)),
    ]


def _plain(count: int) -> Message:
    return Message("%(count)s", {"count": count})


def lasting(delay: timedelta) -> Message:
    """A delay in the unit that says enough: minutes below two hours, hours below two days, then days."""
    minutes = max(0, int(delay.total_seconds()) // 60)
    if minutes < 2 * 60:
        return _("%(count)s min", count=minutes)
    if minutes < 2 * 24 * 60:
        return _("%(count)s h", count=minutes // 60)
    return _("%(count)s days", count=minutes // (24 * 60))
