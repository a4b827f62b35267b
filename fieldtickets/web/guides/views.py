"""The pages of the help centre for whoever comes without a link; looking at them changes nothing (G01)."""

from functools import partial

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from fieldtickets.domain.parties import Party
from fieldtickets.domain.playbooks import PLAYBOOKS, SYNDIC, Playbook
from fieldtickets.language import LANGUAGES, Reader
from fieldtickets.web import accounts, assets
from fieldtickets.web.dashboard.words import PLAYBOOK_NAMES
from fieldtickets.web.errors import stranger
from fieldtickets.web.guides import votes
from fieldtickets.web.guides.guide import Article
from fieldtickets.web.guides.shelf import GUIDES, Shelf
from fieldtickets.web.guides.votes import VoteForm

bp = Blueprint("guides", __name__, url_prefix="/help")


@bp.before_request
def whoever_comes() -> None:
    """An account holder reads in the language of the account, everybody else in the browser's."""
    asked = request.args.get("lang")
    if not accounts.recognised():
        g.reader = stranger()
    elif asked in LANGUAGES:
        g.reader = Reader(asked, g.reader.zone)


@bp.get("")
def index() -> ResponseReturnValue:
    """The guides, by who reads them."""
    return show("help/index.html", guides=GUIDES.values())


@bp.get("/<guide_name>")
def guide(guide_name: str) -> ResponseReturnValue:
    """The questions of a guide; with `all` in the address its answers on one page, to be printed (S116)."""
    return show("help/guide.html", shelf=shelf_of(guide_name), whole="all" in request.args)


@bp.get("/<guide_name>/<article_name>")
def article(guide_name: str, article_name: str) -> ResponseReturnValue:
    """One answer."""
    shelf = shelf_of(guide_name)
    return show_article(shelf, article_of(shelf, article_name), votes.form_for(g.get("organisation_id")))


@bp.post("/<guide_name>/<article_name>")
def vote(guide_name: str, article_name: str) -> ResponseReturnValue:
    """Count whether it answered the question."""
    whose = g.get("organisation_id")
    shelf, form = shelf_of(guide_name), votes.form_for(whose, request.form)
    wanted = article_of(shelf, article_name)
    if not form.validate():
        return show_article(shelf, wanted, form, 422)
    sealed, where = request.form.get("csrf_token", ""), request.remote_addr or ""
    votes.keep(shelf.guide, wanted, form, sealed, where, whose)
    return redirect(shelf.path(wanted.name, thanks=form.helped.data), 303)


def shelf_of(guide_name: str) -> Shelf:
    """The guide of this name under the rules that were asked for; 404 for none."""
    found = GUIDES.get(guide_name) or abort(404)
    return Shelf(found, Party(found.name), rules(), partial(path, guide_name), proof)


def proof() -> tuple[str, str]:
    """Name and value of the hidden field of a vote."""
    return "csrf_token", generate_csrf()


def article_of(shelf: Shelf, name: str) -> Article:
    """The article of this name; 404 for none."""
    return shelf.article(name) or abort(404)


def rules() -> Playbook:
    """The rules that come with the program under the name in the address."""
    return PLAYBOOKS.get(request.args.get("rules", ""), SYNDIC)


def path(*below: str, **query: str) -> str:
    """An address below the help centre; rules and language that were asked for are kept in it."""
    known = (("rules", PLAYBOOKS), ("lang", LANGUAGES))
    kept = {name: request.args[name] for name, those in known if request.args.get(name) in those}
    tail = "&".join(f"{name}={value}" for name, value in {**kept, **query}.items())
    return "/".join(("/help", *below)) + (f"?{tail}" if tail else "")


def show_article(shelf: Shelf, wanted: Article, form: VoteForm, status: int = 200) -> Response:
    """An article with the question whether it helped."""
    return show("help/article.html", status, shelf=shelf, article=wanted, form=form)


def show(template: str, status: int = 200, **more: object) -> Response:
    """A page of the help centre; only what we inlined may run on it."""
    page = render_template(template, path=path, names=PLAYBOOK_NAMES, rules=rules(), **more)
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = assets.PUBLIC_POLICY
    return response
