"""An ordinary mail to Karim; a test says what differs."""

from datetime import UTC, datetime
from typing import Any

from fieldtickets.senders import Mail

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
INVITATION = "\r\n".join(
    [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//fieldtickets//tests//EN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:t-12@lavigne.example",
        "DTSTAMP:20260302T090000Z",
        "DTSTART:20260303T140000Z",
        "SUMMARY:Fuite à Lyon",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
).encode()


def a_mail(**changes: Any) -> Mail:
    """A mail of Lavigne's to Karim, the third of its thread."""
    return Mail(
        **{
            "id": "d-17",
            "to_address": "karim@benali.example",
            "to_name": "Karim Benali",
            "from_address": "tickets@lavigne.example",
            "from_name": "Régie Lavigne",
            "reply_to": "t+12.abcdef@in.lavigne.example",
            "subject": "T-2026-000123 : fuite d'eau",
            "text": "Bonjour, une fuite à Lyon.\n",
            "html": "<p>Bonjour, une fuite à Lyon.</p>\n",
            "language": "fr",
            "message_id": "d-17@lavigne.example",
            "written_at": NOON,
            "references": ("d-1@lavigne.example", "d-9@lavigne.example"),
            **changes,
        }
    )
