"""Settings: read once from the environment, then never changed. docs/interface.md lists them all."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, parse_qs, urlsplit

from fieldtickets.domain.countries import PHONE_COUNTRIES

PREFIX = "FIELDTICKETS_"
FOR_TESTS = PREFIX + "TEST_"  # read by the tests themselves, never by the service
NAMES = (
    "ENV",
    "SECRET_KEYS",
    "BASE_URL",
    "DATABASE_URL",
    "QUEUE_URL",
    "STORAGE_URL",
    "SMTP_URL",
    "MAIL_FROM",
    "SMS_URL",
    "SMS_PER_DAY",
    "SMS_PER_HOUR",
    "INBOUND_TOKEN",
    "METRICS_TOKEN",
    "PHONE_COUNTRIES",
    "TRUSTED_PROXIES",
    "MAX_UPLOAD_MB",
    "CLOCK",
)
ENVIRONMENTS = ("production", "test", "demo", "development")
KEY_LETTERS = 32
HERE = ("localhost", "127.0.0.1", "::1")
PLACEHOLDER = re.compile(r"change.?me|example|insecure|password|secret|^(.)\1*$", re.IGNORECASE)

Value = TypeVar("Value")


class BadSetting(Exception):
    """A setting that stops the start. It names the setting and what is wrong, never the value."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason


@dataclass(frozen=True)
class Settings:
    """What an operator may choose; what is secret, or may carry a password, is left out of its repr."""

    secret_keys: tuple[str, ...] = field(repr=False)  # newest first: signs; the older ones still verify
    base_url: str = "http://localhost:8000"  # no slash at the end
    database_url: str = field(default="sqlite:///var/fieldtickets.db", repr=False)
    queue_url: str = field(default="sqlite:var/jobs.db", repr=False)
    storage_url: str = field(default="file:var/files", repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    sms_url: str | None = field(default=None, repr=False)
    sms_per_day: int = 10_000  # of one organisation
    sms_per_hour: int = 5  # from our side to one number
    inbound_token: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    phone_countries: tuple[str, ...] = PHONE_COUNTRIES  # ISO 3166 codes
    trusted_proxies: int = 0
    max_upload_bytes: int = 25_000_000
    env: str = "production"
    clock: datetime | None = None  # where a simulated clock starts; None is the real one

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read every setting. Raises BadSetting at the first that is unknown, missing or unusable."""
        given = Given(env)
        kind = given("ENV", environment, "production")
        base_url = given("BASE_URL", web_address, cls.base_url)
        settings = cls(
            env=kind,
            base_url=base_url,
            secret_keys=given("SECRET_KEYS", keys, ""),
            database_url=given("DATABASE_URL", database, "sqlite:///var/fieldtickets.db"),
            queue_url=given("QUEUE_URL", queue, "sqlite:var/jobs.db"),
            storage_url=given("STORAGE_URL", storage, "file:var/files"),
            smtp_url=given.maybe("SMTP_URL", mail_server, "demo:" if kind == "demo" else None),
            mail_from=given.maybe("MAIL_FROM", mail_address),
            sms_url=given.maybe("SMS_URL", text_gateway, "demo:" if kind == "demo" else None),
            sms_per_day=given("SMS_PER_DAY", between(1, 1_000_000), "10000"),
            sms_per_hour=given("SMS_PER_HOUR", between(1, 1000), "5"),
            inbound_token=given.maybe("INBOUND_TOKEN", token),
            metrics_token=given.maybe("METRICS_TOKEN", token),
            phone_countries=given("PHONE_COUNTRIES", countries, ",".join(PHONE_COUNTRIES)),
            trusted_proxies=given("TRUSTED_PROXIES", between(0, 10), "0"),
            max_upload_bytes=given("MAX_UPLOAD_MB", between(1, 1000), "25") * 1_000_000,
            clock=given.maybe("CLOCK", instant),
        )
        settings.refuse_what_is_not_for_production()
        return settings

    @property
    def host(self) -> str:
        """The name under which links carry us."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_public(self) -> bool:
        """Others than its operator reach it: production, under a name that is not this machine's own."""
        return self.env == "production" and urlsplit(self.base_url).hostname not in HERE

    def refuse_what_is_not_for_production(self) -> None:
        """Raises BadSetting for what only tests, demos and one's own machine may do."""
        if self.clock and self.env != "test":
            raise BadSetting(PREFIX + "CLOCK", f"only with {PREFIX}ENV=test")
        if self.env == "production":
            for name, url in (("SMTP_URL", self.smtp_url), ("SMS_URL", self.sms_url)):
                if url is None:
                    raise BadSetting(PREFIX + name, "missing: without it no message leaves")
        if self.is_public:
            self.refuse_what_is_not_for_the_public()

    def refuse_what_is_not_for_the_public(self) -> None:
        """Raises BadSetting for plain HTTP, demo senders and passwords taken from an example."""
        if not self.base_url.startswith("https:"):
            raise BadSetting(PREFIX + "BASE_URL", "must begin with https://")
        for name, url in (("SMTP_URL", self.smtp_url), ("SMS_URL", self.sms_url)):
            if url == "demo:":
                raise BadSetting(PREFIX + name, "demo: sends nothing, so it is refused in production")
        for name, secret in self.secrets():
            if secret and PLACEHOLDER.search(secret):
                raise BadSetting(PREFIX + name, "holds an example, not a secret: make a random one")

    def secrets(self) -> Iterator[tuple[str, str | None]]:
        """Every secret with the name of the setting that holds it: for checks and for scrubbing logs."""
        yield from (("SECRET_KEYS", key) for key in self.secret_keys)
        yield "INBOUND_TOKEN", self.inbound_token
        yield "METRICS_TOKEN", self.metrics_token
        for name, url in (
            ("DATABASE_URL", self.database_url),
            ("QUEUE_URL", self.queue_url),
            ("SMTP_URL", self.smtp_url),
            ("SMS_URL", self.sms_url),
        ):
            parts = urlsplit(url or "")
            yield name, parts.password
            yield from ((name, one) for one in parse_qs(parts.query).get("token", ()))


class Given:
    """The environment as it was given: each setting straight, or in the file that NAME_FILE points to."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = {name: value for name, value in env.items() if name.startswith(PREFIX)}
        known = {PREFIX + name + end for name in NAMES for end in ("", "_FILE")}
        for name in sorted(self._env):
            if name not in known and not name.startswith(FOR_TESTS):
                raise BadSetting(name, "no such setting")

    def __call__(self, name: str, read: Callable[[str], Value], default: str) -> Value:
        """One setting as its reader understands it; a blank one is an absent one."""
        try:
            return read(self._text(PREFIX + name) or default)
        except ValueError as reason:
            # `from None`: the chain would print the value with the trace
            raise BadSetting(PREFIX + name, str(reason)) from None

    def maybe(self, name: str, read: Callable[[str], Value], default: str | None = None) -> Value | None:
        """One setting that may be absent: then None."""
        text = self._text(PREFIX + name) or default
        return self(name, read, text) if text else None

    def _text(self, name: str) -> str:
        straight, path = self._env.get(name, "").strip(), self._env.get(name + "_FILE", "").strip()
        if straight and path:
            raise BadSetting(name, f"given twice, here and in {name}_FILE")
        if not path:
            return straight
        try:
            return Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeError):
            raise BadSetting(name + "_FILE", "this file cannot be read") from None


# The readers: text to value, or a ValueError whose words go to the operator. None repeats the value.


def environment(text: str) -> str:
    if text not in ENVIRONMENTS:
        raise ValueError("one of " + ", ".join(ENVIRONMENTS))
    return text


def keys(text: str) -> tuple[str, ...]:
    """A comma list, newest first; a key may stand on a line of its own."""
    listed = tuple(key.strip() for key in text.replace("\n", ",").split(","))
    if listed == ("",):
        raise ValueError(f"missing: give at least one random key of {KEY_LETTERS} characters or more")
    if any(len(key) < KEY_LETTERS for key in listed):
        raise ValueError(f"every key needs at least {KEY_LETTERS} characters")
    if len(set(listed)) < len(listed):
        raise ValueError("the same key stands twice in the list")
    return listed


def web_address(text: str) -> str:
    parts = address(text, "http", "https")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("only scheme, host and port, like https://tickets.example.org")
    return text.rstrip("/")


def database(text: str) -> str:
    if split(text).scheme not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise ValueError("begins with sqlite:/// or postgresql://")
    return text


def queue(text: str) -> str:
    if not text.startswith("sqlite:"):
        address(text, "redis", "rediss")
    return text


def storage(text: str) -> str:
    if not text.startswith("file:"):
        address(text, "s3")
    return text


def mail_server(text: str) -> str:
    if text != "demo:":
        address(text, "smtp", "smtps")
    return text


def text_gateway(text: str) -> str:
    if text == "demo:":
        return text
    parts = address(text, "http+json", "https+json", "twilio")
    if parts.scheme == "twilio" and not (parts.username and parts.password):
        raise ValueError("like twilio://sid:token@number")
    return text


def address(text: str, *schemes: str) -> SplitResult:
    """The parts of a URL that needs a host."""
    parts = split(text)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError("like " + " or ".join(f"{scheme}://…" for scheme in schemes))
    return parts


def split(text: str) -> SplitResult:
    """The parts of a URL, its port tried; the library's own words would repeat the value."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("not a URL; in a password, @ : / [ are written %40 %3A %2F %5B") from None
    return parts


def mail_address(text: str) -> str:
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+|[!-?A-~]+@localhost", text):
        raise ValueError("one plain address, like tickets@example.org")
    return text


def token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("only ASCII letters, digits and signs, no space: it travels in a header")
    return text


def countries(text: str) -> tuple[str, ...]:
    listed = tuple(code.strip().upper() for code in text.split(","))
    if not all(re.fullmatch("[A-Z]{2}", code) for code in listed):
        raise ValueError("a comma list of two-letter country codes, like FR,CH")
    return listed


def between(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = datetime.min  # noqa: DTZ901  # naive, so refused below
    if at.tzinfo is None:
        raise ValueError("an instant with its zone, like 2026-03-02T10:00:00Z")
    return at
