"""Telephone numbers and e-mail addresses as people type them, into forms, lists and programs."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from fieldtickets.domain.words import _
from fieldtickets.late import Late
from fieldtickets.phones import normalise

if TYPE_CHECKING:
    from email import headerregistry
else:
    headerregistry = Late("email.headerregistry")

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without the brackets


def phone(typed: str, country: str, allowed: Collection[str]) -> str:
    """A number in E.164, or nothing (M15).

    country: whose national numbers are meant; allowed: to which we send; both ISO 3166. Raises ValueError
    with a sentence for whoever typed it.
    """
    return normalise(typed, country, allowed) if typed.strip() else ""


def email(typed: str) -> str:
    """An address that can be written to, or nothing (X04). Raises ValueError with a sentence."""
    address = typed.strip()
    try:
        if address and not (headerregistry.Address(addr_spec=address).domain and address.isprintable()):
            raise ValueError
    except (ValueError, IndexError):
        raise ValueError(_("This is not an e-mail address.")) from None
    if len(address) > LONGEST_EMAIL:
        raise ValueError(_("At most %(count)s characters.", count=LONGEST_EMAIL))
    return address
