"""Help below a link: the guide of its party, with the numbers of its ticket (S056, S115)."""

from functools import partial

from flask import Response, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from fieldtickets.domain.acts import Refused
from fieldtickets.domain.parties import OF_THE_COMPANY, Party
from fieldtickets.domain.playbooks import Playbook
from fieldtickets.store.queries.playbooks import rules_of
from fieldtickets.web.guides import votes
from fieldtickets.web.guides.guide import Article
from fieldtickets.web.guides.shelf import GUIDES, Shelf
from fieldtickets.web.guides.votes import VoteForm
from fieldtickets.web.links import opening
from fieldtickets.web.links.opening import Opened
from fieldtickets.web.links.room import bp
from fieldtickets.web.links.views import render
from fieldtickets.web.parts import parts
from fieldtickets.web.sheets import INVALID

VOTE = "help.vote"  # what a signed field is made for


@bp.get("/help")
def guide(token: str) -> ResponseReturnValue:
    """The questions of this party; with `all` in the address, its answers on one page (S116)."""
    return render("help/guide.html", shelf=shelf(), whole="all" in request.args)


@bp.get("/help/<article_name>")
def article(token: str, article_name: str) -> ResponseReturnValue:
    """One answer, and how to reach the manager where it is none."""
    read = shelf()
    return show(read, article_of(read, article_name), VoteForm())


@bp.post("/help/<article_name>")
def vote(token: str, article_name: str) -> ResponseReturnValue:
    """Count whether it answered the question."""
    read, form = shelf(), VoteForm(request.form)
    wanted = article_of(read, article_name)
    field = parts().links.read_form_field(request.form.get("submission", ""))
    if field is None or (field.holder, field.act) != (g.opened.holder, VOTE):
        return show(read, wanted, form, 400, INVALID)
    if not form.validate():
        return show(read, wanted, form, 422)
    where = request.remote_addr or ""
    votes.keep(read.guide, wanted, form, field.nonce, where, g.organisation_id)
    return redirect(opening.path("help", wanted.name, thanks=form.helped.data), 303)


def shelf() -> Shelf:
    """The guide of the open link's party, under the rules of its ticket; it takes a query."""
    opened: Opened = g.opened
    company = opened.party in OF_THE_COMPANY
    found = GUIDES[Party.SUBCONTRACTOR if company else Party.CUSTOMER]
    path, proof = partial(opening.path, "help"), partial(_proof, opened)
    return Shelf(found, opened.party, _rules(opened), path, proof)


def article_of(shelf: Shelf, name: str) -> Article:
    """The article of this name, if it concerns the party; 404 for none."""
    return shelf.article(name) or abort(404)


def show(
    shelf: Shelf, wanted: Article, form: VoteForm, status: int = 200, refusal: Refused | None = None
) -> Response:
    """An article with the question whether it helped."""
    told = refusal.message if refusal else None
    return render("help/article.html", status, shelf=shelf, article=wanted, form=form, refusal=told)


def _rules(opened: Opened) -> Playbook:
    with parts().database.read(g.organisation_id) as session:
        return rules_of(session, opened.ticket)


def _proof(opened: Opened) -> tuple[str, str]:
    return "submission", parts().links.form_field(opened.holder, VOTE, opened.ticket.version)
