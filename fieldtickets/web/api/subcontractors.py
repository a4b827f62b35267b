"""Subcontractors, made by programs."""

from email.headerregistry import Address
from typing import Any

from flask import Blueprint, g

from fieldtickets.language import LANGUAGES
from fieldtickets.phones import normalise
from fieldtickets.store.models import LARGEST_ID, Person, Subcontractor
from fieldtickets.web.api import shapes
from fieldtickets.web.api.problems import Problem, not_found
from fieldtickets.web.api.spec import answers, spec
from fieldtickets.web.parts import parts
from fieldtickets.web.speech import speak

bp = Blueprint("subcontractors", __name__)


@bp.post("/subcontractors")
@spec.validate(resp=answers(HTTP_201=shapes.Subcontractor), tags=["subcontractors"])
def create(json: shapes.NewSubcontractor) -> Any:
    """Add a subcontractor; at least a phone number or an e-mail is needed to reach it."""
    phone, email = phone_of(json.phone), email_of(json.email)
    if not phone and not email:
        raise Problem(422, "validation", "Give a phone number or an e-mail.", {"phone": ["missing"]})
    with parts().database.begin(g.organisation_id) as session:
        company = Subcontractor(
            name=json.name,
            language=json.language or g.organisation.language,
            trades=list(dict.fromkeys(json.trades)),
            areas=list(dict.fromkeys(json.areas)),
            siret=json.siret,
            vat_number=json.vat_number,
            external_no=json.external_no,
            created_at=parts().clock.now(),
            people=[Person(name=json.name, phone=phone, email=email, organisation_id=g.organisation_id)],
        )
        session.add(company)
        session.flush()
        return shape(company), 201


@bp.get(f"/subcontractors/<int(max={LARGEST_ID}):subcontractor_id>")
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


def phone_of(typed: str, field: str = "phone") -> str:
    """A phone number in E.164, or a problem that names the field (M15)."""
    if not typed.strip():
        return ""
    try:
        return normalise(typed, g.organisation.country, parts().settings.phone_countries)
    except ValueError as error:
        raise Problem(422, "validation", speak(error.args[0]), {field: [speak(error.args[0])]}) from None


def email_of(typed: str, field: str = "email") -> str:
    """An e-mail address as it can be written to, or a problem that names the field (X04)."""
    address = typed.strip()
    try:
        if address and not (Address(addr_spec=address).domain and address.isprintable()):
            raise ValueError
    except (ValueError, IndexError):
        sentence = "This is not an e-mail address."
        raise Problem(422, "validation", sentence, {field: [sentence]}) from None
    return address


def language_of(wanted: str | None) -> str:
    """A language we have; the organisation's when none is named."""
    return wanted if wanted in LANGUAGES else str(g.organisation.language)
