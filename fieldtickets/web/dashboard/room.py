"""The blueprint of the dashboard: every page of it is for somebody who is signed in."""

from flask import Blueprint

from fieldtickets.web import accounts

bp = Blueprint("dashboard", __name__)
bp.before_request(accounts.signed_in)
