"""The signs of a place: codes that hang there, made, replaced, taken down and printed (S077)."""

import secrets

from flask import abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fieldtickets import desk
from fieldtickets.desk import sites
from fieldtickets.documents.render import PdfFailed
from fieldtickets.documents.signs import signs_pdf
from fieldtickets.domain.site_codes import in_groups
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.fields import AnswerForm, Line, at_most
from fieldtickets.store.models import LARGEST_ID, Site, SiteCode
from fieldtickets.store.queries.sites import WHO, all_signs, codes_at, taken_down_at
from fieldtickets.web import errors
from fieldtickets.web.accounts import MANAGERS, require
from fieldtickets.web.dashboard.once import once
from fieldtickets.web.dashboard.room import bp
from fieldtickets.web.handing_out import handed_out
from fieldtickets.web.papers import PDF
from fieldtickets.web.parts import parts

ADDRESS = f"/sites/<int(max={LARGEST_ID}):site_id>"


class SignForm(AnswerForm):
    """A sign that is to be hung up."""

    place = Line(
        _("Where does it hang? (optional)"),
        [at_most(80)],
        description=_("For example: door of the boiler room. It is printed on the sign."),
    )


@bp.get("/sites")
def all_sites() -> ResponseReturnValue:
    """Every sign that hangs now, place by place."""
    require(*MANAGERS)
    with parts().database.read(g.organisation_id) as rows:
        found = all_signs(rows)
    return render_template("dashboard/sites.html", current="sites", found=found, in_groups=in_groups)


@bp.get(ADDRESS)
def site(site_id: int) -> ResponseReturnValue:
    """The place with the codes that hang there, and the form of a new one."""
    require(*MANAGERS)
    return _page(site_id, SignForm())


@bp.post(f"{ADDRESS}/codes")
def hang_up(site_id: int) -> ResponseReturnValue:
    """Make a code; the same form sent twice makes one."""
    require(*MANAGERS)
    form, submission = SignForm(request.form), request.form.get("submission", "")[:40]
    if not form.validate():
        return _page(site_id, form), 422

    def work(session: Session) -> None:
        place, now = session.get_one(Site, site_id), parts().clock.now()
        once(
            session,
            f"site_code.create.{site_id}",
            submission,
            lambda: sites.hang_up(session, place, form.place.data or "", g.user.id, now).code,
        )

    try:
        parts().database.attempt(g.organisation_id, work)
    except desk.FormReused as reused:
        return _page(site_id, form, reused.message), 422
    return _back(site_id)


@bp.post(f"{ADDRESS}/codes/revoke")
def take_down(site_id: int) -> ResponseReturnValue:
    """End a code: whoever scans it from now on proves nothing."""
    require(*MANAGERS)
    with parts().database.begin(g.organisation_id) as session:
        if sign := _sign(session, site_id):
            sites.take_down(sign, g.user.id, parts().clock.now())
    return _back(site_id)


@bp.post(f"{ADDRESS}/codes/replace")
def replace(site_id: int) -> ResponseReturnValue:
    """Another code in its place; pressed twice, the second finds the old one gone."""
    require(*MANAGERS)
    with parts().database.begin(g.organisation_id) as session:
        if sign := _sign(session, site_id):
            sites.replace(session, session.get_one(Site, site_id), sign, g.user.id, parts().clock.now())
    return _back(site_id)


@bp.get(f"{ADDRESS}/signs.pdf")
def signs(site_id: int) -> ResponseReturnValue:
    """The signs for printing, one a page; no transaction stays open while a child draws them."""
    require(*MANAGERS)
    with parts().database.read(g.organisation_id) as rows:
        place = rows.get_one(Site, site_id)
        hanging = codes_at(rows, place)
    if not hanging:
        abort(404)
    try:
        pdf = signs_pdf(parts().settings.base_url, g.organisation, place, hanging)
    except PdfFailed:
        wait = {"Retry-After": str(errors.RETRY_AFTER_SECONDS)}
        return errors.error_page(503, "busy.retry", headers=wait)
    return handed_out(pdf, PDF, "signs.pdf")


def _sign(session: Session, site_id: int) -> SiteCode | None:
    """The code that was sent, locked; None for one that does not hang at this place, or not any more.

    It comes in a field: addresses go into logs, and who reads a code there was not at the door (Y05).
    NoResultFound for a place of another organisation (O01).
    """
    code = request.form.get("code", "")
    hanging = codes_at(session, session.get_one(Site, site_id))
    sign = next((one for one in hanging if one.code == code), None)
    if sign:
        session.refresh(sign, with_for_update=True)
    return sign if sign and sign.revoked_at is None else None


def _back(site_id: int) -> ResponseReturnValue:
    return redirect(f"/sites/{site_id}", 303)


def _page(site_id: int, form: SignForm, refusal: Message | None = None) -> str:
    with parts().database.read(g.organisation_id) as rows:
        place = rows.get_one(Site, site_id)
        hanging, gone = codes_at(rows, place, *WHO), taken_down_at(rows, place)
    return render_template(
        "dashboard/site.html",
        current="sites",
        site=place,
        hanging=hanging,
        gone=gone,
        in_groups=in_groups,
        form=form,
        refusal=refusal,
        submission=secrets.token_urlsafe(16),
    )
