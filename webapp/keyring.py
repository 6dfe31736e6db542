"""The keys of personal data: outside the database, with room for rotation.

The key file has one line a key, `id:base64`, the newest last. The newest encrypts; every key
decrypts what it encrypted (its id stands in front). Look-ups use a keyed hash.
"""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .config import kept_secret

_NONCE, _TAG = 12, 16
OVERHEAD = 1 + _NONCE + _TAG
"""Bytes by which a sealed content is longer."""


class Keyring:
    """Encrypts, decrypts and hashes with the keys of one file."""

    def __init__(self) -> None:
        self._keys: dict[int, bytes] = {}

    def load(self, path: Path) -> None:
        """Read the key file, making it with one key when there is none."""
        lines = kept_secret(path, lambda: "1:" + base64.b64encode(secrets.token_bytes(32)).decode())
        self._keys = {
            int(number): base64.b64decode(key)
            for number, _, key in (line.partition(":") for line in lines.split())
        }

    def seal(self, content: bytes, about: bytes = b"") -> bytes:
        """The key's id (one byte), a nonce, and the content encrypted and authenticated.

        `about` is not kept: whoever opens must name the same, so that one sealed content cannot be
        put in the place of another.
        """
        number, key = max(self._keys.items())
        nonce = secrets.token_bytes(_NONCE)
        head = bytes([number])
        return head + nonce + AESGCM(key).encrypt(nonce, content, head + about)

    def open(self, sealed: bytes, about: bytes = b"") -> bytes:
        """The content. Raises cryptography's InvalidTag when it was tampered with."""
        head, nonce, body = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        return AESGCM(self._keys[head[0]]).decrypt(nonce, body, head + about)

    def encrypt(self, text: str) -> bytes:
        """A text, sealed."""
        return self.seal(text.encode())

    def decrypt(self, sealed: bytes) -> str:
        """The text. Raises cryptography's InvalidTag when it was tampered with."""
        return self.open(sealed).decode()

    def look_up(self, text: str) -> str:
        """A keyed hash by which equal texts are found without being readable.

        It hangs on the oldest key, which rotation therefore keeps.
        """
        oldest = self._keys[min(self._keys)]
        return hmac.new(oldest, b"look-up\0" + text.encode(), hashlib.sha256).hexdigest()


keyring = Keyring()
