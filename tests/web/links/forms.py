"""A phone in somebody's hand: it opens a link page, reads the forms on it, fills one and sends it."""

import html
import re

from sqlalchemy import select

from fieldtickets.domain.parties import Party
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Link

FORM = re.compile(r'<form[^>]*data-act="([^"]+)".*?</form>', re.DOTALL)
SUBMISSION = re.compile(r'name="submission" value="([^"]+)"')


def forms_on(page: str) -> dict[str, str]:
    """The acts that a page has a form for, each with its signed field."""
    return {form[1]: html.unescape(SUBMISSION.search(form[0])[1]) for form in FORM.finditer(page)}


def fill(phone, path: str, act: str, /, **answer):
    """Open the form of an act, fill it and send it."""
    field = forms_on(phone.get(f"{path}/{act}").text)[act]
    return send(phone, path, act, field, **answer)


def send(phone, path: str, act: str, field: str, /, headers=None, **answer):
    """Send a form that was opened before."""
    return phone.post(f"{path}/{act}", data={"submission": field, **answer}, headers=headers)


def path_of_anna(parts, job):
    """The customer's link, which exists from the first message to her on."""
    return path_of(parts, job, Party.CUSTOMER)


def path_of(parts, job, party: Party) -> str:
    """The link of the only one of this party."""
    with parts.database.read(EVERYONE) as session:
        link = session.scalars(select(Link).where(Link.ticket_id == job.id, Link.party == party)).one()
        return f"/l/{parts.links.token(link.id, link.key_fingerprint)}"
