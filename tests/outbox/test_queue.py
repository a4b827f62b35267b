"""The queue of a service that has sent for months costs no more than that of a new one."""

import re

from sqlalchemy import select

from fieldtickets.outbox import limits
from fieldtickets.store.db import EVERYONE
from fieldtickets.store.models import Delivery
from tests.builders import a_ticket, messages_sent_long_ago
from tests.explain import explained, gather_statistics


def test_looking_for_what_is_due_never_goes_through_all_that_was_sent(outbox, parts, cast, database):
    """M14 N08"""
    a_ticket(parts, cast, cast.karim)
    messages_sent_long_ago(database, cast)
    gather_statistics(database)

    with explained(database) as plans:
        assert outbox.drain() == 2
        with database.read(EVERYONE) as session:
            texts = session.scalars(select(Delivery).where(Delivery.channel == "sms")).all()
            limits.check(session, parts.settings, texts, outbox.now())

    looks = [plan for statement, plan in plans.items() if "state IN ('queued'" in statement]
    assert len(looks) == 4, "what a dead worker left, what is due, the next ones, how many wait today"
    for plan in looks:
        assert "ix_delivery_due" in plan
        assert not re.search("SCAN delivery(?! USING)|Seq Scan", plan)
