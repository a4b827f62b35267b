"""The demo's inbox: every message that the service "sent", with live links, so that one plays all parties.

It shows links to whoever looks, so it exists in the demo alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from fieldtickets.domain.parties import PARTY_NAMES, Party
from fieldtickets.domain.words import Message, _
from fieldtickets.language import DEFAULT, Reader
from fieldtickets.outbox.contents import address, facts
from fieldtickets.outbox.queue import Parcel
from fieldtickets.phones import pretty
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery, Dispatch, Link, Organisation, Ticket
from fieldtickets.web.parts import parts

INBOX = "/demo/inbox"
ON_A_PAGE = 40
AT = func.coalesce(Delivery.sent_at, Delivery.due_at)
FATE_NAMES: dict[str, Message] = {
    "queued": _("Waiting to be sent"),
    "claimed": _("Waiting to be sent"),
    "sending": _("Waiting to be sent"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "failed": _("Not delivered"),
    "dead": _("Not delivered"),
    "uncertain": _("Perhaps sent"),
    "cancelled": _("Not sent any more"),
}

bp = Blueprint("demo", __name__)


class Recipient(NamedTuple):
    """An address, whose it is, and how many messages went there."""

    party: Party
    name: str
    channel: str
    address: str
    messages: int


@dataclass(frozen=True)
class Shown:
    """A message as its recipient has it in hand: a text around its link, or a mail with a button."""

    parcel: Parcel
    url: str

    @property
    def delivery(self) -> Delivery:
        """The row of the outbox."""
        return self.parcel.delivery

    @property
    def at(self) -> datetime:
        """When it was sent, or will be."""
        return self.delivery.sent_at or self.delivery.due_at

    @property
    def address(self) -> str:
        """The number as it is read, or the mail address."""
        if self.delivery.channel == "sms":
            return pretty(self.delivery.address, self.delivery.language)
        return self.delivery.address

    @property
    def text(self) -> tuple[str, str]:
        """The text message before and after its link."""
        before, _link, after = self.parcel.wording.sms(self.url).partition(self.url)
        return before, after

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The lines of a mail below its sentence."""
        return facts(self.parcel)


def install(app: Flask) -> None:
    """There is no such page in any other environment."""
    if app.extensions["fieldtickets"].settings.env == "demo":
        app.register_blueprint(bp)


@bp.before_request
def read_in_the_demo() -> None:
    g.reader = Reader(DEFAULT)


@bp.get(INBOX)
def inbox() -> ResponseReturnValue:
    """Newest first; `?to=` keeps the messages to one address, `?page=` goes back in time."""
    to = request.args.get("to", "")
    with parts().database.read(EVERYONE) as rows:
        people = recipients(rows)
        sides = [one for _party, theirs in people for one in theirs]
        count = sum(one.messages for one in sides if to in ("", one.address))
        pages = max(1, -(-count // ON_A_PAGE))
        page = min(max(1, request.args.get("page", 1, int)), pages)
        shown = messages(rows, to, page)
    return render_template(
        "demo/inbox.html",
        messages=shown,
        page=page,
        pages=pages,
        to=to,
        people=people,
        party_names=PARTY_NAMES,
        fate_names=FATE_NAMES,
    )


def messages(rows: Session, to: str, page: int) -> list[Shown]:
    """One page of messages."""
    wanted = (
        select(Delivery, Organisation, Ticket, Dispatch, Link)
        .join(Organisation, Organisation.id == Delivery.organisation_id)
        .outerjoin(Ticket, Ticket.id == Delivery.ticket_id)
        .outerjoin(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .outerjoin(Link, Link.id == Delivery.link_id)
        .options(joinedload(Ticket.site), joinedload(Ticket.manager))
        .order_by(AT.desc(), Delivery.id)
        .offset((page - 1) * ON_A_PAGE)
        .limit(ON_A_PAGE)
    )
    if to:
        wanted = wanted.where(Delivery.address == to)
    parcels = [Parcel(*row) for row in rows.execute(wanted)]
    return [Shown(parcel, address(parcel, parts().links)) for parcel in parcels]


def recipients(rows: Session) -> list[tuple[Party, list[Recipient]]]:
    """Who was written to, by side, each side in the order of names."""
    counted = rows.execute(
        select(Delivery.party, Delivery.name, Delivery.channel, Delivery.address, func.count())
        .group_by(Delivery.party, Delivery.name, Delivery.channel, Delivery.address)
        .order_by(Delivery.name, Delivery.channel)
    )
    found = [Recipient(*row) for row in counted]
    sides = ((party, [one for one in found if one.party is party]) for party in Party)
    return [(party, theirs) for party, theirs in sides if theirs]
