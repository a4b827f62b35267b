"""Links: short signed tokens that a text message can carry, and the signed field of their forms (E1, E2).

A token is nine letters of a random id and fourteen of a MAC. The MAC turns guesses away without a
query; the random id makes a stolen key alone worthless; the row behind the id can expire or be
revoked at any time. The token itself is stored nowhere: it is made again from the row.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_letters, digits

from itsdangerous import BadData, BadSignature, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import HMACAlgorithm

ALPHABET = digits + ascii_letters
ID_LETTERS, MAC_LETTERS, MAC_BYTES = 9, 14, 10  # ten bytes: 80 bits, the least that RFC 2104 allows
RECEIPTS = "sms"
SHAPE = re.compile(f"[A-Za-z0-9]{{{ID_LETTERS + MAC_LETTERS}}}", re.ASCII)


class ShortHMAC(HMACAlgorithm):
    """HMAC-SHA-256 cut to 80 bits, so that a text message has room for words."""

    def __init__(self) -> None:
        super().__init__(hashlib.sha256)

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The first ten bytes of the MAC."""
        return super().get_signature(key, value)[:MAC_BYTES]


@dataclass(frozen=True)
class Minted:
    """A new link: the id and key fingerprint that its row keeps, and the token that nobody keeps."""

    id: int
    key_fingerprint: str
    token: str


@dataclass(frozen=True)
class FormField:
    """What a form was made for: the link or user, the act, the ticket's version then, a one-time number."""

    holder: str
    act: str
    version: int
    nonce: str


class Links:
    """Mints and reads tokens with a list of keys: the newest signs, all verify."""

    def __init__(self, secret_keys: Sequence[str], base_url: str) -> None:
        """secret_keys: newest first, as in the settings. base_url: what addresses begin with."""
        self.base_url = base_url
        self._keys = list(reversed(secret_keys))  # itsdangerous wants the oldest first
        self._signer = _signer(self._keys)
        self._by_fingerprint = {fingerprint(key): _signer([key]) for key in self._keys}
        self._newest = fingerprint(self._keys[-1])
        self._forms = URLSafeSerializer(
            self._keys, salt="fieldtickets.form.v1", signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._passwords = Signer(
            self._keys, salt="fieldtickets.password.v1", key_derivation="hmac", digest_method=hashlib.sha256
        )
        self._marks = URLSafeSerializer(
            self._keys, salt="fieldtickets.opened.v1", signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._receipts = Signer(
            self._keys, salt="fieldtickets.receipts.v1", key_derivation="hmac", digest_method=hashlib.sha256
        )

    def mint(self) -> Minted:
        """A new random link. Drawn again until its letters are letters and digits only (1.6 times)."""
        while True:
            name = "".join(secrets.choice(ALPHABET) for _letter in range(ID_LETTERS))
            token = _sign(self._signer, name)
            if SHAPE.fullmatch(token):
                return Minted(_number(name), self._newest, token)

    def token(self, link_id: int, key_fingerprint: str) -> str:
        """The token of a row again, signed with the key that first signed it. KeyError when it is gone."""
        return _sign(self._by_fingerprint[key_fingerprint], _name(link_id))

    def url(self, link_id: int, key_fingerprint: str) -> str:
        """The address that a message carries."""
        return f"{self.base_url}/l/{self.token(link_id, key_fingerprint)}"

    def read(self, token: str) -> int | None:
        """The link id in a token; None for every kind of wrong (L02 to L06). No query, no exception."""
        if not SHAPE.fullmatch(token):
            return None
        name, mac = token[:ID_LETTERS], token[ID_LETTERS:].encode()
        try:
            if base64_encode(base64_decode(mac)) != mac:
                return None  # the last letter has spare bits: only one spelling is the token (L03)
            self._signer.unsign(name.encode() + b"." + mac)
        except BadSignature:
            return None
        return _number(name)

    def knows(self, key_fingerprint: str) -> bool:
        """Whether links signed by this key still open (L12)."""
        return key_fingerprint in self._by_fingerprint

    def form_field(self, holder: str, act: str, version: int) -> str:
        """The hidden field `submission`: proof of origin, idempotency key and version at once (E2)."""
        field: str | bytes = self._forms.dumps([holder, act, version, secrets.token_urlsafe(9)])
        return field if isinstance(field, str) else field.decode()

    def read_form_field(self, field: str) -> FormField | None:
        """What a form field says; None for one we did not sign."""
        try:
            holder, act, version, nonce = self._forms.loads(field)
        except (BadData, ValueError, TypeError):
            return None
        return FormField(holder, act, version, nonce)

    def mark(self, link_id: int, until: datetime) -> str:
        """What a browser keeps until an instant to show that this link was opened on it.

        Whoever holds it and a code that hangs at the site gets the link's token on the page of the sign.
        """
        mark: str | bytes = self._marks.dumps([link_id, int(until.timestamp())])
        return mark if isinstance(mark, str) else mark.decode()

    def read_mark(self, mark: str, now: datetime) -> int | None:
        """The link of a mark; None for one that is over or that we did not sign."""
        try:
            link_id, until = self._marks.loads(mark)
        except (BadData, ValueError, TypeError):
            return None
        return int(link_id) if now.timestamp() < until else None

    def password_url(self, name: str) -> str:
        """The address where the password link of this name is used; like tokens, it is kept nowhere."""
        return f"{self.base_url}/password/{self._passwords.sign(name).decode()}"

    def read_password_token(self, token: str) -> str | None:
        """The name in the last part of such an address; None for one we did not sign (L06)."""
        try:
            return self._passwords.unsign(token).decode()
        except BadSignature:
            return None

    def receipts_url(self) -> str:
        """Where a text gateway reports; its last part is the secret that receipts come with (M17)."""
        return f"{self.base_url}/callbacks/sms/{self._receipts.get_signature(RECEIPTS).decode()}"

    def opens_receipts(self, secret: str) -> bool:
        """Whether this is that secret, of any of our keys."""
        return self._receipts.verify_signature(RECEIPTS, secret)


def fingerprint(key: str) -> str:
    """Eight letters that name a key without telling it; rows keep them."""
    return hashlib.sha256(b"fieldtickets.key|" + key.encode()).hexdigest()[:8]


def link_fingerprint(link_id: int) -> str:
    """Eight letters that name a link in logs and in the journal."""
    return hashlib.sha256(str(link_id).encode()).hexdigest()[:8]


def token_fingerprint(token: str) -> str:
    """The name of a token's link in logs, whether its MAC is right or not; no key is needed."""
    if SHAPE.fullmatch(token):
        return link_fingerprint(_number(token[:ID_LETTERS]))
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()[:8]


def _signer(keys: Sequence[str]) -> Signer:
    return Signer(
        list(keys),
        salt="fieldtickets.link.v1",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
        algorithm=ShortHMAC(),
    )


def _sign(signer: Signer, name: str) -> str:
    return name + signer.get_signature(name).decode()


def _number(name: str) -> int:
    value = 0
    for letter in name:
        value = value * len(ALPHABET) + ALPHABET.index(letter)
    return value


def _name(number: int) -> str:
    letters = []
    for _letter in range(ID_LETTERS):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(reversed(letters))
