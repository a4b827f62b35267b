"""How amounts and invoices stand, in words."""

from collections.abc import Mapping

from fieldtickets.domain.effects import ChargeKind, ChargeState
from fieldtickets.domain.words import Message, _

CHARGE_NAMES: Mapping[ChargeKind, Message] = {
    ChargeKind.QUOTE: _("Quote"),
    ChargeKind.EXTRA: _("Extra work"),
    ChargeKind.FEE: _("Fee"),
}
CHARGE_STATE_NAMES: Mapping[ChargeState, Message] = {
    ChargeState.PROPOSED: _("Proposed"),
    ChargeState.AGREED: _("Agreed"),
    ChargeState.REFUSED: _("Refused"),
    ChargeState.CONTESTED: _("Contested"),
    ChargeState.WAIVED: _("Waived"),
}
INVOICE_STATE_NAMES: Mapping[str, Message] = {
    "submitted": _("To check"),
    "approved": _("Approved"),
    "disputed": _("Disputed"),
    "paid": _("Paid"),
}
