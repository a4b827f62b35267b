"""Message (message): anybody writes at any stage, also after closing, with photos and files (S049, S050)."""

from dataclasses import replace

from wtforms.validators import InputRequired

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Refused, Weight
from fieldtickets.domain.effects import Effect, Raise, Settle, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import EVERY_PHASE
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.approval import somebody_is_asked
from fieldtickets.exchanges.delegate import somebody_goes
from fieldtickets.exchanges.fields import AnswerForm, Codes, FilesField, NoQuestion, Text

RECIPIENTS = {
    "subcontractor": _("Subcontractor"),
    "customer": _("Customer"),
    "approver": _("Approver"),
    "delegate": _("Technician"),
    "note": _("Internal note"),
}
LET_IN = {"approver": somebody_is_asked, "delegate": somebody_goes}  # who was, and was not dismissed since


class MessageForm(AnswerForm):
    """The text and its files; a manager also says to whom."""

    to = Codes(_("To"), RECIPIENTS, _("Say who it is for"), default="subcontractor")
    body = Text(_("Your message"), [InputRequired(_("Write your message"))])
    files = FilesField(_("Photos or PDF"))

    def fit(self, facts: Facts, party: Party) -> None:
        """Everybody but the manager writes to the manager, who answers whoever is there."""
        if party is not Party.MANAGER:
            del self.to
            return
        self.to.choices = [one for one in self.to.choices if LET_IN.get(one.value, always)(facts)]


CHANNELS = {"sms": _("text message"), "email": _("e-mail")}
FATES = tuple(f"message.{name}" for name in ["bounce", "doubt", "repeat", "arrive", "stop", "start", "again"])


def always(_facts: Facts) -> bool:
    return True


def tells_the_manager(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """What comes in waits for a reply; what the manager writes to somebody is that reply (S053)."""
    if "to" not in answer:
        return (Raise(Task.MESSAGE),)
    return () if answer["to"] == "note" else (Settle((Task.MESSAGE,)),)


def is_about_a_message(facts: Facts, answer: Answer) -> None:
    """It is done with a message in hand, on the ticket's page: not by its name alone."""
    if "recipient" not in answer:
        raise Refused(_("Send it again from the ticket's page, beside the message."))


def went_again(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """The manager has seen what went wrong and did something about it."""
    return (Settle((Task.UNDELIVERABLE, Task.UNCERTAIN), here=True),)


def known_now(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """Ends the tasks that no other message to the same person keeps open; the outbox has looked."""
    tasks = tuple(Task(task) for task in answer.get("settles", ()))
    return (Settle(tasks, here=True),) if tasks else ()


def fate(name: str, label: Message, line: Message, task: Task | None = None) -> Act:
    """What the outbox found out about a message; it may be something for the manager to do."""

    def effects(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
        raised = (Raise(task),) if task else ()
        return *known_now(facts, answer), *raised

    return Act(
        name,
        by=(Party.CLOCK,),
        label=label,
        line=line,
        form=NoQuestion,
        when=EVERY_PHASE,
        effects=effects,
        codes={"channel": CHANNELS},
        weight=Weight.SILENT,
    )


def written_to(party: Party) -> Notice:
    """What somebody reads of a message from the manager."""
    return Notice(
        party,
        when=lambda facts, answer: answer.get("to") == party,
        sms=_("%(organisation)s wrote to you about %(problem)s, %(ref)s. Read and reply: %(link)s"),
        subject=_("Message from %(organisation)s about job %(ref)s"),
        email=_("%(body)s"),
        button=_("Read and reply"),
    )


MESSAGE = Exchange(
    name="message",
    title=_("Message"),
    icon="message",
    acts=(
        Act(
            "message.write",
            keeps_clocks=True,
            by=(Party.SUBCONTRACTOR, Party.CUSTOMER, Party.APPROVER, Party.DELEGATE, Party.MANAGER),
            label=_("Send the message"),
            question=_("Write to the manager"),
            then=_("The manager is told at once. The answer will stand on this page."),
            line=_("Message from %(who)s."),
            form=MessageForm,
            when=EVERY_PHASE,
            effects=tells_the_manager,
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.MANAGER,
                    when=lambda facts, answer: "to" not in answer,
                    subject=_("%(ref)s: message from %(who)s"),
                    email=_("%(body)s"),
                    button=_("Read and reply"),
                ),
                written_to(Party.SUBCONTRACTOR),
                replace(
                    written_to(Party.CUSTOMER),
                    subject=_("Message from %(organisation)s: %(problem)s (%(ref)s)"),
                ),
                written_to(Party.APPROVER),
                written_to(Party.DELEGATE),
            ),
        ),
        fate(
            "message.bounce",
            _("Not delivered"),
            _("A message to %(recipient)s did not arrive: %(channel)s."),
            Task.UNDELIVERABLE,
        ),
        fate(
            "message.doubt",
            _("Perhaps not delivered"),
            _("Nobody knows whether a message reached %(recipient)s: %(channel)s."),
            Task.UNCERTAIN,
        ),
        fate(
            "message.repeat",
            _("Perhaps sent twice"),
            _("A message to %(recipient)s is sent once more and may arrive twice: %(channel)s."),
        ),
        fate(
            "message.arrive",
            _("Delivered after all"),
            _("A message to %(recipient)s arrived after all: %(channel)s."),
        ),
        replace(
            fate(
                "message.stop",
                _("No more text messages"),
                _("%(recipient)s answered STOP: no more text messages go there."),
                Task.STOPPED,
            ),
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(recipient)s wants no more text messages"),
                    email=_(
                        "%(recipient)s answered STOP. From now on all goes by e-mail, where we know an "
                        "address. Where we do not, you have to call."
                    ),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        fate(
            "message.start",
            _("Text messages again"),
            _("%(recipient)s answered START: text messages go there again."),
        ),
        Act(
            "message.again",
            by=(Party.MANAGER,),
            label=_("Send again"),
            line=_("%(who)s has a message to %(recipient)s sent again: %(channel)s."),
            form=NoQuestion,
            when=EVERY_PHASE,
            rules=(is_about_a_message,),
            effects=went_again,
            codes={"channel": CHANNELS},
            weight=Weight.SILENT,
        ),
    ),
    samples={
        "message.write": {"body": "J'ai vu les photos. Il faut changer le siphon.", "to": "subcontractor"},
        **dict.fromkeys(FATES, {"channel": "sms", "recipient": "Karim Plomberie"}),
    },
)
