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
