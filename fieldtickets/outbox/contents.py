"""What a message holds beside its sentence: where it leads, and the lines below."""

from fieldtickets.domain.parties import Party
from fieldtickets.domain.words import Message, _
from fieldtickets.exchanges.texts import revived
from fieldtickets.links import Links
from fieldtickets.outbox.queue import Parcel

AT = Message("%(at)s")  # an instant alone, as the reader writes it


def address(parcel: Parcel, links: Links) -> str:
    """Where a message leads: the party's link, the manager's page, or a password link."""
    if parcel.link is not None:
        return links.url(parcel.link.id, parcel.link.key_fingerprint)
    if name := parcel.delivery.words.get("password_link"):
        return links.password_url(name)
    if parcel.ticket is not None and parcel.delivery.party is Party.MANAGER:
        return f"{links.base_url}/tickets/{parcel.ticket.ref}"
    return f"{links.base_url}/sign-in"


def facts(parcel: Parcel) -> list[tuple[str, str]]:
    """The lines below the sentence: what, where, when; a name and a value each, in the reader's language."""
    if parcel.ticket is None:
        return []
    say, words = parcel.wording.say, revived(dict(parcel.delivery.words))
    lines = [
        (say(_("Request")), f"{words.get('ref', '')} · {words.get('problem', '')}"),
        (say(_("Place")), str(words.get("town", ""))),
    ]
    if (at := words.get("appointment")) and not words.get("off"):
        lines.append((say(_("Appointment")), say(AT, at=at)))
    return lines
