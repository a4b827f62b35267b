"""The guide for those who do the work: a job from the request to the invoice, and what to do when."""

from collections.abc import Iterator

from fieldtickets.desk.notices import LINK_LIFE
from fieldtickets.domain.effects import POSITIONS_KEPT
from fieldtickets.domain.parties import Party
from fieldtickets.domain.playbooks import Asks, Disclosure, Playbook
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges import ACTS
from fieldtickets.exchanges.visit import PROBLEMS
from fieldtickets.web.guides.guide import Article, Guide, fee, lasting, late_cancellation, on_working_days

TECHNICIANS = (Party.DELEGATE,)  # their link tells no prices, takes no job and gives none back

PROMISES: dict[Asks, Message] = {
    Asks.DATE: _("With your yes you choose the day and the hour."),
    Asks.CALL: _(
        "With your yes you say: I can call the customer at once, and I am free in the next few days."
    ),
    Asks.NOTHING: _("The date is fixed: with your yes you say that you come then."),
}

CONSEQUENCES: dict[str, Message] = {
    "visit.late": _("“%(act)s”: say how many minutes. The customer reads the new hour."),
    "appointment.propose": _("“The date changes”: agree with the customer first, then give the new date."),
    "visit.customer_absent": _(
        "“%(act)s”: the customer reads that you are at the door, and you read when you may leave."
    ),
    "visit.customer_cancels": _("“%(act)s”: the customer is asked to say so, and the manager is told."),
    "visit.cannot_come": _("“%(act)s”: we look for another company and tell the customer. Do not go."),
    "visit.fail": _("“%(act)s”: say why. The manager is told, and you can give a new date."),
}


TECHNICIAN_FAILS = _("“%(act)s”: say why. The manager is told.")


def label(act: str) -> Message:
    """What the button of an act says."""
    return ACTS[act].label


def job(rules: Playbook, party: Party) -> Iterator[Message]:
    """From the request to the invoice."""
    yield _("A text message or an e-mail brings you a link. It opens the page of the job: no account.")
    if party is not Party.DELEGATE:
        yield from _answer(rules)
        yield PROMISES[rules.asks_on_accept]
        yield from _before_the_visit(rules)
    yield _(
        "When you leave, tap “%(leaving)s”: the customer reads when you arrive. There, tap “%(arrived)s”.",
        leaving=label("visit.on_my_way"),
        arrived=label("visit.arrive"),
    )
    if rules.arrives_from is not None:
        yield _(
            "That you have arrived can be said from %(delay)s before the hour of the visit on.",
            delay=lasting(rules.arrives_from),
        )
    yield from _after_the_work(rules)
    if party is not Party.DELEGATE:
        yield from _invoice(rules)


def _answer(rules: Playbook) -> Iterator[Message]:
    if rules.remind_after is not None:
        yield _("Say yes or no there. We remind you after %(delay)s.", delay=lasting(rules.remind_after))
    else:
        yield _("Say yes or no there.")
    if (most := rules.answer_delay(urgent=False)) is not None:
        yield _(
            "After %(delay)s without an answer the next company is asked, or the manager decides.",
            delay=lasting(most),
        )
    if rules.urgent_task_after is not None:
        yield _("An urgent job waits %(delay)s.", delay=lasting(rules.urgent_task_after))
    yield from on_working_days(rules)


def _before_the_visit(rules: Playbook) -> Iterator[Message]:
    if rules.calls_within is not None:
        yield _(
            "Call the customer within %(delay)s of your yes. The page has the list of what to ask.",
            delay=lasting(rules.calls_within),
        )
    if rules.confirms_before is not None:
        yield _(
            "Confirm %(delay)s before the visit that you come. The customer then gets a reminder.",
            delay=lasting(rules.confirms_before),
        )
    if rules.calls_before is not None:
        yield _(
            "Call once more, up to %(delay)s before the visit, so that nobody waits in vain.",
            delay=lasting(rules.calls_before),
        )
    if rules.asks_presence:
        yield _("At the hour of the visit we ask whether you are there. One tap is enough.")


def _after_the_work(rules: Playbook) -> Iterator[Message]:
    if rules.photos_wanted:
        yield _(
            "When the work is done, send your report with %(count)s photos at least.",
            count=rules.photos_wanted,
        )
    else:
        yield _("When the work is done, send your report, with photos if you can.")
    if rules.wants_signature:
        yield _("The customer signs on your phone: the work was done as wished.")
    if rules.asks_payment:
        yield _("Say in the report how the customer pays.")
    if rules.declares_within is not None:
        yield _(
            "Send it within %(delay)s of the visit: after that it cannot be billed any more.",
            delay=lasting(rules.declares_within),
        )


def _invoice(rules: Playbook) -> Iterator[Message]:
    yield _("Send your invoice with the report, or later on the same page.")
    if days := [str(delay.days) for delay in rules.invoice_after if delay]:
        yield _("As long as it is missing we ask for it, %(days)s days after the work.", days=", ".join(days))


def yes(rules: Playbook, party: Party) -> Iterator[Message]:
    """What accepting is."""
    yield _(
        "Several companies may be asked at once. The first yes has the job, and the customer hears at once."
    )
    yield _("If another company was faster, the page says so. You have nothing to do.")
    yield _("You can stay on stand-by then: if the job is free again, we ask you first.")
    if rules.disclosure is Disclosure.ONCE_ASSIGNED:
        yield _("Before your yes you read the town. The address and the telephone come with the job.")
    yield _("A no helps as well: give the reason in one tap, and somebody else is asked.")


def wrong(rules: Playbook, party: Party) -> Iterator[Message]:
    """The choices of the problem picker, each with what it sets off (S080)."""
    yield _("Open “Something is wrong?” on the page of the job and choose. The rest happens by itself.")
    technician = party is Party.DELEGATE
    for name in PROBLEMS:
        if party in ACTS[name].by:
            says = TECHNICIAN_FAILS if technician and name == "visit.fail" else CONSEQUENCES[name]
            yield says.given(act=label(name))
    if technician:
        yield _("You cannot come, or the date changes? Tell your company: it says so on its page.")
    elif rules.pause_after is not None:
        yield _(
            "Who does not come %(count)s times within %(within)s gets no new offers for %(lasts)s.",
            count=rules.pause_after,
            within=lasting(rules.pause_within),
            lasts=lasting(rules.pause_lasts),
        )


def absent(rules: Playbook, party: Party) -> Iterator[Message]:
    """How long to wait for a customer who is not there (S082 to S087)."""
    yield _("Call first.")
    if rules.absent_after:
        yield _(
            "From %(delay)s after the hour of the visit on, tap “%(act)s”.",
            delay=lasting(rules.absent_after),
            act=label("visit.customer_absent"),
        )
    else:
        yield _("From the hour of the visit on, tap “%(act)s”.", act=label("visit.customer_absent"))
    if rules.leaves_after is not None:
        yield _(
            "You may leave %(delay)s after the hour of the visit. We tell you when it is time.",
            delay=lasting(rules.leaves_after),
        )
    else:
        yield _("Write to the manager before you leave.")
    if rules.absence is not None and rules.tells_prices_to(party):
        yield _("The customer then owes %(fee)s.", fee=fee(rules.absence))
    yield _("Your arrival on the page, with its hour, proves that you were there.")


def more(rules: Playbook, party: Party) -> Iterator[Message]:
    """Extra work (S061 to S070)."""
    if party is Party.DELEGATE:
        yield _("Tell your company before you begin: it proposes it on its page, and waits for a yes.")
    else:
        yield from _proposal(rules)
    yield _("Say in your report what was more, so that the customer understands the bill.")


def _proposal(rules: Playbook) -> Iterator[Message]:
    if Party.CUSTOMER in rules.extra_by:
        yield _("Propose it on the page before you begin. It needs the yes of the customer.")
    else:
        yield _("Propose it on the page before you begin. It needs the yes of the manager or the approver.")
    yield _("Time is counted in half hours, material by its price. The total is reckoned anew by itself.")


def give_back(rules: Playbook, party: Party) -> Iterator[Message]:
    """The ways to cancel, and who pays (S021 to S023, S107 to S113)."""
    yield _("Tap “%(act)s” and choose the reason.", act=label("offer.withdraw"))
    yield _("No time, or not your work: we ask another company.")
    if rules.calls_within is not None:
        yield _(
            "The customer does not answer: after %(tries)s tries in %(ways)s different ways.",
            tries=rules.call_tries,
            ways=rules.call_channels,
        )
    yield _("Another reason: say it in a few words.")
    if rules.ladder:
        yield _("Whoever cancels late pays. If it is the customer, let them cancel on their own page.")
        yield from late_cancellation(rules)


def pay(rules: Playbook, party: Party) -> Iterator[Message]:
    """What becomes of an invoice."""
    yield _("Type the number, the date and the amounts, and add the PDF or a photo.")
    yield _("The accountant approves it, or says what is not right: you read it on the page of the job.")
    yield _("You are told when it is paid.")


def network(rules: Playbook, party: Party) -> Iterator[Message]:
    """Cellars, lost links, and who goes instead."""
    yield _(
        "Without network, go on: your answer stays on the phone and leaves later, with the hour of your tap."
    )
    yield _("A link that is too old offers a new one. It goes to your number or e-mail on file.")
    if party is Party.DELEGATE:
        yield _("Somebody else goes? Your company sends them a link of their own.")
    else:
        yield _(
            "Somebody else goes? Tap “%(act)s”: their link shows no prices.", act=label("delegate.create")
        )


def data(rules: Playbook, party: Party) -> Iterator[Message]:
    """What is known of a company, and for how long."""
    yield _("Other companies do not see your page: neither who was asked, nor who won, nor what you write.")
    yield _(
        "Where your phone is, is asked once, on arrival, and only if you want. It is kept %(days)s days.",
        days=POSITIONS_KEPT.days,
    )
    yield _("What was said and done stays in the journal of the job. Nobody can change it afterwards.")
    yield _("Your link opens for %(days)s days after your last answer.", days=LINK_LIFE.days)


def part(rules: Playbook, party: Party) -> Iterator[Message]:
    """Why the active part of a company is what customers get (S117)."""
    yield _("People wait for you. A quick answer, a kept hour, a clear report: their good service is you.")
    yield _("What you say on the page they read at once. What you do not say, nobody can tell them.")
    if party is not Party.DELEGATE:
        yield _(
            "Your figures on the page show it: how fast you answer, how often you are on time, "
            "what came back."
        )


GUIDE = Guide(
    "subcontractor",
    _("For companies that do the work"),
    (
        Article("job", _("How does a job go, from the request to the invoice?"), job, in_order=True),
        Article("yes", _("What does my yes mean?"), yes, not_for=TECHNICIANS),
        Article("wrong", _("Something is wrong. What do I do?"), wrong),
        Article("absent", _("The customer is not there. When may I leave?"), absent),
        Article("more", _("There is more to do than agreed. What now?"), more),
        Article(
            "give-back",
            _("I cannot do the job after all. How do I give it back?"),
            give_back,
            not_for=TECHNICIANS,
        ),
        Article("pay", _("What happens to my invoice?"), pay, not_for=TECHNICIANS),
        Article("network", _("No network, an old link, somebody else goes?"), network),
        Article("data", _("What happens to my data?"), data),
        Article("part", _("Why does it depend on me?"), part),
    ),
)
