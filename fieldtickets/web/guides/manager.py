"""The guide for those who send tickets out and follow them."""

from collections.abc import Iterator

from fieldtickets.domain.parties import Party
from fieldtickets.domain.playbooks import Playbook
from fieldtickets.domain.words import Message, _
from fieldtickets.store.queries.queues import QUEUE_NAMES
from fieldtickets.web.guides.guide import Article, Guide, lasting, on_working_days


def ticket(rules: Playbook, party: Party) -> Iterator[Message]:
    """A ticket's whole life."""
    yield _("Write once what is wrong, where, and who is there. Add photos. Choose whom to ask.")
    yield _(
        "Those asked get a link. The first yes has the job; the others and the customer are told at once."
    )
    yield _("Date, visit, report and invoice follow by themselves. The ticket tells all of it, in order.")
    yield _("Check the report and the invoice, then close the ticket. It can be opened again.")


def mine(rules: Playbook, party: Party) -> Iterator[Message]:
    """The first page."""
    yield _("“%(queue)s”: the most pressing first, each with its button.", queue=QUEUE_NAMES["mine"])
    yield _("Whatever somebody writes stands there at once. Your reply settles it.")
    yield _("“%(queue)s”: who has to act, and since when.", queue=QUEUE_NAMES["waiting"])


def silence(rules: Playbook, party: Party) -> Iterator[Message]:
    """What the clocks do (S010, S025, S043, S101)."""
    if rules.remind_after is not None:
        yield _("An offer without an answer is reminded after %(delay)s.", delay=lasting(rules.remind_after))
    if (most := rules.answer_delay(urgent=False)) is not None:
        yield _("After %(delay)s the next company is asked, or it is your turn.", delay=lasting(most))
    if rules.urgent_task_after is not None:
        yield _("When it is urgent, after %(delay)s.", delay=lasting(rules.urgent_task_after))
    if rules.calls_within is not None:
        yield _(
            "A customer who is not called within %(delay)s becomes your task.",
            delay=lasting(rules.calls_within),
        )
    if rules.confirms_before is not None:
        yield _(
            "A visit is to be confirmed %(delay)s ahead. Without that, you are told to call.",
            delay=lasting(rules.confirms_before),
        )
    if days := [str(delay.days) for delay in rules.invoice_after if delay]:
        yield _("A missing invoice is asked for %(days)s days after the work.", days=", ".join(days))
    yield from on_working_days(rules)
    yield _("Reminders end with the answer, and wait for the morning unless it is urgent.")


def delivery(rules: Playbook, party: Party) -> Iterator[Message]:
    """The fate of messages."""
    yield _("Beside every message stands what became of it: sent, delivered, not delivered.")
    yield _("What fails is tried again, then goes the other way. What cannot arrive becomes your task.")


def delays(rules: Playbook, party: Party) -> Iterator[Message]:
    """Where the numbers come from."""
    yield _("From the rules of the ticket. Three sets come with the program.")
    yield _("An administrator copies them and changes the copy, under Settings, Rules.")
    yield _("A ticket keeps the rules that it began with.")


def proof(rules: Playbook, party: Party) -> Iterator[Message]:
    """What holds in a dispute."""
    yield _("The journal of a ticket is only added to, and each fact is sealed to the one before.")
    yield _("The dossier holds all of it as one PDF: messages, photos, signature, amounts.")


GUIDE = Guide(
    "manager",
    _("For managers"),
    (
        Article("ticket", _("How does a ticket go, from new to closed?"), ticket, in_order=True),
        Article("mine", _("What needs me now?"), mine),
        Article("silence", _("What happens when somebody does not answer?"), silence),
        Article("delivery", _("Did my message arrive?"), delivery),
        Article("delays", _("Where do the delays and the fees come from?"), delays),
        Article("proof", _("How do I prove what happened?"), proof),
    ),
)
