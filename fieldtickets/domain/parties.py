"""Who may act on a ticket."""

from enum import StrEnum

from fieldtickets.domain.words import Message, _


class Party(StrEnum):
    """One side of a ticket; `CLOCK` is the side that speaks when a deadline passes."""

    MANAGER = "manager"
    SUBCONTRACTOR = "subcontractor"
    CUSTOMER = "customer"
    APPROVER = "approver"
    DELEGATE = "delegate"
    ACCOUNTANT = "accountant"
    CLOCK = "clock"


OF_THE_COMPANY = (Party.SUBCONTRACTOR, Party.DELEGATE)  # who may come
OUTSIDE = (*OF_THE_COMPANY, Party.CUSTOMER, Party.APPROVER)  # who has no account, but a link


class Role(StrEnum):
    """What an account holder may do. A viewer reads; an accountant reads and keeps the books."""

    ADMIN = "admin"
    MANAGER = "manager"
    ACCOUNTANT = "accountant"
    VIEWER = "viewer"

    @property
    def party(self) -> Party | None:
        """The side on which this role may act; None for one who only reads."""
        return {
            Role.ADMIN: Party.MANAGER,
            Role.MANAGER: Party.MANAGER,
            Role.ACCOUNTANT: Party.ACCOUNTANT,
        }.get(self)


PARTY_NAMES: dict[Party, Message] = {
    Party.MANAGER: _("Manager"),
    Party.SUBCONTRACTOR: _("Subcontractor"),
    Party.CUSTOMER: _("Customer"),
    Party.APPROVER: _("Approver"),
    Party.DELEGATE: _("Technician"),
    Party.ACCOUNTANT: _("Accountant"),
    Party.CLOCK: _("Clock"),
}

ROLE_NAMES: dict[Role, Message] = {
    Role.ADMIN: _("Administrator"),
    Role.MANAGER: _("Manager"),
    Role.ACCOUNTANT: _("Accountant"),
    Role.VIEWER: _("Reader"),
}
