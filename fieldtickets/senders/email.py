"""E-mail: one call to one mail server, chosen by SMTP_URL; many mails share a connection.

smtp://user:password@host:587?starttls=1    TLS asked for and required before the password
smtps://user:password@host:465              TLS from the first byte
demo:                                       takes everything and sends nothing
"""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from types import TracebackType
from typing import NoReturn, Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

from fieldtickets.senders import (
    TIMEOUT_SECONDS,
    KeyRefused,
    Mail,
    NotSent,
    Rejected,
    SenderRefused,
    SentRef,
    Unclear,
    plain_reason,
)
from fieldtickets.senders.letters import letter

NOT_ALLOWED = (530, 534, 535, 538)  # RFC 4954: who we are is missing, refused, or not enough
CLOSING = 421


class MailGateway(Protocol):
    """Send with it inside a `with`: the connection is opened by the first mail and closed at the end."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, mail: Mail) -> SentRef:
        """Hand one mail over. Raises NotSent, Rejected, KeyRefused or Unclear."""

    def check(self) -> None:
        """Raises NotSent if the server is out of reach, KeyRefused if it does not know us."""


def mail_gateway(
    smtp_url: str, timeout_seconds: float = TIMEOUT_SECONDS, tls: ssl.SSLContext | None = None
) -> MailGateway:
    """The gateway that this SMTP_URL means. Raises ValueError for a scheme that nobody serves.

    tls: whom to trust; by default the machine's own authorities (SSL_CERT_FILE adds a private one).
    """
    scheme = urlsplit(smtp_url).scheme
    if scheme == "demo":
        return DemoMail()
    if scheme in ("smtp", "smtps"):
        return SmtpGateway(smtp_url, timeout_seconds, tls or ssl.create_default_context())
    raise ValueError("SMTP_URL begins with smtp:// or smtps://, or is demo:")


class _Closing:
    """A gateway that is done with when its `with` ends."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held."""


class DemoMail(_Closing):
    """Takes every mail that could be written; the demo's inbox shows what would have left."""

    def send(self, mail: Mail) -> SentRef:
        letter(mail)
        return SentRef(f"demo-{mail.id}")

    def check(self) -> None:
        """Nothing to reach."""


class SmtpGateway(_Closing):
    """One SMTP connection, kept for the next mail. Not for two threads at once."""

    def __init__(self, smtp_url: str, timeout_seconds: float, tls: ssl.SSLContext) -> None:
        parts = urlsplit(smtp_url)
        self._from_first_byte = parts.scheme == "smtps"
        self._host, self._port = parts.hostname or "", parts.port or (465 if self._from_first_byte else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._starttls = parse_qs(parts.query).get("starttls") == ["1"]
        self._timeout, self._tls = timeout_seconds, tls
        self._open: smtplib.SMTP | None = None

    def send(self, mail: Mail) -> SentRef:
        message = letter(mail)
        content = message.as_bytes()
        server = self._begin(message["From"].addresses[0].addr_spec)
        self._expect(*self._told(lambda: server.rcpt(message["To"].addresses[0].addr_spec)))
        self._hand_over(server, content)
        return SentRef(mail.message_id.strip("<>"))

    def check(self) -> None:
        self._expect(*self._told(lambda: self._connected().noop()))

    def close(self) -> None:
        """Say goodbye, if anyone still listens."""
        if self._open:
            with suppress(OSError):
                self._open.quit()
            self._drop()

    def _begin(self, sender: str) -> smtplib.SMTP:
        """A connection on which a mail has begun; one that died of waiting is opened anew, once.

        What is refused here for good is us: the server has not heard yet for whom the mail is.
        """
        waited = self._open is not None
        code, said = self._told(lambda: self._connected().mail(sender))
        if waited and code == CLOSING:
            self._drop()
            code, said = self._told(lambda: self._connected().mail(sender))
        if code >= 500 and code not in NOT_ALLOWED:
            self._refused(SenderRefused(self._reason(code, said)))
        self._expect(code, said)
        return self._connected()

    def _hand_over(self, server: smtplib.SMTP, content: bytes) -> None:
        """The mail itself. From here on a broken line is Unclear: the server may have taken it."""
        try:
            code, said = server.data(content)
        except smtplib.SMTPDataError as refused:
            code, said = refused.smtp_code, told(refused)
        except OSError:
            self._drop()
            raise Unclear("the mail server did not say whether it took the mail") from None
        self._expect(code, said)

    def _told(self, command: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
        """A command's answer; a line that broke is an answer too: the server is closing."""
        try:
            return command()
        except OSError as error:  # smtplib's own errors are OSErrors
            return CLOSING, f"the connection was lost: {type(error).__name__}".encode()

    def _expect(self, code: int, said: bytes) -> None:
        """Silent for 2xx; else readies the connection for the next mail and raises what the code means."""
        if 200 <= code < 300:
            return
        self._refused(self._meaning(code, said), closing=code == CLOSING)

    def _refused(self, why: Exception, *, closing: bool = False) -> NoReturn:
        if closing or not self._reset():
            self._drop()
        raise why

    def _reason(self, code: int, said: bytes) -> str:
        return f"{code} {plain_reason(said.decode('utf-8', 'replace'), self._password)}"

    def _meaning(self, code: int, said: bytes) -> NotSent | Rejected | KeyRefused:
        reason = self._reason(code, said)
        if code in NOT_ALLOWED:
            return KeyRefused(reason)
        return Rejected(reason) if code >= 500 else NotSent(reason)

    def _reset(self) -> bool:
        code, _ = self._told(lambda: self._connected().rset())
        return code == 250

    def _connected(self) -> smtplib.SMTP:
        if self._open is None:
            self._open = self._connect()
        return self._open

    def _connect(self) -> smtplib.SMTP:
        """A connection that may send. Raises KeyRefused when who we are is refused, NotSent for the rest."""
        try:
            with ExitStack() as undo:
                server = undo.enter_context(closing(self._dial()))
                if self._starttls:
                    server.starttls(context=self._tls)
                if self._user:
                    server.login(self._user, self._password)
                server.ehlo_or_helo_if_needed()
                undo.pop_all()
                return server
        except smtplib.SMTPNotSupportedError:
            raise KeyRefused("the mail server does not offer the TLS or the sign-in that is set") from None
        except smtplib.SMTPResponseException as refused:
            meant = self._meaning(refused.smtp_code, told(refused))
            raise (meant if isinstance(meant, KeyRefused) else NotSent(meant.reason)) from None
        except OSError as error:
            raise NotSent(f"the mail server cannot be reached: {type(error).__name__}") from None

    def _dial(self) -> smtplib.SMTP:
        if self._from_first_byte:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=self._tls)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _drop(self) -> None:
        if self._open:
            self._open.close()
        self._open = None


def told(refused: smtplib.SMTPResponseException) -> bytes:
    """The words of a refusal, which smtplib keeps as bytes or as text."""
    words = refused.smtp_error
    return words if isinstance(words, bytes) else words.encode()
