"""Document (papiers): insurance, vigilance, registration of a company, and the end of each in time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wtforms.validators import InputRequired

from fieldtickets.domain.acts import Act, Answer, Done, Exchange, Facts, Notice, Refused, Weight
from fieldtickets.domain.deadlines import at_site
from fieldtickets.domain.effects import Effect, KeepPaper, Raise, Task
from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import EVERY_PHASE, Standing
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Codes, DayField, FilesField, NoQuestion

KINDS: Mapping[str, Message] = {
    "insurance": _("Proof of insurance"),
    "vigilance": _("Proof of paid social contributions"),
    "registration": _("Company registration"),
    "other": _("Other document"),
}
WARNED_BEFORE = (timedelta(days=45), timedelta(days=15), timedelta())  # before the last day
WARNED_AT = time(9)  # at the site


class DocumentForm(AnswerForm):
    """One paper of the company and the last day on which it holds."""

    kind = Codes(_("Which document?"), KINDS, _("Say which document it is"))
    file = FilesField(_("Photo or PDF"), [InputRequired(_("Add the document, as photo or PDF"))])
    expires_on = DayField(_("Valid until (if it says so)"))


def holds_still(facts: Facts, answer: Answer) -> None:
    today = facts.now.astimezone(ZoneInfo(facts.zone)).date()
    if "expires_on" in answer and answer["expires_on"] < today:
        raise Refused(_("This document has ended already. Send the one that holds now."), field="expires_on")


def has_or_had_the_job(facts: Facts) -> bool:
    """Who sent a paper here while the job was its own is asked for the next one here as well."""
    return facts.standing is Standing.ASSIGNED or facts.last("document.submit") is not None


def kept(facts: Facts, answer: Answer) -> tuple[Effect, ...]:
    return (KeepPaper(answer["kind"], answer.get("expires_on")),)


def sent(facts: Facts, kind: str) -> Done | None:
    """The paper of this kind that came last on this ticket."""
    papers = (done for done in reversed(facts.history) if done.act == "document.submit")
    return next((done for done in papers if done.answer.get("kind") == kind), None)


def warnings(facts: Facts, kind: str) -> tuple[datetime, ...]:
    """When its company hears that a paper ends: 45, 15 and 0 days before, where it came early enough."""
    paper = sent(facts, kind)
    last_day: date | None = paper.answer.get("expires_on") if paper else None
    if paper is None or last_day is None:
        return ()
    mornings = (at_site(last_day - before, WARNED_AT, facts.zone) for before in WARNED_BEFORE)
    return tuple(instant for instant in mornings if instant > paper.at)


def still_the_last(facts: Facts, kind: str) -> bool:
    """Whether this ticket has the paper of the kind that holds longest, of all that the company sent."""
    paper = sent(facts, kind)
    last_day = paper.answer.get("expires_on") if paper else None
    return last_day is not None and not any(
        one.kind == kind and one.expires_on is not None and one.expires_on > last_day for one in facts.papers
    )


SOON = Notice(
    Party.SUBCONTRACTOR,
    reminder=True,
    sms=_("%(organisation)s: ends soon: %(document)s. Send the new one: %(link)s"),
    subject=_("%(document)s: it ends soon"),
    email=_("Please send the new one before it ends: %(document)s. A photo is enough."),
    button=_("Send the document"),
)
TODAY = Notice(
    Party.SUBCONTRACTOR,
    reminder=True,
    sms=_("%(organisation)s: ends today: %(document)s. Send the new one: %(link)s"),
    subject=_("%(document)s: it ends today"),
    email=_("Please send the new one today: %(document)s. A photo is enough."),
    button=_("Send the document"),
)


def naming(notice: Notice, document: Message, when: Callable[[Facts, Answer], bool]) -> Notice:
    """The same notice, about this document."""
    sms, subject, email = (one.given(document=document) for one in (notice.sms, notice.subject, notice.email))
    return replace(notice, sms=sms, subject=subject, email=email, when=when)


def ends(kind: str) -> Act:
    """The clock of one kind of paper. It runs on the ticket it came on, also once that is closed or another
    company has it, until a later paper of the kind comes on any ticket.
    """

    def at_the_end(facts: Facts, answer: Answer) -> bool:
        return bool(answer["number"] >= len(warnings(facts, kind)))

    def before(facts: Facts, answer: Answer) -> bool:
        return not at_the_end(facts, answer)

    return Act(
        f"document.{kind}_ends",
        by=(Party.CLOCK,),
        label=_("Remind of a document"),
        line=_("%(subcontractor)s is asked for a new document: %(document)s.").given(document=KINDS[kind]),
        form=NoQuestion,
        when=EVERY_PHASE,
        open_if=lambda facts: still_the_last(facts, kind),
        of_company=True,
        due=lambda facts: warnings(facts, kind),
        effects=lambda facts, answer: (Raise(Task.DOCUMENT),) if at_the_end(facts, answer) else (),
        owed_by=Party.SUBCONTRACTOR,
        on_silence=_("The company is asked for the new document; on the last day, the manager sees it."),
        notices=(naming(SOON, KINDS[kind], before), naming(TODAY, KINDS[kind], at_the_end)),
    )


DOCUMENT = Exchange(
    name="document",
    title=_("Document"),
    acts=(
        Act(
            "document.submit",
            by=(Party.SUBCONTRACTOR,),
            label=_("Send a document of the company"),
            question=_("Send a document of the company"),
            then=_("We have your document. We remind you before it ends."),
            line=_("%(subcontractor)s sends a document: %(kind)s."),
            form=DocumentForm,
            when=EVERY_PHASE,
            standing=(Standing.ASSIGNED, Standing.WITHDRAWN, Standing.RECALLED),
            open_if=has_or_had_the_job,
            rules=(holds_still,),
            effects=kept,
            settles=(Task.DOCUMENT,),
            codes={"kind": KINDS},
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(subcontractor)s sends a document: %(kind)s"),
                    email=_("%(subcontractor)s sends a document: %(kind)s."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        *(ends(kind) for kind in KINDS),
    ),
    samples={"document.submit": {"kind": "insurance", "file": 1}},
)
