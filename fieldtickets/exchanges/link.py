"""Link (lien): sent again, replaced, withdrawn; and renewed by whoever holds a dead one (L08, L09)."""

from dataclasses import replace
from functools import partial

from wtforms import HiddenField
from wtforms.validators import AnyOf

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Weight
from fieldtickets.domain.effects import CutLink, Effect, RenewLink, Settle, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import EVERY_PHASE, LIVE, Standing
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, NoQuestion

# Whose link the manager may handle: every company's that was asked, and the customer's (None).
CONCERNED = (None, *(standing for standing in Standing if standing is not Standing.CHOSEN))
WHOSE = {"subcontractor": Message(""), "customer": _("the customer")}

TOLD = Notice(
    Party.SUBCONTRACTOR,
    sms=_("%(organisation)s: new link for %(problem)s, %(ref)s. The old one is dead: %(link)s"),
    subject=_("%(ref)s: your new link"),
    email=_("Here is your new link for %(problem)s. The old one does not work any more."),
)

SENT_AGAIN = Notice(
    Party.SUBCONTRACTOR,
    sms=_("%(organisation)s: your link for %(problem)s, %(town)s (%(ref)s): %(link)s"),
    subject=_("%(ref)s: your link for %(problem)s"),
    email=_("Here is your link again for %(problem)s, %(town)s."),
)


class LinkForm(AnswerForm):
    """Whose link; each button says it, so that nobody is asked."""

    to = HiddenField(default="subcontractor", validators=[AnyOf(WHOSE, _("Choose from the list."))])


def goes_to(facts: Facts, answer: Answer, *, party: Party) -> bool:
    return bool(answer.get("to", Party.SUBCONTRACTOR) == party)


def to_both(notice: Notice) -> tuple[Notice, ...]:
    """The same to a company or to the customer, whosever link it is."""
    return tuple(
        replace(notice, to=party, when=partial(goes_to, party=party))
        for party in (Party.SUBCONTRACTOR, Party.CUSTOMER)
    )


def somebody_has_it(facts: Facts) -> bool:
    return facts.standing is not None or facts.has_customer


def asked_by(facts: Facts, answer: Answer, *, party: Party, lives: bool) -> bool:
    return bool(answer["of"] == party and answer["lives"] is lives)


def replaced(*_facts_and_answer: object) -> tuple[Effect, ...]:
    """The fresh link travels in a message of its own: whatever was lost before matters no more (M04)."""
    return RenewLink(), Settle((Task.UNDELIVERABLE, Task.UNCERTAIN), here=True)


def unless_one_lives(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return () if answer["lives"] else (RenewLink(),)


LINK = Exchange(
    name="link",
    title=_("Link"),
    icon="link",
    acts=(
        Act(
            "link.renew",
            by=(Party.SUBCONTRACTOR, Party.CUSTOMER, Party.APPROVER, Party.DELEGATE),
            label=_("Get a new link"),
            line=_("%(who)s asked for a new link; it went to the address on file."),
            form=NoQuestion,
            when=EVERY_PHASE,
            effects=unless_one_lives,
            weight=Weight.SILENT,
            notices=tuple(
                replace(notice, to=party, receipt=True, when=partial(asked_by, party=party, lives=lives))
                for party in (Party.SUBCONTRACTOR, Party.CUSTOMER, Party.APPROVER, Party.DELEGATE)
                for notice, lives in ((TOLD, False), (SENT_AGAIN, True))
            ),
        ),
        Act(
            "link.resend",
            by=(Party.MANAGER,),
            label=_("Send the link again"),
            line=_("Link sent again: %(subcontractor)s%(to)s."),
            form=LinkForm,
            codes={"to": WHOSE},
            open_if=somebody_has_it,
            when=LIVE,
            standing=CONCERNED,
            weight=Weight.ASIDE,
            notices=to_both(replace(SENT_AGAIN, order=True)),
        ),
        Act(
            "link.replace",
            by=(Party.MANAGER,),
            label=_("Replace the link"),
            question=_("Replace the link? The old one stops working at once."),
            line=_("Link replaced: %(subcontractor)s%(to)s."),
            form=LinkForm,
            codes={"to": WHOSE},
            open_if=somebody_has_it,
            when=EVERY_PHASE,
            standing=CONCERNED,
            effects=replaced,
            weight=Weight.ASIDE,
            notices=to_both(TOLD),
        ),
        Act(
            "link.revoke",
            by=(Party.MANAGER,),
            label=_("Cut the link"),
            question=_("Cut the link? It stops working at once."),
            line=_("Link withdrawn: %(subcontractor)s%(to)s."),
            form=LinkForm,
            codes={"to": WHOSE},
            open_if=somebody_has_it,
            when=EVERY_PHASE,
            standing=CONCERNED,
            effects=lambda facts, answer: (CutLink(),),
            weight=Weight.ASIDE,
        ),
        Act(
            "link.new_device",
            by=(Party.CLOCK,),
            label=_("New device"),
            line=_("Link of %(who)s opened on a new device."),
            form=NoQuestion,
            when=EVERY_PHASE,
            weight=Weight.SILENT,
        ),
    ),
    samples={
        "link.renew": {"of": "subcontractor", "lives": False},
        **{name: {"to": "subcontractor"} for name in ("link.resend", "link.replace", "link.revoke")},
    },
)
