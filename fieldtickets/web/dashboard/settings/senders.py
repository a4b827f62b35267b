"""Senders: through which gateway messages leave, how it goes, and a test message to oneself."""

from urllib.parse import urlsplit

from flask import g, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import ValidationError
from wtforms.validators import InputRequired

from fieldtickets import outbox
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Line, at_most
from fieldtickets.outbox.accounts import TEST
from fieldtickets.phones import can_text
from fieldtickets.store.queries.sending import channels
from fieldtickets.web import limiting
from fieldtickets.web.dashboard.new_form import a_phone
from fieldtickets.web.dashboard.settings.room import bp, note, page
from fieldtickets.web.intake import phone_of
from fieldtickets.web.parts import parts

TESTS = "6 per hour"  # of one organisation: a text message costs
FATES: dict[str, Message] = {
    "sent": _("The test was sent."),
    "delivered": _("The test arrived."),
    "failed": _("The test failed."),
    "dead": _("The test failed."),
    "uncertain": _("It is not known whether the test was sent."),
}
WAITS = _("The test waits to be sent.")


class TextTestForm(AnswerForm):
    """Whose telephone is to ring?"""

    phone = Line(_("Your mobile number"), [InputRequired(_("Give a mobile number.")), at_most(40), a_phone])

    def validate_phone(self, field: Line) -> None:
        """One that takes text messages."""
        if field.data and not field.errors and not can_text(phone_of(field.data)):
            raise ValidationError(_("Give a mobile number."))


def gateway(url: str | None) -> Message:
    """Which gateway a setting means, without anything secret of it."""
    found = urlsplit(url or "demo:")
    if found.scheme == "demo":
        return _("Demo: nothing leaves this machine")
    if found.scheme == "twilio":
        return _("Twilio")
    if found.scheme in ("smtp", "smtps"):
        return _("Mail server %(host)s", host=found.hostname)
    return _("Text gateway %(host)s", host=found.hostname)


@bp.get("/senders")
def senders() -> ResponseReturnValue:
    """How each channel stands."""
    return _page(TextTestForm())


@bp.post("/senders/email/test")
def test_mail() -> ResponseReturnValue:
    """Owe a mail to the administrator's own address."""
    _count_test()
    with parts().database.begin(g.organisation_id) as session:
        outbox.owe_account_mail(session, g.user, "test", {}, parts().clock.now())
    return _owed("email")


@bp.post("/senders/sms/test")
def test_text() -> ResponseReturnValue:
    """Owe a text message to the number that the administrator gives."""
    form = TextTestForm(request.form)
    if not form.validate():
        return _page(form), 422
    _count_test()
    with parts().database.begin(g.organisation_id) as session:
        outbox.owe_test_text(session, g.user, phone_of(form.phone.data), g.organisation, parts().clock.now())
    return _owed("sms")


def _count_test() -> None:
    limiting.refuse_above(TESTS, "sender test", str(g.organisation_id))
    limiting.count(TESTS, "sender test", str(g.organisation_id))


def _owed(channel: str) -> ResponseReturnValue:
    note("test message", channel=channel)
    parts().ring("outbox")
    return redirect(f"/settings/senders#{channel}", 303)


def _page(form: TextTestForm) -> str:
    settings = parts().settings
    with parts().database.read(g.organisation_id) as rows:
        found = channels(rows, TEST, parts().clock.now())
    return page(
        "senders",
        form=form,
        channels=found,
        gateways={"sms": gateway(settings.sms_url), "email": gateway(settings.smtp_url)},
        mail_from=g.organisation.mail_from or settings.mail_from or f"fieldtickets@{settings.host}",
        fates=FATES,
        waits=WAITS,
    )
