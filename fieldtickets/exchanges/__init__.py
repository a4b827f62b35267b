"""First floor: the exchanges, one file each, and this one list of them."""

from fieldtickets.domain.acts import Act
from fieldtickets.exchanges.appointment import APPOINTMENT
from fieldtickets.exchanges.approval import APPROVAL
from fieldtickets.exchanges.call import CALL
from fieldtickets.exchanges.completion import COMPLETION
from fieldtickets.exchanges.customer import CUSTOMER
from fieldtickets.exchanges.delegate import DELEGATE
from fieldtickets.exchanges.document import DOCUMENT
from fieldtickets.exchanges.extra import EXTRA
from fieldtickets.exchanges.fee import FEE
from fieldtickets.exchanges.invoice import INVOICE
from fieldtickets.exchanges.link import LINK
from fieldtickets.exchanges.message import MESSAGE
from fieldtickets.exchanges.offer import OFFER
from fieldtickets.exchanges.presence import PRESENCE
from fieldtickets.exchanges.quote import QUOTE
from fieldtickets.exchanges.ticket import TICKET
from fieldtickets.exchanges.visit import VISIT

EXCHANGES = (
    OFFER,
    APPOINTMENT,
    CALL,
    PRESENCE,
    VISIT,
    APPROVAL,
    EXTRA,
    QUOTE,
    COMPLETION,
    INVOICE,
    DOCUMENT,
    FEE,
    DELEGATE,
    MESSAGE,
    TICKET,
    CUSTOMER,
    LINK,
)

ACTS: dict[str, Act] = {act.name: act for exchange in EXCHANGES for act in exchange.acts}

ICONS = {act.name: act.icon or exchange.icon for exchange in EXCHANGES for act in exchange.acts}

OF_TICKET = frozenset(exchange.name for exchange in EXCHANGES if exchange.of_ticket)
