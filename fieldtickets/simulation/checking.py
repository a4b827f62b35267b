"""What must hold after any history, rule by rule, with how often it was looked at.

The numbers are those of the list of invariants in the design: what a play can show of them is here and in
`guarding`, the rest (kills, restores, robots) has tests of its own.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, or_, select

from fieldtickets.desk.journal import Broken, verify
from fieldtickets.desk.retention import TWICE_WITHIN
from fieldtickets.domain.acts import Reach
from fieldtickets.domain.parties import OUTSIDE, Party
from fieldtickets.domain.phases import Phase, Standing
from fieldtickets.exchanges import ACTS
from fieldtickets.simulation.guarding import (
    it_stays_small,
    links_by_name,
    links_open,
    no_temporary_file_stays,
    nothing_is_called,
    nothing_of_the_neighbour,
    plain_forms_do,
    rights_never_grow,
    strange_files_answer_alike,
    the_database_is_sound,
)
from fieldtickets.simulation.outages import Trouble
from fieldtickets.simulation.scene import Check, Finding, Scene, count, counted, seen
from fieldtickets.simulation.stuck import stuck
from fieldtickets.store.files import StorageError
from fieldtickets.store.models import (
    Attachment,
    ChargeRow,
    Clock,
    Delivery,
    Dispatch,
    Event,
    EventPayload,
    Invoice,
    Link,
    Submission,
    Ticket,
)
from fieldtickets.store.models.owed import DUE, WAITING

ENDED = ("sent", "delivered", "failed", "dead", "uncertain", "cancelled")
LOST = ("failed", "dead", "uncertain")
TRACES = {act.instead for act in ACTS.values() if act.instead}  # left by forms that were not taken
GIVING = ("offer.accept", "quote.accept")
ENDING = {
    Phase.CANCELLED: ("ticket.cancel",),
    Phase.CLOSED: ("ticket.close", "invoice.pay", "completion.expire"),
}
ROUNDING_CENTS = 1
ALARM = "event=provider refuses our key"


def check(scene: Scene) -> Iterator[Finding]:
    """Every rule, in the order of the list."""
    yield from (one(scene) for one in CHECKS)


def answers_are_in_the_thread(scene: Scene) -> Finding:
    rows = select(Submission.nonce, Submission.event_id).where(Submission.event_id.is_not(None))
    kept = {nonce for nonce, _event in scene.session.execute(rows)}
    taken = scene.figures.acknowledged
    lost = [
        f"the form {nonce} was taken and is nowhere"
        for nonce, at in taken.items()
        if nonce not in kept and at > scene.now - TWICE_WITHIN
    ]
    told = scene.session.scalar(
        select(func.count(Event.id)).where(Event.party.in_(OUTSIDE), Event.act.not_in(TRACES))
    )
    sent = len([nonce for nonce in taken if not nonce.startswith("manager:")])
    extra = [f"{told} facts by telephone, {sent} forms taken"] if told != sent else []
    return Finding(
        "1, 17", "what was taken is in the thread once, what was refused is not", len(taken), lost + extra
    )


def one_winner(scene: Scene) -> Finding:
    session, holds = scene.session, Dispatch.standing == Standing.ASSIGNED
    twice = session.scalars(
        select(Dispatch.ticket_id).where(holds).group_by(Dispatch.ticket_id).having(func.count() > 1)
    )
    named = select(Ticket.ref).join(Dispatch, Dispatch.id == Ticket.assigned_id)
    unnamed = (
        select(Ticket.ref)
        .join(Dispatch, Dispatch.ticket_id == Ticket.id)
        .where(holds, Ticket.assigned_id.is_distinct_from(Dispatch.id))
    )
    wrong = [
        *(f"ticket {one} is given to two companies" for one in twice),
        *(f"{ref} names a company without the job" for ref in session.scalars(named.where(~holds))),
        *(f"{ref} is given, and does not say to whom" for ref in session.scalars(unnamed)),
    ]
    given = session.scalar(select(func.count()).select_from(Ticket).where(Ticket.assigned_id.is_not(None)))
    return Finding("2", "a ticket has one winner at most, and names it", given or 0, wrong)


def told_to_the_winner(scene: Scene) -> Finding:
    rows = scene.session.execute(
        select(Event.act, Event.dispatch_id, Event.seq, Delivery.notice, Delivery.dispatch_id)
        .join(Delivery, Delivery.event_id == Event.id)
        .where(Event.act.in_(GIVING), Delivery.party == Party.SUBCONTRACTOR)
    ).all()
    wrong = [
        f"fact {seq}: another company reads that it has the job"
        for act, winner, seq, notice, told in rows
        if ACTS[act].notices[notice].reach is Reach.THIS and told != winner
    ]
    return Finding("2", "nobody but the winner is told that it has the job", len(rows), wrong)


def a_form_twice(scene: Scene) -> Finding:
    rule = "a form sent twice is answered alike and counts once"
    return seen(scene, "3", rule, "twice", scene.figures.twice)


def one_fact_for_each_change(scene: Scene) -> Finding:
    rows = scene.session.execute(
        select(Ticket.ref, Ticket.version, func.count(Event.id))
        .join(Event, Event.ticket_id == Ticket.id)
        .group_by(Ticket.id, Ticket.ref, Ticket.version)
    ).all()
    wrong = [
        f"{ref}: version {version} after {facts} facts"
        for ref, version, facts in rows
        if version != facts + 1
    ]
    return Finding("4", "every change of a ticket has one fact", len(rows), wrong)


def committed_together(scene: Scene) -> Finding:
    session = scene.session
    facts = session.scalar(select(func.count(Event.id))) or 0
    words = select(EventPayload).where(EventPayload.event_id == Event.id)
    wordless = select(func.count(Event.id)).where(~words.exists())
    homeless = select(func.count(Delivery.id)).where(
        Delivery.ticket_id.is_not(None), Delivery.event_id.is_(None)
    )
    wrong = counted(
        (session.scalar(wordless), "facts are without their words"),
        (session.scalar(homeless), "messages are without the fact that owes them"),
    )
    return Finding("5", "fact, words and messages are there together", facts, wrong)


def messages_have_a_fate(scene: Scene) -> Finding:
    session = scene.session
    late = select(func.count(Delivery.id)).where(DUE, Delivery.due_at <= scene.now)
    odd = select(func.count(Delivery.id)).where(Delivery.state.not_in((*ENDED, *WAITING)))
    unwritten = select(func.count(Delivery.id)).where(
        Delivery.state == "dead", Delivery.failure.not_in(list(Trouble))
    )
    wrong = counted(
        (session.scalar(late), "messages are due and still here"),
        (session.scalar(odd), "messages are in no known state"),
        (session.scalar(unwritten), "messages could not be written"),
    )
    return Finding("6", "every message left, or has its fate or its hour", count(session, Delivery), wrong)


def losses_are_visible(scene: Scene) -> Finding:
    lost = scene.session.scalars(
        select(Delivery.id).where(
            Delivery.state.in_(LOST), Delivery.party.in_(OUTSIDE), Delivery.ticket_id.is_not(None)
        )
    ).all()
    fates = select(Submission.nonce).where(Submission.act.in_(("message.bounce", "message.doubt")))
    told = set(scene.session.scalars(fates))
    wrong = [
        f"message {one} did not arrive, and no thread says so"
        for one in lost
        if not {f"message.bounce:{one}", f"message.doubt:{one}"} & told
    ]
    return Finding("6", "whatever did not arrive is told to the manager", len(lost), wrong)


def one_copy(scene: Scene) -> Finding:
    rows = scene.session.execute(select(Delivery.id, Delivery.state)).all()
    wrong = [
        f"message {one}, {state}: {scene.letterbox.copies[one]} copies"
        for one, state in rows
        if scene.letterbox.copies[one] > 1
        or (state in ("sent", "delivered") and scene.letterbox.copies[one] == 0)
    ]
    return Finding(
        "7", "the provider got each message that was sent, once", len(scene.letterbox.copies), wrong
    )


def nobody_reads_what_is_over(scene: Scene) -> Finding:
    session = scene.session
    sent = select(func.count(Delivery.id)).where(Delivery.sent_at.is_not(None))
    late = session.scalar(sent.where(Delivery.sent_at >= Delivery.ends_at))
    with_cut_link = session.execute(
        select(Delivery.id, Delivery.act, Delivery.notice)
        .join(Link, Link.id == Delivery.link_id)
        .where(Link.revoked_at < Delivery.sent_at, Link.replaced_by.is_(None))
    )
    wrong = counted((late, "messages left after their time"))
    wrong += [
        f"message {one}, {act}, carried a cut link"
        for one, act, notice in with_cut_link
        if not ACTS[act].notices[notice].farewell  # which says that the link is cut
    ]
    looked_at = session.scalar(sent) or 0
    return Finding("8", "no message left after its time, or with a cut link", looked_at, wrong)


def reading_changes_nothing(scene: Scene) -> Finding:
    return seen(scene, "9", "opening a page leaves no fact", "reading", scene.figures.looks)


def nobody_learns_too_early(scene: Scene) -> Finding:
    rule = "who does not have the job does not read of the customer"
    return seen(scene, "11", rule, "disclosure", scene.figures.looks)


def dead_links_do_nothing(scene: Scene) -> Finding:
    links = links_by_name(scene)
    rows = scene.session.execute(select(Event.actor, Event.at, Event.seq).where(Event.act != "link.renew"))
    wrong = [
        f"fact {seq} came through a dead link"
        for actor, at, seq in rows
        if actor in links and all(one.revoked_at and one.revoked_at < at for one in links[actor])
    ]
    dead = sum(one.revoked_at is not None for several in links.values() for one in several)
    return Finding("13", "a dead link does nothing", dead, wrong)


def no_token_is_kept(scene: Scene) -> Finding:
    kept = scene.session.scalar(select(func.count(Delivery.id)).where(Delivery.text.like("%/l/%")))
    looked_at, wrong = count(scene.session, Delivery), counted((kept, "messages hold one"))
    return Finding("15", "no link stands in what is kept of messages", looked_at, wrong)


def files_are_whole(scene: Scene) -> Finding:
    wrong, rows = [], scene.session.execute(select(Attachment.key, Attachment.digest)).all()
    for key, digest in rows:
        try:
            scene.files.read(key, digest)
        except StorageError as error:
            wrong.append(f"{key}: {type(error).__name__}")
    return Finding("16", "the bytes of every file are those of its row", len(rows), wrong)


def pages_answer(scene: Scene) -> Finding:
    return seen(
        scene, "18", "every page answers with a sentence", "pages", sum(scene.figures.replies.values())
    )


def no_error_is_logged(scene: Scene) -> Finding:
    errors = [line for line in scene.errors if ALARM not in line]
    return Finding("18", "the service logs no error", sum(scene.figures.acts.values()), errors)


def a_refused_key_is_told_once(scene: Scene) -> Finding:
    outages = scene.letterbox.outages
    refused = [one for one in outages if one.trouble is Trouble.STRANGER and one.met]
    alarms = [line for line in scene.errors if ALARM in line]
    wrong = [] if len(alarms) == len(refused) else [f"{len(refused)} outages, {len(alarms)} alarms"]
    return Finding("-", "a gateway that does not know us raises one alarm", len(refused), wrong)


def the_journal_holds(scene: Scene) -> Finding:
    try:
        return Finding(
            "20", "the journal's seals hold, without a gap", verify(scene.session, scene.organisation)
        )
    except Broken as broken:
        return Finding("20", "the journal's seals hold, without a gap", 0, [str(broken)])


def sums_are_right(scene: Scene) -> Finding:
    invoices = scene.session.execute(
        select(Invoice.number, Invoice.net_cents, Invoice.vat_cents, Invoice.gross_cents)
    ).all()
    wrong = [
        f"invoice {number}: {net} + {vat} is not {gross}"
        for number, net, vat, gross in invoices
        if abs(net + vat - gross) > ROUNDING_CENTS
    ]
    negative = select(func.count(ChargeRow.id)).where(or_(ChargeRow.net_cents < 0, ChargeRow.vat_cents < 0))
    wrong += counted((scene.session.scalar(negative), "amounts are below zero"))
    looked_at = len(invoices) + count(scene.session, ChargeRow)
    return Finding("21", "amounts are whole cents and add up", looked_at, wrong)


def time_goes_on(scene: Scene) -> Finding:
    wrong, last = [], datetime.min.replace(tzinfo=scene.now.tzinfo)
    rows = scene.session.execute(select(Event.seq, Event.at).order_by(Event.seq)).all()
    for seq, at in rows:
        if at < last:
            wrong.append(f"fact {seq} is earlier than the one before")
        last = at
    return Finding("22", "facts are in the order of time", len(rows), wrong)


def deadlines_fire(scene: Scene) -> Finding:
    late = select(func.count(Clock.id)).where(Clock.state == "pending", Clock.due_at <= scene.now)
    wrong = counted((scene.session.scalar(late), "deadlines have passed and did not fire"))
    return Finding("-", "no deadline that has passed still waits", count(scene.session, Clock), wrong)


def nothing_is_stuck(scene: Scene) -> Finding:
    """Looked at every night of the play, and now."""
    looked_at, lines = stuck(scene.session)
    wrong = dict.fromkeys((*scene.figures.faults.get("stuck", []), *lines))
    return Finding("-", "no open ticket is stuck", scene.figures.nights + looked_at, list(wrong))


def every_ticket_is_explained(scene: Scene) -> Finding:
    done: dict[int, set[str]] = {}
    for ticket_id, act in scene.session.execute(select(Event.ticket_id, Event.act)):
        done.setdefault(ticket_id, set()).add(act)
    wrong, tickets = [], scene.session.scalars(select(Ticket)).all()
    for one in tickets:
        acts = done.get(one.id, set())
        if one.phase.over and not acts & set(ENDING[one.phase]):
            wrong.append(f"{one.ref} is {one.phase}, and no act ended it")
        if one.assigned_id and not acts & set(GIVING):
            wrong.append(f"{one.ref} is given, and nobody took it")
        if not one.phase.over and one.ball is None:
            wrong.append(f"{one.ref} is open, and nobody has to act")
    return Finding("-", "every ticket is explained by its facts", len(tickets), wrong)


CHECKS: tuple[Check, ...] = (
    answers_are_in_the_thread,
    one_winner,
    told_to_the_winner,
    a_form_twice,
    one_fact_for_each_change,
    committed_together,
    messages_have_a_fate,
    losses_are_visible,
    one_copy,
    nobody_reads_what_is_over,
    reading_changes_nothing,
    nothing_of_the_neighbour,
    nobody_learns_too_early,
    strange_files_answer_alike,
    dead_links_do_nothing,
    rights_never_grow,
    no_token_is_kept,
    files_are_whole,
    pages_answer,
    no_error_is_logged,
    a_refused_key_is_told_once,
    nothing_is_called,
    the_journal_holds,
    sums_are_right,
    time_goes_on,
    the_database_is_sound,
    no_temporary_file_stays,
    it_stays_small,
    plain_forms_do,
    links_open,
    deadlines_fire,
    nothing_is_stuck,
    every_ticket_is_explained,
)
