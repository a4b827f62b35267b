"""What readers said of the help: whether an article answered their question, never who they are."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldtickets.store.models.base import Base


class HelpVote(Base):
    """One answer to "did this answer your question?" (S115).

    It is nobody's own: a stranger on the public pages belongs to no organisation, is counted for all of
    them, and is asked for no remark. Where one is known, its administrators alone read the answer.
    """

    __tablename__ = "help_vote"
    __table_args__ = (Index("ix_help_vote_day", "organisation_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    guide: Mapped[str] = mapped_column(String(20))
    article: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    helped: Mapped[bool]
    remark: Mapped[str] = mapped_column(String(300), default="")
    day: Mapped[date]
