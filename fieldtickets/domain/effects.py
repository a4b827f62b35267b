"""What an act changes besides the phase: plain values that the desk carries out in its transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from fieldtickets.domain.parties import Party
from fieldtickets.domain.phases import Standing


class Task(StrEnum):
    """Why a ticket needs its manager."""

    NO_TAKER = "no_taker"
    SILENT = "silent"
    WITHDRAWN = "withdrawn"
    MESSAGE = "message"
    PROPOSAL = "proposal"
    CANCELLED = "cancelled"
    UNDELIVERABLE = "undeliverable"
    UNCERTAIN = "uncertain"
    STOPPED = "stopped"
    NO_CALL = "no_call"
    NO_PRESENCE = "no_presence"
    NO_SHOW = "no_show"
    INCIDENT = "incident"
    EXTRA = "extra"
    QUOTE = "quote"
    REPORT = "report"
    INVOICE = "invoice"
    NO_INVOICE = "no_invoice"
    DOCUMENT = "document"
    FEE = "fee"


@dataclass(frozen=True)
class Slot:
    """A date and hour as agreed or proposed. `starts_at` is an aware instant; `number` is 1, 2 or 3."""

    starts_at: datetime
    number: int = 1


@dataclass(frozen=True)
class Stand:
    """This subcontractor now stands so on the ticket."""

    standing: Standing


@dataclass(frozen=True)
class Assign:
    """This subcontractor gets the job, unless another has it already: exactly one wins."""


@dataclass(frozen=True)
class Release:
    """Nobody has the job any more; this subcontractor now stands as said."""

    standing: Standing


@dataclass(frozen=True)
class Widen:
    """Ask the next wave of suitable subcontractors."""


@dataclass(frozen=True)
class Redistribute:
    """Ask who comes next: stand-by first, then those who lost, then the next wave, then the manager."""


@dataclass(frozen=True)
class EndOffers:
    """Every offer that nobody took is withdrawn."""


@dataclass(frozen=True)
class Appoint:
    """This is the agreed appointment now; whatever was proposed or agreed before is replaced."""

    slot: Slot


@dataclass(frozen=True)
class Propose:
    """These slots wait for the other side's choice; earlier proposals are replaced."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class DropAppointment:
    """Nothing is agreed or proposed any more."""


@dataclass(frozen=True)
class CallOff:
    """The ticket ends: what was agreed does not take place, but is remembered; what was proposed is not."""


@dataclass(frozen=True)
class Reinstate:
    """The visit that was called off with the ticket takes place after all."""


@dataclass(frozen=True)
class HoldAnew:
    """Whoever has the job has it anew from now: the time to give a date begins again."""


@dataclass(frozen=True)
class Raise:
    """The manager has something to do."""

    task: Task


@dataclass(frozen=True)
class Settle:
    """What the manager had to do is done; no tasks named means all of them.

    here: only what concerns this dispatch, or the customer; not the same trouble with another company.
    """

    tasks: tuple[Task, ...] = ()
    here: bool = False


@dataclass(frozen=True)
class RenewLink:
    """The party's links on this ticket are replaced by a fresh one."""


@dataclass(frozen=True)
class CutLink:
    """The party's links on this ticket open nothing any more."""


@dataclass(frozen=True)
class StopClocks:
    """No deadline of this ticket counts any more; of exchanges that are named, those on this dispatch."""

    exchanges: tuple[str, ...] = ()


@dataclass(frozen=True)
class LetLinksEnd:
    """The links of this ticket end after some days, unless they end sooner (E1)."""

    days: int = 30


@dataclass(frozen=True)
class Amend:
    """These details of the ticket and its site are different now, by the name of the form's field."""

    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Readdress:
    """The customer is reached so now: empty where not at all, None as before. `phone` is in E.164."""

    phone: str | None
    email: str | None


class ChargeKind(StrEnum):
    """What an amount is for."""

    QUOTE = "quote"
    EXTRA = "extra"
    FEE = "fee"


class ChargeState(StrEnum):
    """Whether an amount counts. A contested fee waits for the manager; only what is agreed is owed."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    CONTESTED = "contested"
    WAIVED = "waived"


@dataclass(frozen=True)
class Amount:
    """An amount on a ticket, in cents of its currency; `payer` owes it, `label` says what for."""

    kind: ChargeKind
    net_cents: int
    vat_cents: int = 0
    state: ChargeState = ChargeState.PROPOSED
    payer: Party | None = None
    label: str = ""

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.vat_cents


@dataclass(frozen=True)
class Charge:
    """This amount now stands on the ticket."""

    amount: Amount


@dataclass(frozen=True)
class Decide:
    """What became of the latest amount of this kind on the dispatch, or on the ticket."""

    kind: ChargeKind
    state: ChargeState


@dataclass(frozen=True)
class DecideRivals:
    """What became of the amounts of this kind that still waited, of every other company on the ticket."""

    kind: ChargeKind
    state: ChargeState


@dataclass(frozen=True)
class Invite:
    """This person gets a link of this party on the dispatch; whoever had it before loses theirs.

    The phone is E.164; phone or e-mail may be empty, not both. No language: that of the organisation.
    """

    party: Party
    name: str
    phone: str = ""
    email: str = ""
    language: str = ""


@dataclass(frozen=True)
class Dismiss:
    """The links of this party on this dispatch open nothing any more."""

    party: Party


@dataclass(frozen=True)
class FileInvoice:
    """The subcontractor's invoice as it claims it, in cents; refused when its number was used before."""

    number: str
    day: date
    net_cents: int
    vat_cents: int
    gross_cents: int


@dataclass(frozen=True)
class SetInvoice:
    """What became of the latest invoice: approved, disputed, paid."""

    state: str


@dataclass(frozen=True)
class KeepPaper:
    """A document of the subcontractor: insurance, vigilance, registration or another, and when it ends."""

    kind: str
    expires_on: date | None


POSITIONS_KEPT = timedelta(days=30)  # long enough for a dispute about a visit


@dataclass(frozen=True)
class KeepPosition:
    """Where a phone said it was, in degrees of three decimals; kept apart from the journal, and shorter."""

    latitude: str
    longitude: str


@dataclass(frozen=True)
class PauseOffers:
    """No offers go to this subcontractor for a while, if it did these acts this often within that time."""

    acts: tuple[str, ...]
    after: int
    within: timedelta
    lasts: timedelta


Effect = (
    Stand
    | Assign
    | Release
    | Widen
    | Redistribute
    | EndOffers
    | Appoint
    | Propose
    | DropAppointment
    | CallOff
    | Reinstate
    | HoldAnew
    | Raise
    | Settle
    | RenewLink
    | CutLink
    | StopClocks
    | LetLinksEnd
    | Amend
    | Readdress
    | Charge
    | Decide
    | DecideRivals
    | Invite
    | Dismiss
    | FileInvoice
    | SetInvoice
    | KeepPaper
    | KeepPosition
    | PauseOffers
)
