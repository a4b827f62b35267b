"""The printable order of a ticket: bon de commande, ordre de service, or request for a quote.

It asks for no picture, no style sheet and no font: `render_pdf(order_html(…))` is the whole of it.
"""

from dataclasses import dataclass
from datetime import datetime

from fieldtickets.documents.papers import paper
from fieldtickets.domain.words import Money
from fieldtickets.language import Reader


@dataclass(frozen=True)
class Card:
    """Somebody, or somewhere: the name, the lines below it, and how to reach them."""

    name: str
    lines: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Order:
    """What one subcontractor is asked to do, as plain values; instants are aware.

    customer: who is on site, None where the playbook does not disclose it to this subcontractor yet;
    `withheld` tells that there is one. ceiling: net, None where no price was set. organisation: its name
    and the lines that stand on its letters. manager: who answers questions. journal_head: the last seal
    of the organisation's journal when this was made.
    """

    ref: str
    title: str
    issued_at: datetime
    zone: str
    organisation: Card
    subcontractor: Card
    site: Card
    manager: Card | None = None
    customer: Card | None = None
    withheld: bool = False
    access: str = ""
    description: str = ""
    trade: str = ""
    is_quote: bool = False
    urgent: bool = False
    cancelled: bool = False
    ceiling: Money | None = None
    appointment: datetime | None = None
    answer_by: datetime | None = None
    journal_head: str = ""


def order_html(order: Order, language: str) -> str:
    """The order as one HTML page for print, in the language of the subcontractor."""
    return paper("order", Reader(language, order.zone), order=order)
