"""What the help centre is made of: guides of articles, whose numbers are those of a playbook (S056)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fieldtickets.domain.parties import Party
from fieldtickets.domain.playbooks import Playbook, Rung
from fieldtickets.domain.words import Message, Money, _

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Article:
    """One question with its answer.

    says: the sentences under these rules for this party, in order; a rule that the playbook has not is not
        spoken of.
    in_order: whether they are steps, one after the other.
    not_for: the parties of the guide whom the question does not concern.
    """

    name: str
    title: Message
    says: Callable[[Playbook, Party], Iterator[Message]]
    in_order: bool = False
    not_for: Sequence[Party] = ()


@dataclass(frozen=True)
class Guide:
    """The articles for one kind of reader, named for a party; those on its side read them too."""

    name: str
    title: Message
    articles: Sequence[Article]


def lasting(delay: timedelta) -> Message:
    """A delay in the largest unit that people count it in: 30 min, 24 h, 5 days."""
    if delay >= 3 * DAY and not delay % DAY:
        return _("%(count)s days", count=delay.days)
    if delay >= HOUR and not delay % HOUR:
        return _("%(count)s h", count=delay // HOUR)
    return _("%(count)s min", count=delay // timedelta(minutes=1))


def fee(rung: Rung) -> Message:
    """What a step of a ladder costs."""
    if rung.at_most_cents is None:
        return _("%(percent)s %% of the price", percent=rung.percent)
    most = Money(rung.at_most_cents)
    return _("%(percent)s %% of the price, at most %(most)s", percent=rung.percent, most=most)


def on_working_days(rules: Playbook) -> Iterator[Message]:
    """Which delays stand still on some days, if any do (T08)."""
    if rules.working_days:
        yield _(
            "The time for answers, reports and invoices runs on working days: "
            "Monday to Friday without public holidays."
        )


def from_the_earliest(ladder: Sequence[Rung]) -> Sequence[Rung]:
    """The rungs of a cancellation ladder as time passes them."""
    return sorted(ladder, key=lambda rung: rung.before, reverse=True)


def late_cancellation(rules: Playbook) -> Iterator[Message]:
    """What cancelling costs, the dearest last; nothing at all without a ladder (S107 to S109)."""
    for rung in from_the_earliest(rules.ladder):
        if rung.before:
            yield _(
                "Cancelled less than %(before)s before the visit: %(fee)s.",
                before=lasting(rung.before),
                fee=fee(rung),
            )
        else:
            yield _("Cancelled after the hour of the visit: %(fee)s.", fee=fee(rung))
