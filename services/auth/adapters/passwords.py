"""argon2id hashes, made beside the hub: a hash takes tens of milliseconds and 64 MiB."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.green import Offloaded


class Argon2Passwords:
    """The port `Passwords`. At most `at_once` hashes are computed at a time."""

    def __init__(self, *, at_once: int = 2) -> None:
        self._hasher = PasswordHasher()
        self._beside = Offloaded(at_once)
        self._nobody = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        return str(self._beside(self._hasher.hash, password))

    def is_right(self, password: str, *, password_hash: str | None) -> bool:
        is_match = bool(self._beside(self._matches, password_hash or self._nobody, password))
        return is_match and password_hash is not None

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
