"""What became of a message, in words."""

from collections.abc import Mapping

from fieldtickets.domain.words import Message, _

FATE_NAMES: Mapping[str, Message] = {
    "queued": _("waiting to leave"),
    "claimed": _("leaving now"),
    "sending": _("leaving now"),
    "sent": _("sent"),
    "delivered": _("delivered"),
    "failed": _("not delivered"),
    "dead": _("could not be sent"),
    "uncertain": _("perhaps not sent"),
    "cancelled": _("not sent, nobody needed it any more"),
}
CHANNEL_NAMES: Mapping[str, Message] = {"sms": _("Text message"), "email": _("E-mail")}

SMS_STOP, SMS_LIMIT = "sms.stop", "sms.limit"
REASONS: Mapping[str, Message] = {
    SMS_STOP: _("no more text messages are wanted there"),
    SMS_LIMIT: _("the limit of text messages is reached"),
}


def fate_name(state: str, failure: str) -> Message:
    """What became of a message: one that could not leave is not one that nobody needed."""
    return _("not sent") if state == "cancelled" and failure in REASONS else FATE_NAMES[state]
