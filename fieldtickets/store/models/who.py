"""Who: organisations, their users, their subcontractors and customers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldtickets.domain.parties import Role
from fieldtickets.store.models.base import Base, Owned, belongs_to, exposed_id


class Organisation(Base):
    """A company that manages places; nothing of one is visible to another."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    short_name: Mapped[str] = mapped_column(String(20))  # begins every text message
    sms_sender: Mapped[str] = mapped_column(String(11), default="")
    mail_from: Mapped[str] = mapped_column(String(254), default="")
    mail_reply: Mapped[str] = mapped_column(String(254), default="")  # empty: the manager in charge
    phone: Mapped[str] = mapped_column(String(16), default="")  # E.164
    address: Mapped[str] = mapped_column(String(250), default="")
    language: Mapped[str] = mapped_column(String(2), default="fr")
    country: Mapped[str] = mapped_column(String(2), default="FR")
    time_zone: Mapped[str] = mapped_column(String(40), default="Europe/Paris")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    playbook: Mapped[str] = mapped_column(String(40), default="syndic")  # of tickets that name none
    last_ticket_number: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class User(Owned, Base):
    """Somebody with an account. Signing in needs the e-mail alone, so it is unique everywhere."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("organisation_id", "id"),)

    id: Mapped[int] = exposed_id()
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role]
    language: Mapped[str] = mapped_column(String(2), default="fr")
    password_hash: Mapped[str | None] = mapped_column(String(200))  # argon2id; None until one is chosen
    active: Mapped[bool] = mapped_column(default=True)
    shortcuts: Mapped[bool] = mapped_column(default=True)  # single-key shortcuts (WCAG 2.1.4)
    created_at: Mapped[datetime]


class UserSession(Owned, Base):
    """One signed-in browser; deleting the row signs it out at once (O10)."""

    __tablename__ = "user_session"
    __table_args__ = (belongs_to("user", "user_id"), Index("ix_user_session_user_id", "user_id"))

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of what the cookie holds
    user_id: Mapped[int]
    agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class PasswordLink(Owned, Base):
    """The right to choose a password once, within an hour (S02)."""

    __tablename__ = "password_link"
    __table_args__ = (belongs_to("user", "user_id"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class Subcontractor(Owned, Base):
    """A company that works on tickets; its trades and areas say which (S007, S008)."""

    __tablename__ = "subcontractor"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        UniqueConstraint("organisation_id", "external_no"),
        Index("ix_subcontractor_organisation_id_name", "organisation_id", "name"),
    )

    id: Mapped[int] = exposed_id()
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="fr")
    trades: Mapped[list[Any]] = mapped_column(default=list)
    areas: Mapped[list[Any]] = mapped_column(default=list)  # beginnings of postcodes; none: everywhere
    siret: Mapped[str] = mapped_column(String(14), default="")
    vat_number: Mapped[str] = mapped_column(String(20), default="")
    external_no: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(1000), default="")
    active: Mapped[bool] = mapped_column(default=True)
    paused_until: Mapped[datetime | None]  # no offers before: it cancelled late too often
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    people: Mapped[list["Person"]] = relationship(
        primaryjoin="foreign(Person.subcontractor_id) == Subcontractor.id",
        back_populates="subcontractor",
        order_by="Person.kind, Person.id",
        cascade="all, delete-orphan",
    )

    __mapper_args__ = {"version_id_col": version}

    def is_paused(self, now: datetime) -> bool:
        """Whether no offers go to it for now."""
        return self.paused_until is not None and self.paused_until > now

    @property
    def office(self) -> "Person":
        """Who is written to."""
        return self.people[0]


class Person(Owned, Base):
    """Somebody at a subcontractor: the office, or a technician."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        belongs_to("subcontractor", "subcontractor_id"),
        Index("ix_person_subcontractor_id", "subcontractor_id"),
        Index("ix_person_organisation_id_phone", "organisation_id", "phone"),
    )

    id: Mapped[int] = exposed_id()
    subcontractor_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12), default="office")  # "office" or "technician"
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(16), default="")  # E.164
    email: Mapped[str] = mapped_column(String(254), default="")

    subcontractor: Mapped[Subcontractor] = relationship(
        primaryjoin="foreign(Person.subcontractor_id) == Subcontractor.id", back_populates="people"
    )


class Customer(Owned, Base):
    """Who lives or works at the site and lets people in."""

    __tablename__ = "customer"
    __table_args__ = (UniqueConstraint("organisation_id", "id"),)

    id: Mapped[int] = exposed_id()
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(16), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(2), default="fr")


class JournalHead(Base):
    """The last fact of an organisation's journal: whoever adds the next one locks this row first."""

    __tablename__ = "journal_head"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    seal: Mapped[str] = mapped_column(String(64))
