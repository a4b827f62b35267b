"""A mail as bytes: text and HTML, the appointment as a calendar part, files, and a thread that holds.

What people typed never becomes a second header or a second recipient: addresses and names are set as
objects, and a line break in any of them refuses the whole mail.
"""

import re
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr

from fieldtickets.senders import Mail, MailFile, Rejected

LONGEST_NAME = 120
IDENTIFIERS = ("message-id", "in-reply-to", "references")
FOLD_AT = 76  # RFC 2047, 2: no line with an encoded word is longer


class Folded(EmailPolicy):
    """Headers in lines that every program puts together again.

    Python 3.11 encodes message ids that are longer than a line, which breaks threads, and loses spaces
    in long subjects and names with accents (cpython #100991, #92081); so these are folded here.
    """

    def fold(self, name: str, value: str) -> str:
        return self._line(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        line = self._line(name, value)
        return line.encode("ascii") if line else super().fold_binary(name, value)

    def _line(self, name: str, value: str) -> str | None:
        if name.lower() in IDENTIFIERS:
            return f"{name}: " + f"{self.linesep} ".join(value.split()) + self.linesep
        if isinstance(value, AddressHeader):
            return f"{name}: " + f",{self.linesep} ".join(map(self._mailbox, value.addresses)) + self.linesep
        if name.lower() == "subject" and not value.isascii():
            return f"{name}: {self._encoded(value, len(name) + 2)}{self.linesep}"
        return None

    def _mailbox(self, mailbox: Address) -> str:
        if mailbox.display_name.isascii():
            return formataddr((mailbox.display_name, mailbox.addr_spec))
        return f"{self._encoded(mailbox.display_name, 10)}{self.linesep} <{mailbox.addr_spec}>"

    def _encoded(self, words: str, indent: int) -> str:
        return Header(words, "utf-8", FOLD_AT - indent).encode(linesep=self.linesep)


POLICY = Folded(linesep="\r\n", cte_type="7bit")


def letter(mail: Mail) -> EmailMessage:
    """The message to hand to a mail server.

    Raises Rejected if an address, a name, the subject or a header cannot be written safely.
    """
    message = EmailMessage(policy=POLICY)
    try:
        _address(message, mail)
        _label(message, mail)
        _fill(message, mail)
    except UnicodeError:
        raise  # a letter that no encoding has: a fault of ours, not of the address
    except (ValueError, HeaderParseError, IndexError) as error:
        raise Rejected(
            f"this mail cannot be written: {type(error).__name__} in an address or a header"
        ) from None
    return message


def _address(message: EmailMessage, mail: Mail) -> None:
    message["From"] = mailbox(mail.from_address, mail.from_name)
    message["To"] = mailbox(mail.to_address, mail.to_name)
    if mail.reply_to:
        message["Reply-To"] = mailbox(mail.reply_to, mail.from_name)


def _label(message: EmailMessage, mail: Mail) -> None:
    message["Subject"] = not_encoded(mail.subject)
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = in_brackets(mail.message_id)
    if mail.references:
        message["In-Reply-To"] = in_brackets(mail.references[-1])
        message["References"] = " ".join(map(in_brackets, mail.references))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    for name, value in mail.headers.items():
        if not name.isascii() or not name.replace("-", "").isalnum():
            raise ValueError("not a header name")
        message[name] = value


def _fill(message: EmailMessage, mail: Mail) -> None:
    """The parts, then the language: setting content takes every Content-… header away."""
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.calendar:
        invitation = mail.calendar.decode()
        method = next((line[7:] for line in invitation.splitlines() if line.startswith("METHOD:")), "REQUEST")
        message.add_alternative(invitation, subtype="calendar", params={"method": method})
        _attach(message, MailFile("appointment.ics", "text/calendar", mail.calendar))
    for file in mail.files:
        _attach(message, file)
    message["Content-Language"] = mail.language


def _attach(message: EmailMessage, file: MailFile) -> None:
    main, _, sub = file.kind.partition("/")
    if not file.name.isprintable() or not (main and sub):
        raise ValueError("not a file name and a media type")
    message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)


def mailbox(address: str, name: str) -> Address:
    """One recipient, whatever the name holds; a domain with accents in its ASCII form.

    Raises ValueError or HeaderParseError for what is not exactly one address.
    """
    user, _, domain = address.rpartition("@")
    if not user.isascii() or not domain or not address.isprintable() or " " in address:
        raise ValueError("not one plain address")
    try:
        host = domain.encode("idna").decode()
    except UnicodeError:
        raise ValueError("not a host name") from None
    return Address(not_encoded(name)[:LONGEST_NAME], addr_spec=f"{user}@{host}")


def not_encoded(words: str) -> str:
    """Words that no mail program decodes a second time: "=?utf-8?q?…?=" is shown as it was typed."""
    return words.replace("=?", "= ?")


def in_brackets(message_id: str) -> str:
    """A message id as the headers have it. Raises ValueError for one that would be two, or none."""
    bare = message_id.removeprefix("<").removesuffix(">")
    if not re.fullmatch(r"[!-;=?A-~]+@[!-;=?A-~]+", bare):
        raise ValueError("not one message id")
    return f"<{bare}>"
