"""Visit (passage): on my way, arrived, started, late, nobody there, not done; what each sets off."""

from dataclasses import replace

from fieldtickets.domain.acts import Act, Exchange, Facts, Notice, Still, Weight
from fieldtickets.domain.effects import Raise, Task
from fieldtickets.domain.parties import OF_THE_COMPANY, Party
from fieldtickets.domain.phases import AT_WORK, HOLDER, LIVE, Phase, Standing
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import NoQuestion
from fieldtickets.exchanges.reckoning import set_out
from fieldtickets.exchanges.under_way import (
    MISSED,
    arrival_is_open,
    code_hangs_here,
    customer_had_time,
    done_now,
    is_near,
    is_there,
    missed,
    nobody_opens,
    not_there_yet,
    wait_is_over,
    waited_in_vain,
    with_arrival,
    with_end_of_wait,
    with_new_hour,
)
from fieldtickets.exchanges.visit_forms import (
    REASONS,
    AbsentForm,
    FailForm,
    LateForm,
    NobodyCameForm,
    OnMyWayForm,
    OnSiteForm,
    TellForm,
)
from fieldtickets.exchanges.visit_off import VISIT_OFF, takes_a_visit_off
from fieldtickets.exchanges.visit_outcomes import (
    failed,
    fixed_visit,
    is_absence,
    is_no_absence,
    may_leave,
    not_coming,
    on_site,
    with_proof,
)
from fieldtickets.exchanges.who_comes import AGREED, HAS_THE_JOB

# The situations of the problem picker (S080), in the order in which they are shown.
PROBLEMS = (
    "visit.late",
    "appointment.propose",
    "visit.customer_absent",
    "visit.customer_cancels",
    "visit.cannot_come",
    "visit.fail",
)

PROOFS = {"code": _("Proved by the code on site.")}


def has_appointment(facts: Facts) -> bool:
    return facts.appointment is not None


VISIT = Exchange(
    name="visit",
    title=_("Visit"),
    acts=(
        Act(
            "visit.on_my_way",
            by=OF_THE_COMPANY,
            label=_("I am on my way"),
            question=_("In how many minutes are you there?"),
            then=_("The customer sees when you arrive."),
            line=_("%(who)s is on the way, there between %(soonest)s and %(latest)s."),
            form=OnMyWayForm,
            when=(Phase.ASSIGNED,),
            standing=HOLDER,
            open_if=not_there_yet,
            asked_if=lambda facts: is_near(facts) and not set_out(facts),
            written=with_arrival,
            notices=(
                Notice(
                    Party.CUSTOMER,
                    still=AGREED,
                    sms=_(
                        "%(organisation)s: %(subcontractor)s arrives between %(soonest)s and %(latest)s."
                        " Follow: %(link)s"
                    ),
                    subject=_("%(subcontractor)s is on the way"),
                    email=_("%(subcontractor)s arrives between %(soonest)s and %(latest)s."),
                    button=_("See when they arrive"),
                ),
            ),
        ),
        Act(
            "visit.arrive",
            by=OF_THE_COMPANY,
            label=_("I have arrived"),
            then=_("Your arrival is recorded with its time."),
            line=_("%(who)s has arrived. %(proof)s"),
            form=OnSiteForm,
            when=(Phase.ASSIGNED,),
            standing=HOLDER,
            open_if=not_there_yet,
            asked_if=lambda facts: done_now(facts, "visit.on_my_way") is not None,
            rules=(arrival_is_open, code_hangs_here),
            effects=on_site,
            settles=MISSED,
            written=with_proof,
            codes={"proof": PROOFS},
            instead="visit.arrive_again",
        ),
        Act(
            "visit.arrive_again",
            by=OF_THE_COMPANY,
            label=_("I have arrived"),
            line=_("%(who)s reports the arrival once more. The first report counts."),
            form=NoQuestion,
            when=(Phase.ASSIGNED, Phase.ON_SITE),
            standing=HOLDER,
            open_if=lambda facts: is_there(facts) and done_now(facts, "visit.arrive_again") is None,
            weight=Weight.SILENT,
        ),
        Act(
            "visit.start",
            by=OF_THE_COMPANY,
            label=_("I start the work"),
            then=_("The start is recorded with its time."),
            line=_("%(who)s starts the work. %(proof)s"),
            form=OnSiteForm,
            when=(Phase.ASSIGNED,),
            standing=HOLDER,
            leads_to=Phase.ON_SITE,
            asked_if=lambda facts: done_now(facts, "visit.arrive") is not None and not waited_in_vain(facts),
            rules=(arrival_is_open, code_hangs_here),
            effects=on_site,
            settles=MISSED,
            written=with_proof,
            codes={"proof": PROOFS},
        ),
        Act(
            "visit.late",
            by=OF_THE_COMPANY,
            label=_("I am late"),
            question=_("How many minutes late?"),
            then=_("The customer is told."),
            line=_("%(who)s is %(minutes)s minutes late, there at %(new_hour)s."),
            form=LateForm,
            when=(Phase.ASSIGNED,),
            standing=HOLDER,
            open_if=lambda facts: has_appointment(facts) and not_there_yet(facts),
            weight=Weight.ASIDE,
            written=with_new_hour,
            notices=(
                Notice(
                    Party.CUSTOMER,
                    still=AGREED,
                    sms=_(
                        "%(organisation)s: %(subcontractor)s is %(minutes)s min late, there at"
                        " %(new_hour)s: %(link)s"
                    ),
                    subject=_("%(subcontractor)s is %(minutes)s minutes late"),
                    email=_("%(subcontractor)s is late and comes at %(new_hour)s. We are sorry."),
                ),
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(who)s is %(minutes)s minutes late"),
                    email=_("%(who)s is late for %(problem)s, %(town)s. The customer is told."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "visit.customer_absent",
            by=OF_THE_COMPANY,
            label=_("The customer is not there"),
            question=_("Nobody opens? Call first, then tell us."),
            then=_("The customer is told that you are at the door. Please wait."),
            line=_("%(who)s is there, the customer is not."),
            form=AbsentForm,
            when=AT_WORK,
            standing=HOLDER,
            open_if=lambda facts: has_appointment(facts) and not nobody_opens(facts),
            rules=(customer_had_time,),
            weight=Weight.ASIDE,
            written=with_end_of_wait,
            notices=(
                Notice(
                    Party.CUSTOMER,
                    still=AGREED,
                    sms=_(
                        "%(organisation)s: %(subcontractor)s is at your door. Please open or call: %(link)s"
                    ),
                    subject=_("%(subcontractor)s is at your door"),
                    email=_("%(subcontractor)s is at your door and waits. Please open, or call."),
                ),
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: the customer is not there"),
                    email=_("%(who)s waits at the door for %(problem)s, %(town)s. The customer is reminded."),
                    button=_("Open the ticket"),
                ),
            ),
        ),
        Act(
            "visit.may_leave",
            by=(Party.CLOCK,),
            label=_("You may leave"),
            line=_("%(subcontractor)s has waited long enough and may leave."),
            form=NoQuestion,
            when=AT_WORK,
            standing=HOLDER,
            open_if=nobody_opens,
            due=may_leave,
            owed_by=Party.CUSTOMER,
            on_silence=_("The company may leave, and a fee may be due."),
            weight=Weight.SILENT,
            notices=tuple(
                Notice(
                    party,
                    still=HAS_THE_JOB if party is Party.SUBCONTRACTOR else Still(phase=LIVE),
                    sms=_("%(organisation)s: job %(ref)s, you may leave now. Please tell us why: %(link)s"),
                    subject=_("%(ref)s: you may leave now"),
                    email=_("You have waited long enough. Say on this page that nobody was there."),
                )
                for party in OF_THE_COMPANY
            ),
        ),
        Act(
            "visit.fail",
            by=OF_THE_COMPANY,
            label=_("The work could not be done"),
            question=_("Why could the work not be done?"),
            then=_("The manager is told. If the customer still wants the work, give a new date."),
            line=_("%(who)s could not do the work: %(reason)s."),
            form=FailForm,
            when=AT_WORK,
            standing=HOLDER,
            leads_to=Phase.ASSIGNED,
            asked_if=waited_in_vain,
            rules=(wait_is_over,),
            effects=failed,
            codes={"reason": REASONS},
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: the work could not be done: %(reason)s"),
                    email=_("%(who)s could not do %(problem)s, %(town)s. Reason: %(reason)s."),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.CUSTOMER,
                    when=is_absence,
                    still=Still(phase=LIVE),
                    sms=_("%(organisation)s: nobody opened to %(subcontractor)s. What comes next: %(link)s"),
                    subject=_("%(ref)s: nobody opened at the visit"),
                    email=_(
                        "%(subcontractor)s was there for %(problem)s and nobody opened. If a fee is due, this"
                        " page says how much, and you can contest it there."
                    ),
                ),
                Notice(
                    Party.CUSTOMER,
                    when=is_no_absence,
                    still=Still(phase=LIVE),
                    sms=_("%(organisation)s: %(problem)s could not be done today. What comes next: %(link)s"),
                    subject=_("%(ref)s: the work could not be done"),
                    email=_("%(problem)s could not be done today. We tell you when somebody comes again."),
                ),
            ),
        ),
        Act(
            "visit.customer_cancels",
            by=OF_THE_COMPANY,
            label=_("The customer cancels"),
            question=_("What did the customer tell you?"),
            then=_("The manager is told, and the customer is asked to cancel."),
            line=_("%(who)s reports that the customer cancels."),
            form=TellForm,
            when=AT_WORK,
            standing=HOLDER,
            effects=lambda facts, answer: (Raise(Task.CANCELLED),),
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: the customer wants to cancel"),
                    email=_("%(who)s reports that the customer cancels %(problem)s, %(town)s."),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.CUSTOMER,
                    still=Still(phase=LIVE),
                    sms=_("%(organisation)s: do you cancel %(problem)s? Please say so here: %(link)s"),
                    subject=_("%(ref)s: do you want to cancel?"),
                    email=_(
                        "%(subcontractor)s tells us that you cancel %(problem)s. Please say so yourself."
                    ),
                    button=_("Cancel or keep the visit"),
                ),
            ),
        ),
        Act(
            "visit.cannot_come",
            by=(Party.SUBCONTRACTOR,),
            label=_("I cannot come"),
            question=_("Why can you not come?"),
            then=_("We look for another company and tell the customer. Do not go."),
            line=_("%(who)s cannot come."),
            form=TellForm,
            when=(Phase.ASSIGNED,),
            standing=HOLDER,
            open_if=has_appointment,
            leads_to=Phase.OFFERED,
            effects=not_coming,
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: %(subcontractor)s cannot come"),
                    email=_("%(subcontractor)s cannot come for %(problem)s, %(town)s."),
                    button=_("Open the ticket"),
                    calendar=True,
                ),
                replace(VISIT_OFF, when=takes_a_visit_off),
                Notice(
                    Party.CUSTOMER,
                    when=fixed_visit,
                    still=Still(phase=LIVE),
                    sms=_("%(organisation)s: %(subcontractor)s cannot come, we look for another: %(link)s"),
                    subject=_("%(ref)s: the company cannot come"),
                    email=_("%(subcontractor)s cannot come. We look for another company for the same date."),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    receipt=True,
                    still=Still(standing=(Standing.WITHDRAWN,)),
                    subject=_("%(ref)s: you gave the job back"),
                    email=_("We look for another company. Do not go."),
                    calendar=True,
                ),
            ),
        ),
        Act(
            "visit.nobody_came",
            by=(Party.CUSTOMER,),
            label=_("Nobody came"),
            question=_("Did nobody come?"),
            then=_("We ask the company where it is, and call you back."),
            line=_("%(who)s says that nobody came."),
            form=NobodyCameForm,
            when=(Phase.ASSIGNED,),
            open_if=missed,
            effects=lambda facts, answer: (Raise(Task.INCIDENT),),
            weight=Weight.ASIDE,
            notices=(
                Notice(
                    Party.MANAGER,
                    subject=_("%(ref)s: nobody came, says the customer"),
                    email=_("%(who)s waits for %(problem)s, %(town)s, and nobody came."),
                    button=_("Open the ticket"),
                ),
                Notice(
                    Party.SUBCONTRACTOR,
                    still=HAS_THE_JOB,
                    sms=_(
                        "%(organisation)s: job %(ref)s, the customer waits for you. Where are you? %(link)s"
                    ),
                    subject=_("%(ref)s: the customer waits for you"),
                    email=_("The customer says that nobody came for %(problem)s. Where are you?"),
                ),
            ),
        ),
    ),
    samples={
        "visit.on_my_way": {"eta_minutes": 25},
        "visit.arrive": {"position": "45.764,4.836"},
        "visit.start": {"site_code": "K7M2QX9TWB4H"},
        "visit.late": {"minutes": 20},
        "visit.customer_absent": {"photo": 1},
        "visit.fail": {"reason": "no_access", "comment": "La cave est fermée à clé.", "photos": 1},
        "visit.customer_cancels": {"comment": "Elle a trouvé quelqu'un d'autre."},
        "visit.cannot_come": {"comment": "Camionnette en panne."},
        "visit.nobody_came": {"comment": "J'attends depuis une heure."},
    },
)
