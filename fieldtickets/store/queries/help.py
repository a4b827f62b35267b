"""What an administrator reads of the votes about the help: the own organisation's; of strangers, how many."""

from collections.abc import Sequence

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from fieldtickets.store.models import HelpVote

LAST_REMARKS = 20


def counts(session: Session, organisation_id: int) -> dict[tuple[str, str], tuple[int, int]]:
    """How many said yes and how many no, by guide and article; strangers are counted everywhere."""
    helped = func.sum(case((HelpVote.helped, 1), else_=0))
    rows = session.execute(
        select(HelpVote.guide, HelpVote.article, helped, func.count())
        .where(or_(HelpVote.organisation_id == organisation_id, HelpVote.organisation_id.is_(None)))
        .group_by(HelpVote.guide, HelpVote.article)
    )
    return {(guide, article): (int(yes), votes - int(yes)) for guide, article, yes, votes in rows}


def remarks(session: Session, organisation_id: int) -> Sequence[HelpVote]:
    """The last votes of the organisation that say something, the newest first."""
    written = select(HelpVote).where(HelpVote.organisation_id == organisation_id, HelpVote.remark != "")
    return session.scalars(
        written.order_by(HelpVote.day.desc(), HelpVote.id.desc()).limit(LAST_REMARKS)
    ).all()
