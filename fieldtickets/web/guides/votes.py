"""Did an article answer the question? A yes or a no with a sentence; who said it is kept nowhere (S115)."""

from typing import Any

from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Codes, Text, at_most
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import HelpVote
from fieldtickets.web import limiting
from fieldtickets.web.guides.guide import Article, Guide
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import reader

A_FORM = "1 per day"  # the same form sent twice is one vote
FROM_ONE_ADDRESS = "30 per hour"
LONGEST_REMARK = 300  # letters

ANSWERS: dict[str, Message] = {"yes": _("Yes"), "no": _("No")}


class VoteForm(AnswerForm):
    """Whether it helped, and what was missing; that is asked only where an administrator will read it."""

    helped = Codes(_("Did this answer your question?"), ANSWERS, _("Say yes or no"))
    remark = Text(
        _("What was missing?"), [at_most(LONGEST_REMARK)], description=_("Without names or numbers, please.")
    )


def form_for(whose: int | None, typed: Any = None) -> VoteForm:
    """The form for somebody of this organisation, or for a stranger, whose sentence nobody would read."""
    form = VoteForm(typed)
    if whose is None:
        del form.remark
    return form


def keep(guide: Guide, article: Article, form: VoteForm, proof: str, where: str, whose: int | None) -> None:
    """Count a valid form.

    proof: what the form was signed with. where: from which address. whose: the organisation, if it is known.
    Raises TooManyRequests.
    """
    where = limiting.neighbourhood(where)
    limiting.refuse_above(FROM_ONE_ADDRESS, "help", where)
    if not limiting.count(A_FORM, "help", proof):
        return
    limiting.count(FROM_ONE_ADDRESS, "help", where)
    answer = form.answer()
    with parts().database.begin(EVERYONE) as session:
        session.add(
            HelpVote(
                organisation_id=whose,
                guide=guide.name,
                article=article.name,
                language=reader().language,
                helped=answer["helped"] == "yes",
                remark=answer.get("remark", ""),
                day=parts().clock.now().date(),
            )
        )
