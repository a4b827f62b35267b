"""The blueprint of the link pages: no account, no cookie; the signed form field replaces the CSRF token."""

from flask import Blueprint

from fieldtickets.web import accounts, squeezing
from fieldtickets.web.links.opening import open_link

bp = Blueprint("links", __name__, url_prefix="/l/<token>")
bp.before_request(open_link)
bp.after_request(squeezing.squeeze)
accounts.csrf.exempt(bp)
