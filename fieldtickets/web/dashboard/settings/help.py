"""Whether the help helps: the votes about each article and what readers missed (S115)."""

from dataclasses import dataclass

from flask import g
from flask.typing import ResponseReturnValue

from fieldtickets.store.queries import help as queries
from fieldtickets.web.dashboard.settings.room import bp, page
from fieldtickets.web.guides.guide import Article, Guide
from fieldtickets.web.guides.shelf import GUIDES
from fieldtickets.web.parts import parts


@dataclass(frozen=True)
class Judged:
    """One article with its votes."""

    guide: Guide
    article: Article
    yes: int
    no: int


@bp.get("/help")
def votes() -> ResponseReturnValue:
    """Every article, those that helped least first, then the last remarks."""
    with parts().database.read(g.organisation_id) as rows:
        counted = queries.counts(rows, g.organisation_id)
        remarks = queries.remarks(rows, g.organisation_id)
    judged = [
        Judged(guide, article, *counted.get((guide.name, article.name), (0, 0)))
        for guide in GUIDES.values()
        for article in guide.articles
    ]
    judged.sort(key=lambda one: (not one.yes + one.no, one.yes - one.no))
    titles = {(one.guide.name, one.article.name): one.article.title for one in judged}
    known = [(one, titles[one.guide, one.article]) for one in remarks if (one.guide, one.article) in titles]
    return page("help", judged=judged, remarks=known)
