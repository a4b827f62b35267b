"""The tables, one file per group. A row knows what it is; what may happen to it is domain."""

from fieldtickets.store.models.base import LARGEST_ID, Base, Owned
from fieldtickets.store.models.books import Pack
from fieldtickets.store.models.help import HelpVote
from fieldtickets.store.models.money import ChargeRow, Invoice, Paper
from fieldtickets.store.models.owed import (
    BlockedNumber,
    Clock,
    Counter,
    Delivery,
    Installation,
    Tick,
    TodoTask,
)
from fieldtickets.store.models.rights import ApiToken, Guest, Link, LinkDevice
from fieldtickets.store.models.rules import PlaybookRow
from fieldtickets.store.models.said import Attachment, Event, EventPayload, Message, Position, Submission
from fieldtickets.store.models.who import (
    Customer,
    JournalHead,
    Organisation,
    PasswordLink,
    Person,
    Subcontractor,
    User,
    UserSession,
)
from fieldtickets.store.models.work import Appointment, Dispatch, Site, SiteCode, Ticket

__all__ = [
    "LARGEST_ID",
    "ApiToken",
    "Appointment",
    "Attachment",
    "Base",
    "BlockedNumber",
    "ChargeRow",
    "Clock",
    "Counter",
    "Customer",
    "Delivery",
    "Dispatch",
    "Event",
    "EventPayload",
    "Guest",
    "HelpVote",
    "Installation",
    "Invoice",
    "JournalHead",
    "Link",
    "LinkDevice",
    "Message",
    "Organisation",
    "Owned",
    "Pack",
    "Paper",
    "PasswordLink",
    "Person",
    "PlaybookRow",
    "Position",
    "Site",
    "SiteCode",
    "Subcontractor",
    "Submission",
    "Tick",
    "Ticket",
    "TodoTask",
    "User",
    "UserSession",
]
