"""Subcontractors, made by programs."""

from typing import Any

from flask import g
from sqlalchemy.orm import Session

from fieldtickets.contacts import email
from fieldtickets.domain.words import _
from fieldtickets.store.models import Person, Subcontractor
from fieldtickets.web.api import shapes
from fieldtickets.web.api.idempotency import once
from fieldtickets.web.api.problems import not_found, not_right
from fieldtickets.web.api.spec import answers, spec
from fieldtickets.web.intake import beside, phone_of
from fieldtickets.web.parts import parts


@spec.validate(resp=answers(HTTP_201=shapes.Subcontractor), tags=["subcontractors"])
def create(json: shapes.NewSubcontractor) -> Any:
    """Add a subcontractor; at least a phone number or an e-mail is needed to reach it."""
    number, address = beside("phone", phone_of, json.phone), beside("email", email, json.email)
    if not number and not address:
        raise not_right({"phone": [_("Give a telephone number or an e-mail.")]})
    now = parts().clock.now()

    def add(session: Session) -> dict[str, Any]:
        company = Subcontractor(
            name=json.name,
            language=json.language or g.organisation.language,
            trades=list(dict.fromkeys(json.trades)),
            areas=list(dict.fromkeys(json.areas)),
            siret=json.siret,
            vat_number=json.vat_number,
            external_no=json.external_no,
            created_at=now,
            people=[Person(name=json.name, phone=number, email=address, organisation_id=g.organisation_id)],
        )
        session.add(company)
        session.flush()
        return shape(company).model_dump(mode="json")

    reply, _new = parts().database.attempt(
        g.organisation_id, lambda session: once(session, now, lambda: add(session))
    )
    return reply, 201


@spec.validate(resp=answers(HTTP_200=shapes.Subcontractor), tags=["subcontractors"])
def show(subcontractor_id: int) -> Any:
    """One subcontractor."""
    with parts().database.read(g.organisation_id) as session:
        company = session.get(Subcontractor, subcontractor_id)
        if company is None:
            raise not_found()
        return shape(company)


def shape(company: Subcontractor) -> shapes.Subcontractor:
    """A subcontractor as programs see it."""
    return shapes.Subcontractor(
        id=company.id,
        name=company.name,
        phone=company.office.phone,
        email=company.office.email,
        language=company.language,
        trades=company.trades,
        areas=company.areas,
        siret=company.siret,
        vat_number=company.vat_number,
        external_no=company.external_no,
    )
