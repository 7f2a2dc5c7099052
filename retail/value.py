"""Stored value: gift cards, store credit, vouchers, points, campaigns and house accounts.

What may be taken offline, how codes are looked up without being kept, and codes that prove
themselves. Amounts are in the instrument's own unit: minor units, points or uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest, new
from uuid import UUID

from retail.errors import RetailError
from retail.identity import CROCKFORD, normal_crockford

_TAG_BYTES = 9
_BODY_BYTES = 11
_SHORTEST = 4
_LONGEST = 40
_CODE_LENGTH = (_BODY_BYTES + _TAG_BYTES) * 8 // 5


class ValueKind(StrEnum):
    """What holds value."""

    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    VOUCHER = "voucher"
    POINTS = "points"
    CAMPAIGN = "campaign"
    HOUSE_ACCOUNT = "house_account"


BY_PARTY = frozenset({ValueKind.POINTS, ValueKind.HOUSE_ACCOUNT})
"""Kinds that are a customer's, and found by who that is."""


class Authority(StrEnum):
    """Who allowed a redemption: head office at that moment, a lease, or the offline limits."""

    ONLINE = "online"
    LEASE = "lease"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class OfflineLimits:
    """How much of a kind a till may take alone.

    Attributes:
        floor: at most this much of one instrument at a time; 0 for none.
        device_day: at most this much at one till and day.
        credit: of a house account, what it may be charged offline; its balance is what is left
            of its credit line.
    """

    floor: int = 0
    device_day: int = 0
    credit: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the till knows of an instrument while head office cannot be asked.

    Attributes:
        balance: as head office told it last; None when it never did.
        pending: own redemptions that are not in that balance.
        taken_today: what this till took of the kind today by the limits.
        leased: what is left of leases for it.
        proved: a code that proved itself and was not used here.
    """

    balance: int | None = None
    pending: int = 0
    taken_today: int = 0
    leased: int = 0
    proved: bool = False


DEFAULT_LIMITS = {
    ValueKind.GIFT_CARD: OfflineLimits(floor=5_000, device_day=20_000),
    ValueKind.STORE_CREDIT: OfflineLimits(floor=5_000, device_day=20_000),
    ValueKind.VOUCHER: OfflineLimits(floor=2_000, device_day=20_000),
    ValueKind.POINTS: OfflineLimits(floor=1_000, device_day=10_000),
    ValueKind.CAMPAIGN: OfflineLimits(),
    ValueKind.HOUSE_ACCOUNT: OfflineLimits(floor=20_000, device_day=50_000, credit=20_000),
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much may be taken, and by what authority; 0 when nothing may."""

    amount: int
    authority: Authority


def offline_allowance(
    kind: ValueKind, wanted: int, known: Known, limits: OfflineLimits
) -> Allowance:
    """How much of ``wanted`` a till may take alone: from a lease when it covers all, or by limits.

    Raises:
        RetailError: ``value.amount`` for nothing or less.
    """
    if wanted < 1:
        raise RetailError("value.amount", "An amount must be above zero; nothing was taken.")
    if kind is ValueKind.CAMPAIGN or known.leased >= wanted:
        return Allowance(min(wanted, max(known.leased, 0)), Authority.LEASE)
    most = min(_covered(kind, known, limits), limits.floor, limits.device_day - known.taken_today)
    return Allowance(min(wanted, max(most, 0)), Authority.FLOOR)


def _covered(kind: ValueKind, known: Known, limits: OfflineLimits) -> int:
    """What the instrument itself is good for, as far as the till knows."""
    balance = 0 if known.balance is None else known.balance
    match kind:
        case ValueKind.VOUCHER:
            return limits.floor if known.proved and not known.pending else 0
        case ValueKind.POINTS:
            return balance // 2 - known.pending
        case ValueKind.HOUSE_ACCOUNT:
            left = limits.credit if known.balance is None else min(limits.credit, balance)
            return left - known.pending
        case _:
            return balance - known.pending


def lookup_of(key: bytes, kind: ValueKind, code: str | UUID) -> bytes:
    """The keyed hash that an instrument is found by (32 bytes); the code itself is kept nowhere.

    Args:
        key: the company's key.
        code: what the customer shows, a party for points, or a campaign's name.
    """
    plain = code.hex if isinstance(code, UUID) else _plain(code)
    return new(key, f"lookup|{kind.value}|{plain}".encode(), sha256).digest()


def check_code(code: str) -> str:
    """A code that may be put on a new or known card.

    Raises:
        RetailError: ``value.short`` for one that is no code: fewer than four Latin letters and
            digits, more than forty, or others among them.
    """
    plain = _plain(code)
    if not _SHORTEST <= len(plain) <= _LONGEST or not plain.isascii():
        raise RetailError(
            "value.short", "Scan the code of the card, or type all of it; nothing was added."
        )
    return code


def last_four(code: str) -> str:
    """What people may see of a code."""
    return _plain(code)[-4:]


def _plain(code: str) -> str:
    return "".join(c for c in code.upper() if c.isalnum())


@dataclass(frozen=True, slots=True)
class Voucher:
    """A single-use voucher whose code proves itself.

    Attributes:
        batch, serial: which one it is.
        amount: what it is worth in minor units.
        last_day: the last day on which it is good, in days since 1970.
    """

    batch: int
    serial: int
    amount: int
    last_day: int


_WIDTHS = (("batch", 2), ("serial", 4), ("amount", 3), ("last_day", 2))


def voucher_code(key: bytes, voucher: Voucher) -> str:
    """The code of a voucher: groups of four Crockford characters, with 72 bits of HMAC.

    Raises:
        RetailError: ``value.voucher`` for figures that no code can hold.
    """
    try:
        body = b"".join(getattr(voucher, name).to_bytes(n, "big") for name, n in _WIDTHS)
    except OverflowError as problem:
        raise RetailError("value.voucher", "A voucher cannot hold such figures.") from problem
    value = int.from_bytes(body + _tag(key, body), "big")
    digits = "".join(CROCKFORD[value >> 5 * i & 31] for i in reversed(range(_CODE_LENGTH)))
    return normal_crockford(digits)


def read_voucher(key: bytes, code: str) -> Voucher:
    """The voucher that a code stands for.

    Raises:
        RetailError: ``value.code`` for a code that this company did not make.
    """
    digits = normal_crockford(code).replace("-", "")
    if len(digits) != _CODE_LENGTH or not set(digits) <= set(CROCKFORD):
        raise _no_code()
    value = 0
    for digit in digits:
        value = value << 5 | CROCKFORD.index(digit)
    data = value.to_bytes(_BODY_BYTES + _TAG_BYTES, "big")
    body, tag = data[:_BODY_BYTES], data[_BODY_BYTES:]
    if not compare_digest(tag, _tag(key, body)):
        raise _no_code()
    found, at = {}, 0
    for name, width in _WIDTHS:
        found[name] = int.from_bytes(body[at : at + width], "big")
        at += width
    return Voucher(**found)


def _tag(key: bytes, body: bytes) -> bytes:
    return new(key, b"voucher|" + body, sha256).digest()[:_TAG_BYTES]


def _no_code() -> RetailError:
    return RetailError("value.code", "This is no valid code; check it and type it again.")
