"""How long things are kept: shown, so that an administrator can tell those who ask (Y03)."""

from datetime import timedelta

from flask.typing import ResponseReturnValue

from fieldtickets.desk.notices import LINK_LIFE
from fieldtickets.desk.retention import HELP_VOTES_KEPT, OVER_SINCE, TWICE_WITHIN
from fieldtickets.domain.effects import POSITIONS_KEPT, LetLinksEnd
from fieldtickets.domain.words import Message, _
from fieldtickets.web.accounts import SESSION_LASTS
from fieldtickets.web.dashboard.settings.room import bp, page
from fieldtickets.web.passwords import LINK_LASTS

KEPT: tuple[tuple[Message, Message], ...] = (
    (
        _("A link to a ticket"),
        _(
            "%(count)s days after the last answer through it, at most %(after)s after the ticket is over",
            count=LINK_LIFE.days,
            after=LetLinksEnd().days,
        ),
    ),
    (_("Which browsers used a link"), _("%(count)s days after the link ended", count=OVER_SINCE.days)),
    (_("Being signed in"), _("%(count)s days after the last thing done", count=SESSION_LASTS.days)),
    (
        _("A link to choose a password"),
        _("%(count)s minutes, used once", count=LINK_LASTS // timedelta(minutes=1)),
    ),
    (_("The number of a form that was sent"), _("%(count)s days", count=TWICE_WITHIN.days)),
    (_("Where a phone said it was on arrival"), _("%(count)s days", count=POSITIONS_KEPT.days)),
    (_("What readers say of the help"), _("%(count)s days", count=HELP_VOTES_KEPT.days)),
    (_("Tickets, messages, files, the journal"), _("until somebody removes them")),
)  # fmt: skip


@bp.get("/retention")
def retention() -> ResponseReturnValue:
    """Each kind of thing with how long it stays."""
    return page("retention", kept=KEPT)
