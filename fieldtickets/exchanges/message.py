"""Message (message): anybody writes at any stage, also after closing, with photos and files (S049, S050)."""

from wtforms.validators import InputRequired

from fieldtickets.domain.acts import Act, Answer, Exchange, Facts, Notice, Weight
from fieldtickets.domain.effects import Effect, Raise, Settle, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import EVERY_PHASE
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import AnswerForm, Codes, FilesField, NoQuestion, Text

RECIPIENTS = {
    "subcontractor": _("Subcontractor"),
    "customer": _("Customer"),
    "note": _("Internal note"),
}


class MessageForm(AnswerForm):
    """The text and its files; a manager also says to whom."""

    to = Codes(_("To"), RECIPIENTS, _("Say who it is for"), default="subcontractor")
    body = Text(_("Your message"), [InputRequired(_("Write your message"))])
    files = FilesField(_("Photos or PDF"))

    def fit(self, facts: Facts, party: Party) -> None:
        """Everybody but the manager writes to the manager."""
        if party is not Party.MANAGER:
            del self.to


CHANNELS = {"sms": _("text message"), "email": _("e-mail")}


def tells_the_manager(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    """What comes in waits for a reply; what the manager writes to somebody is that reply (S053)."""
    if "to" not in answer:
        return (Raise(Task.MESSAGE),)
    return () if answer["to"] == "note" else (Settle((Task.MESSAGE,)),)


MESSAGE = Exchange(
    name="message",
    title=_("Message"),
    acts=(
        Act(
            "message.write",
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
                Notice(
                    Party.SUBCONTRACTOR,
                    when=lambda facts, answer: answer.get("to") == "subcontractor",
                    sms=_(
                        "%(organisation)s wrote to you about %(problem)s, %(ref)s. Read and reply: %(link)s"
                    ),
                    subject=_("Message from %(organisation)s about job %(ref)s"),
                    email=_("%(body)s"),
                    button=_("Read and reply"),
                ),
                Notice(
                    Party.CUSTOMER,
                    when=lambda facts, answer: answer.get("to") == "customer",
                    sms=_(
                        "%(organisation)s wrote to you about %(problem)s, %(ref)s. Read and reply: %(link)s"
                    ),
                    subject=_("Message from %(organisation)s: %(problem)s (%(ref)s)"),
                    email=_("%(body)s"),
                    button=_("Read and reply"),
                ),
            ),
        ),
        Act(
            "message.bounce",
            by=(Party.CLOCK,),
            label=_("Not delivered"),
            line=_("A message to %(recipient)s did not arrive: %(channel)s."),
            form=NoQuestion,
            when=EVERY_PHASE,
            effects=lambda facts, answer: (Raise(Task.UNDELIVERABLE),),
            codes={"channel": CHANNELS},
            weight=Weight.SILENT,
        ),
    ),
    samples={
        "message.write": {"body": "J'ai vu les photos. Il faut changer le siphon.", "to": "subcontractor"},
        "message.bounce": {"channel": "sms", "recipient": "Karim Plomberie"},
    },
)
