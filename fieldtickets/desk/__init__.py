"""Second floor: the desk, the one door through which anything happens to a ticket.

Whoever acts (a link, the dashboard, a program, a deadline at night), it is recorded here: state, event,
messages owed and deadlines go into the same transaction, whole or not at all.
"""

from fieldtickets.desk import guests, money  # with them their effects are known
from fieldtickets.desk.moves import CLOCK, Actor, StoredFile
from fieldtickets.desk.opening import NewTicket, Unknown, dispatch_to, open_ticket
from fieldtickets.desk.recording import FormReused, LinkDead, Recorded, Request, record

__all__ = [
    "CLOCK",
    "Actor",
    "FormReused",
    "LinkDead",
    "NewTicket",
    "Recorded",
    "Request",
    "StoredFile",
    "Unknown",
    "dispatch_to",
    "guests",
    "money",
    "open_ticket",
    "record",
]
