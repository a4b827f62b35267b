"""The shapes of the API, in and out: what `docs/interface.md` promises, checked by pydantic."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from fieldtickets.domain.countries import known_country
from fieldtickets.domain.refs import REF, TAKEN
from fieldtickets.domain.words import _
from fieldtickets.exchanges.fields import clean, one_line
from fieldtickets.language import LANGUAGES
from fieldtickets.store.models import LARGEST_ID
from fieldtickets.web.intake import CustomerWanted, PlaceWanted, TicketWanted, VisitWanted


def known_language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(_("Write one of %(codes)s.", codes=", ".join(LANGUAGES)))
    return code


def free_ref(ref: str) -> str:
    if ref in TAKEN:
        raise ValueError(_("No ticket can have the number %(ref)s.", ref=ref))
    return ref


def ids_or_matching(given: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """One sentence for whichever of the two was meant."""
    try:
        return read(given)
    except ValidationError:
        raise ValueError(_("Write a list of ids of companies, or: matching.")) from None


Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(one_line)]
Text = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(clean)]
Language = Annotated[str, AfterValidator(known_language)]
Id = Annotated[int, Field(ge=0, le=LARGEST_ID)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(one_line)]


class Incoming(BaseModel):
    """What a program sends; fields we do not know are ignored (O09, W06)."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class NewSubcontractor(Incoming):
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    language: Language | None = None
    trades: list[Word] = []
    areas: list[Word] = []
    siret: Annotated[Line, Field(max_length=14)] = ""
    vat_number: Annotated[Line, Field(max_length=20)] = ""
    external_no: Annotated[Line, Field(max_length=40)] | None = None


class NewSite(Incoming):
    name: Line = ""
    address: Line = ""
    postcode: Annotated[Line, Field(max_length=12)] = ""
    city: Annotated[Line, Field(max_length=80)] = ""
    country: Annotated[str, Field(pattern="^[A-Z]{2}$"), AfterValidator(known_country)] | None = None
    time_zone: Annotated[str, Field(max_length=40)] | None = None
    access: Annotated[Text, Field(max_length=500)] = ""


class NewCustomer(Incoming):
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    language: Language | None = None


class FixedAppointment(Incoming):
    date: date
    time: time


class NewTicket(Incoming):
    ref: Annotated[str, Field(pattern=f"^{REF.pattern}$"), AfterValidator(free_ref)] | None = None
    title: Annotated[Line, Field(min_length=1, max_length=120)]
    description: Text = ""
    trade: Annotated[Line, Field(max_length=40)] = ""
    urgency: Literal["normal", "urgent"] = "normal"
    playbook: Word | None = None  # which ones there are is asked of the database
    kind: Literal["order", "quote"] = "order"
    site: NewSite = NewSite()
    customer: NewCustomer | None = None
    price_cents: Annotated[int, Field(ge=0, le=10**11)] | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    appointment: FixedAppointment | None = None
    offer_to: Annotated[list[Id] | Literal["matching"], WrapValidator(ids_or_matching)] = []

    def wanted(self) -> TicketWanted:
        """The same, as the dashboard asks for it too."""
        parts = {
            "site": PlaceWanted(**dict(self.site)),
            "customer": CustomerWanted(**dict(self.customer)) if self.customer else None,
            "appointment": VisitWanted(**dict(self.appointment)) if self.appointment else None,
        }
        return TicketWanted(**{**dict(self), **parts})


class TicketFilter(Incoming):
    queue: str = ""
    state: str = ""
    q: Annotated[str, Field(max_length=200)] = ""
    cursor: Annotated[str, Field(max_length=200)] = ""


class Page(Incoming):
    cursor: Annotated[str, Field(max_length=200)] = ""


class Subcontractor(BaseModel):
    id: int
    name: str
    phone: str
    email: str
    language: str
    trades: list[str]
    areas: list[str]
    siret: str
    vat_number: str
    external_no: str | None


class Appointment(BaseModel):
    date: date
    time: str
    time_zone: str
    starts_at: datetime


class Dispatch(BaseModel):
    id: int
    subcontractor_id: int
    state: str
    assigned: bool


class Deadline(BaseModel):
    kind: str
    due_at: datetime
    owed_by: str | None
    on_silence: str


class Task(BaseModel):
    kind: str
    since: datetime
    detail: dict[str, Any]


class Money(BaseModel):
    currency: str
    recommended_cents: int | None
    agreed_cents: int | None
    extra_cents: int
    fee_cents: int
    total_cents: int


class Ticket(BaseModel):
    ref: str
    title: str
    version: int
    phase: str
    kind: str
    playbook: str
    urgency: str
    appointment: Appointment | None
    dispatches: list[Dispatch]
    deadlines: list[Deadline]
    tasks: list[Task]
    money: Money
    links: dict[str, str]


class Tickets(BaseModel):
    items: list[Ticket]
    next_cursor: str | None


class Event(BaseModel):
    seq: int
    act: str
    at: datetime
    declared_at: datetime | None
    by: str
    dispatch_id: int | None
    line: str
    seal: str
    previous_seal: str


class Events(BaseModel):
    items: list[Event]
    next_cursor: str | None


class Delivery(BaseModel):
    id: int
    channel: str
    party: str
    act: str
    state: str
    attempts: int
    failure: str
    sent_at: datetime | None
    delivered_at: datetime | None


class Deliveries(BaseModel):
    items: list[Delivery]
    next_cursor: str | None


class InvoiceFilter(Incoming):
    month: Annotated[str, Field(max_length=7)] = ""
    cursor: Annotated[str, Field(max_length=200)] = ""


class Check(BaseModel):
    code: str
    result: Literal["ok", "note", "hold", "fail"]
    message: str


class Invoice(BaseModel):
    id: int
    ref: str
    subcontractor_id: int
    number: str
    date: date
    type: str
    currency: str
    net_cents: int
    vat_cents: int
    gross_cents: int
    state: str
    source: str
    checks: list[Check]
    duplicate_of: int | None


class Invoices(BaseModel):
    items: list[Invoice]
    next_cursor: str | None


class ProblemShape(BaseModel):
    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, Any] | None = None
