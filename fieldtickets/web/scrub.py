"""What a log may not hold: tokens, passwords, phone numbers and what people wrote (N07, X06, Y05).

A link is a key, so a log names it by a fingerprint: whoever reads the log can follow it, not use it.
"""

import re
from collections.abc import Mapping
from typing import Any

from fieldtickets.links import token_fingerprint

IN_LINK = re.compile(r"(?i)/+(?:l|%6c)(?:/|%2f)+([^/?#\s\"']+)")
BARE_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9]{23}(?![A-Za-z0-9_-])")
PASSWORD_LINK = re.compile(r"(?i)/+(password|callbacks/+sms)/+(?!forgot)[^/?#\s\"']+")
SIGN = re.compile(r"(?i)/+s/+[^/?#\s\"']+")  # who reads its code in a log was not there
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+\S+")
CREDENTIALS = re.compile(r"://[^/\s@]*@")
PHONE = re.compile(r"(?<![\w.])(?:\+|00)\d[\d .()-]{6,18}\d\b|(?<![\w.:/-])0\d(?:[ .-]?\d\d){4}\b")
EMAIL = re.compile(r"[\w.+-]+@(?=[\w-]+(?:\.[\w-]+)+)")
SECRET_NAMES = frozenset(
    ("address", "authorization", "body", "cookie", "csrf_token", "description", "email", "note", "password")
    + ("phone", "secret", "signature", "submission", "text", "token", "to")
)


def scrub(text: str) -> str:
    """A text that may go into a log."""
    text = IN_LINK.sub(lambda found: f"/l/#{token_fingerprint(found[1])}", text)
    text = BARE_TOKEN.sub(lambda found: f"#{token_fingerprint(found[0])}", text)
    text = PASSWORD_LINK.sub(r"/\1/#", text)
    text = SIGN.sub("/s/#", text)
    text = BEARER.sub(r"\1 #", text)
    text = CREDENTIALS.sub("://#@", text)
    text = PHONE.sub(lambda found: f"#{found[0][-2:]}", text)
    return EMAIL.sub("#@", text)


def scrubbed(value: Any) -> Any:
    """The same for whatever a log line holds; what is named after a secret is left out whole."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {name: "#" if name in SECRET_NAMES else scrubbed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [scrubbed(one) for one in value]
    return value
