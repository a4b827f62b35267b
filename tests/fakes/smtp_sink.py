"""A real SMTP server on loopback that keeps every mail, and fails when told to.

with SmtpSink() as sink:
    with mail_gateway(sink.url) as post:
        post.send(mail)
    sink.mails[0].message["Subject"]

sink.replies["RCPT"] = "450 4.2.0 try later"    # until it is taken out again: MAIL, RCPT or DATA
sink.drops_after_data = True                    # takes the mail and hangs up without a word
"""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "tickets", "smtp-pass/word"


@dataclass(frozen=True)
class Received:
    """One mail, with the envelope it came in and whether the line was encrypted."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    message: EmailMessage
    encrypted: bool


class SmtpSink(Controller):
    """Listens on a free port while inside `with`."""

    def __init__(
        self,
        *,
        wants_password: bool = False,
        tls: ssl.SSLContext | None = None,
        tls_from_first_byte: ssl.SSLContext | None = None,
    ) -> None:
        self.mails: list[Received] = []
        self.replies: dict[str, str] = {}
        self.drops_after_data = False
        self.password = PASSWORD
        self.wants_password = wants_password
        self.connections = 0
        self._sessions: list[SMTP] = []
        super().__init__(
            self,
            hostname="127.0.0.1",
            port=0,
            tls_context=tls,
            ssl_context=tls_from_first_byte,
            authenticator=self._authenticate,
            auth_require_tls=False,
        )

    def __enter__(self) -> Self:
        self.start()
        self.connections = 0  # `start` makes one of its own
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # the free one that the system chose
        with socket.create_connection((self.hostname, self.port)):
            pass  # no greeting is read: inside TLS there is none before a handshake

    def factory(self) -> SMTP:
        self.connections += 1
        self._sessions.append(super().factory())
        return self._sessions[-1]

    @property
    def url(self) -> str:
        """The SMTP_URL to reach it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def url_with_password(self) -> str:
        """The SMTP_URL to reach it as someone."""
        return f"smtp://{USER}:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{self.port}"

    def hang_up(self) -> None:
        """Close every line that is open, as a server does with one that waited too long."""

        async def abort() -> None:
            for session in self._sessions:
                if session.transport:
                    session.transport.abort()

        asyncio.run_coroutine_threadsafe(abort(), self.loop).result()

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _how: str, given: Any) -> AuthResult:
        wanted = LoginPassword(USER.encode(), self.password.encode())
        return AuthResult(success=given == wanted, handled=False)

    # What aiosmtpd asks its handler.

    async def handle_MAIL(
        self, _server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.wants_password and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if "MAIL" in self.replies:
            return self.replies["MAIL"]
        envelope.mail_from = address
        envelope.mail_options += options
        return "250 OK"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if "RCPT" in self.replies:
            return self.replies["RCPT"].replace("{to}", address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if "DATA" in self.replies:
            return self.replies["DATA"]
        message = message_from_bytes(envelope.content, policy=policy.default)
        encrypted = session.ssl is not None
        self.mails.append(
            Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content, message, encrypted)
        )
        if self.drops_after_data:
            server.transport.abort()
        return "250 OK queued as 4Bx7"
