"""The tables, one file per group. A row knows what it is; what may happen to it is domain."""

from fieldtickets.store.models.base import LARGEST_ID, Base, Owned
from fieldtickets.store.models.owed import (
    BlockedNumber,
    Clock,
    Counter,
    Delivery,
    Installation,
    Tick,
    TodoTask,
)
from fieldtickets.store.models.rights import ApiToken, Link, LinkDevice
from fieldtickets.store.models.said import Attachment, Event, EventPayload, Message, Submission
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
from fieldtickets.store.models.work import Appointment, Dispatch, Site, Ticket

__all__ = [
    "LARGEST_ID",
    "ApiToken",
    "Appointment",
    "Attachment",
    "Base",
    "BlockedNumber",
    "Clock",
    "Counter",
    "Customer",
    "Delivery",
    "Dispatch",
    "Event",
    "EventPayload",
    "Installation",
    "JournalHead",
    "Link",
    "LinkDevice",
    "Message",
    "Organisation",
    "Owned",
    "PasswordLink",
    "Person",
    "Site",
    "Subcontractor",
    "Submission",
    "Tick",
    "Ticket",
    "TodoTask",
    "User",
    "UserSession",
]
