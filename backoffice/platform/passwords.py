"""Passwords: argon2id hashes, checked a few at a time."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106, second recommended option: 64 MiB, 3 passes.
_HASHER = PasswordHasher()
# Each check takes 64 MiB: a burst of log-ins queues instead of filling the memory.
_SLOTS = BoundedSemaphore(4)


@cache
def _nobodys() -> str:
    """A hash that no password has, made when somebody first signs in."""
    return _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The hash to keep (argon2id, with its salt and parameters)."""
    with _SLOTS:
        return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Compare; without a kept hash it takes the same time and is False."""
    with _SLOTS:
        try:
            return _HASHER.verify(kept or _nobodys(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """True when the hash was made with older parameters than new ones are."""
    return _HASHER.check_needs_rehash(kept)
