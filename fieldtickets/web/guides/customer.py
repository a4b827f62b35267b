"""The guide for those who wait for a visit, and for those who decide what it may cost."""

from collections.abc import Iterator
from datetime import timedelta

from fieldtickets.desk.notices import LINK_LIFE
from fieldtickets.domain.parties import Party
from fieldtickets.domain.playbooks import Disclosure, Playbook
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.under_way import MISSED_AFTER
from fieldtickets.web.guides.guide import Article, Guide, fee, from_the_earliest, lasting, late_cancellation

APPROVERS = (Party.APPROVER,)  # they decide about money: nobody comes to them


def visit(rules: Playbook, party: Party) -> Iterator[Message]:
    """Who comes, and when."""
    yield _("As soon as a company takes the job, a message says so. Its link opens your page: no account.")
    yield _("Your page says who comes and when, and how to call the company.")
    if rules.confirms_before is not None:
        yield _("About %(delay)s before the visit you get a reminder.", delay=lasting(rules.confirms_before))
    yield _("When the company leaves, you read when it arrives. If it is late, you read the new hour.")


def change(rules: Playbook, party: Party) -> Iterator[Message]:
    """Another date, or none."""
    yield _("Propose other dates on your page. The company says yes, or proposes others.")
    yield _("You can cancel there as well. What it costs stands above the button.")
    yield from _free(rules)
    yield from late_cancellation(rules)


def _free(rules: Playbook) -> Iterator[Message]:
    if not rules.ladder:
        yield _("Cancelling costs nothing.")
    elif (earliest := from_the_earliest(rules.ladder)[0].before) > timedelta():
        yield _("Up to %(before)s before the visit it costs nothing.", before=lasting(earliest))
    else:
        yield _("Up to the hour of the visit it costs nothing.")


def absent(rules: Playbook, party: Party) -> Iterator[Message]:
    """Not at home (S082 to S087)."""
    yield _("The company writes to you from your door. Please open, or call.")
    if rules.leaves_after is not None:
        yield _("It may leave %(delay)s after the hour of the visit.", delay=lasting(rules.leaves_after))
    if rules.absence is not None:
        yield _("You then owe %(fee)s.", fee=fee(rules.absence))
        yield _("If that is not right, contest it on your page. The manager decides and writes to you.")
    else:
        yield _("This costs no fee. You agree on a new date.")


def nobody(rules: Playbook, party: Party) -> Iterator[Message]:
    """The company did not come."""
    yield _(
        "From %(delay)s after the hour of the visit on, tap “%(act)s” on your page.",
        delay=lasting(MISSED_AFTER),
        act=ACTS["visit.nobody_came"].label,
    )
    yield _("The company is asked at once where it is, and the manager calls you.")


def agree(rules: Playbook, party: Party) -> Iterator[Message]:
    """More work, and the signature (S068, S093)."""
    if Party.CUSTOMER in rules.extra_by:
        yield _("More work needs your yes before it begins. You read its price on your page.")
    elif Party.MANAGER in rules.extra_by:
        yield _("More work is decided by the manager, not by you.")
    else:
        yield _("More work is decided by the approver, not by you.")
    if rules.wants_signature:
        yield _(
            "At the end you sign on the phone of the company. It says that the work was done as you wished."
        )
        yield _("Was it not? Then write it on your page, and do not sign.")


def decide(rules: Playbook, party: Party) -> Iterator[Message]:
    """For an approver: a quote to answer, and more work where the rules let an approver decide (S068)."""
    yield _("The link opens the quote with every line and its files. Say yes or no there: no account.")
    yield _(
        "A quote that names no day stands for %(delay)s. A no may have a reason, which the company reads.",
        delay=lasting(rules.quote_lasts),
    )
    if Party.APPROVER in rules.extra_by:
        yield _("More work can be sent to you for a yes or a no as well. You read its price there.")


def data(rules: Playbook, party: Party) -> Iterator[Message]:
    """Who reads what of a customer, and for how long."""
    if party is not Party.APPROVER:
        yield _("Your name, address and telephone are for the manager and the company that comes.")
        if rules.disclosure is Disclosure.ONCE_ASSIGNED:
            yield _("A company that is only asked reads the town, no more.")
    yield _("What was said and done stays in the journal of the job. Nobody can change it afterwards.")
    yield _("Your link opens for %(days)s days after your last answer.", days=LINK_LIFE.days)


GUIDE = Guide(
    "customer",
    _("For customers and owners"),
    (
        Article("visit", _("Who comes, and when?"), visit, not_for=APPROVERS),
        Article("change", _("I need another date, or want to cancel"), change, not_for=APPROVERS),
        Article("absent", _("What if I am not there?"), absent, not_for=APPROVERS),
        Article("nobody", _("Nobody came. What now?"), nobody, not_for=APPROVERS),
        Article("agree", _("What do I agree to, and what do I sign?"), agree, not_for=APPROVERS),
        Article("decide", _("I am asked to decide about a quote"), decide),
        Article("data", _("What happens to my data?"), data),
    ),
)
