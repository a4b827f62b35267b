"""Words of the dashboard: who has to act, why a ticket needs its manager, how long somebody has waited."""

from fieldtickets.domain.effects import Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import AT_WORK, Phase
from fieldtickets.domain.words import Message, _

PLAYBOOK_NAMES: dict[str, Message] = {
    "syndic": _("Building management"),
    "marketplace": _("Marketplace"),
    "home-cleaning": _("Home cleaning"),
}

BALL_NAMES: dict[Party, Message] = {
    Party.MANAGER: _("You"),
    Party.SUBCONTRACTOR: _("Subcontractor"),
    Party.CUSTOMER: _("Customer"),
    Party.APPROVER: _("Approver"),
}

TASK_NAMES: dict[Task, Message] = {
    Task.NO_TAKER: _("Nobody took it"),
    Task.SILENT: _("No answer"),
    Task.WITHDRAWN: _("Given back"),
    Task.MESSAGE: _("New message"),
    Task.PROPOSAL: _("Date proposed"),
    Task.CANCELLED: _("Cancelled by the customer"),
    Task.UNDELIVERABLE: _("Message not delivered"),
    Task.UNCERTAIN: _("Check that it arrived"),
    Task.STOPPED: _("Wants no text messages"),
    Task.NO_CALL: _("Customer not called"),
    Task.NO_PRESENCE: _("Presence not confirmed"),
    Task.NO_SHOW: _("Customer absent"),
    Task.INCIDENT: _("Visit failed"),
    Task.EXTRA: _("Extra work to decide"),
    Task.QUOTE: _("Quote to decide"),
    Task.REPORT: _("Report to check"),
    Task.INVOICE: _("Invoice to check"),
    Task.NO_INVOICE: _("Invoice missing"),
    Task.DOCUMENT: _("Document ends"),
    Task.FEE: _("Fee contested"),
}


def task_name(task: Task, phase: Phase) -> Message:
    """Why a ticket needs its manager; before the work is reported there is no report to check."""
    if task == Task.REPORT and phase in AT_WORK:
        return _("No report yet")
    return TASK_NAMES[task]


# What to do about it, as the words of the button that leads to the ticket.
TASK_BUTTONS: dict[Task, Message] = {
    Task.NO_TAKER: _("Choose another"),
    Task.SILENT: _("Ask another"),
    Task.WITHDRAWN: _("Choose another"),
    Task.MESSAGE: _("Reply"),
    Task.PROPOSAL: _("Answer"),
    Task.CANCELLED: _("Read"),
    Task.UNDELIVERABLE: _("Check the address"),
    Task.UNCERTAIN: _("Check"),
    Task.STOPPED: _("Read"),
    Task.NO_CALL: _("Call"),
    Task.NO_PRESENCE: _("Call"),
    Task.NO_SHOW: _("Decide"),
    Task.INCIDENT: _("Read"),
    Task.EXTRA: _("Decide"),
    Task.QUOTE: _("Decide"),
    Task.REPORT: _("Check"),
    Task.INVOICE: _("Check"),
    Task.NO_INVOICE: _("Call"),
    Task.DOCUMENT: _("Ask for it"),
    Task.FEE: _("Decide"),
}
