"""A small chain at head office, and sales that arrive from its tills."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from msgspec import structs
from sqlalchemy import Connection, insert, update

from backoffice.platform.events import SaleAccepted, ShiftReported
from backoffice.platform.roles import Role
from backoffice.users.service import NewUser, add_user
from db.base import to_us
from db.head.catalog import Barcode, Category, Product
from db.head.erp import Account
from db.head.journals import JournalEntry, JournalHead
from db.head.pricing import Price, TaxRate
from db.head.stores import Company, Installation, StaffMember, Store, Terminal
from retail.contract.codec import GENESIS, Entry, canonical, chain_hash, entry_bytes
from retail.contract.facts import Fact, ShiftOpened, type_of
from retail.contract.sales import (
    GoodsBack,
    LineDiscount,
    PaidTender,
    PromotionChoice,
    SaleClosed,
    SalePromotion,
    SoldLine,
    SoldPart,
    TaxRow,
)
from retail.folding import fold
from retail.identity import uuid7

COMPANY = "CHAIN"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PASSWORD = "correct horse battery"
STAFF = UUID(int=7)
ROLES = {
    "cash": "1000",
    "card_clearing": "1100",
    "sales": "4000",
    "tax_payable": "2100",
    "cash_rounding": "6900",
    "inventory": "1400",
    "cost_of_goods": "5000",
    "stored_value": "2200",
    "receivable": "1200",
}
PRODUCTS = (
    ("P1", "Żółta herbata", "tea", 605, 2_500_000),
    ("P2", "Oat cookies", "snacks", 121, 400_000),
    ("P3", "Bananas", "fruit", 242, 1_000_000),
)


def key(at: datetime = NOW) -> UUID:
    """A fresh UUIDv7 of that instant."""
    return uuid7(int(at.timestamp() * 1000), secrets.randbits(74))


def load_chain(tx: Connection) -> None:
    """Company, two stores with two tills each, staff, accounts, three articles, three users."""
    tx.execute(insert(Company).values(company_id=COMPANY, name="Test Chain", currency="EUR"))
    accounts = [
        {"code": code, "role": role, "name": role.replace("_", " "), "kind": "asset"}
        for role, code in ROLES.items()
    ]
    tx.execute(insert(Account), accounts)
    for store in ("S1", "S2"):
        _load_store(tx, store)
    _load_articles(tx)
    for role in Role:
        add_user(tx, COMPANY, NewUser(role.value, role.value.title(), role, PASSWORD), NOW)


def _load_store(tx: Connection, store: str) -> None:
    tx.execute(
        insert(Store).values(
            company_id=COMPANY,
            store_id=store,
            name=f"Store {store}",
            street="High Street 1",
            city="Amsterdam",
            vat_id="NL1",
            phone="+31",
            currency="EUR",
            zone="Europe/Amsterdam",
            cut_over_minutes=240,
            cash_increment=1,
            tax_zone="NL",
            price_zone="NL",
            tax_included=True,
            tax_rounding="per_rate",
            language="en",
        )
    )
    for till in (1, 2):
        tx.execute(insert(Terminal).values(store_id=store, till=till, name=f"Till {till}"))
    tx.execute(
        insert(StaffMember).values(
            store_id=store,
            staff_id=STAFF,
            name="Maria Keller",
            initials="MK",
            role="cashier",
            pin_hash="-",
            active=True,
        )
    )


def _load_articles(tx: Connection) -> None:
    tx.execute(insert(TaxRate).values(zone="NL", code="A", valid_from_us=0, ppm=210_000))
    for rank, (sku, name, category, minor, cost) in enumerate(PRODUCTS):
        tx.execute(
            insert(Category).values(
                category=category, name=category.title(), icon="box", tint="blue", rank=rank
            )
        )
        tx.execute(
            insert(Product).values(
                sku=sku,
                name=name,
                folded=fold(name),
                category=category,
                tax_code="A",
                unit="piece",
                min_age=0,
                icon="",
                tile_rank=0,
                active=True,
                components="[]",
                cost_micro=cost,
            )
        )
        tx.execute(insert(Barcode).values(gtin=f"{rank + 1:014d}", sku=sku, pack=1000))
        tx.execute(
            insert(Price).values(zone="NL", sku=sku, pack=1000, valid_from_us=0, minor=minor)
        )


def sold(
    sku: str, thousandths: int = 1000, *, price: int = 121, n: int = 1, off: int = 0
) -> SoldLine:
    """A line at 21 % included; ``price`` and ``off``, minor units, are multiples of 121.

    What is taken off is taken off by the promotion TEN.
    """
    gross = price * thousandths // 1000
    return SoldLine(
        n=n,
        sku=sku,
        name=f"Article {sku}",
        qty=thousandths,
        price=price,
        gross=gross,
        discount=off,
        net=gross - off,
        parts=(SoldPart(sku, thousandths),),
        tax={"A": (gross - off) * 21 // 121},
        discounts=(LineDiscount("TEN", off, thousandths // 1000),) if off else (),
    )


def came_back(sale: UUID, n: int = 1, thousandths: int = 1000) -> SoldLine:
    """Goods of 1.21 each that come back."""
    back = GoodsBack("shelf", "unwanted", STAFF, sale=sale, n=n)
    line = sold("P1", -thousandths)
    return structs.replace(line, tax={"A": line.net * 21 // 121}, back=back)


def closed_sale(
    number: str, lines: tuple[SoldLine, ...], *, kind: str = "cash", till: int = 1
) -> SaleClosed:
    """A finished sale of those lines, paid exactly."""
    savings = sum(line.discount for line in lines)
    total = sum(line.net for line in lines)
    tax = sum(sum(line.tax.values()) for line in lines)
    return SaleClosed(
        number=number,
        till=till,
        currency="EUR",
        staff=STAFF,
        total=total,
        lines=lines,
        tenders=(PaidTender(kind=kind, amount=total, given=total),),
        tax=(TaxRow("A", 210_000, total - tax, tax),),
        started_us=to_us(NOW),
        savings=savings,
        promotions=_chosen(total, savings, lines) if savings else None,
    )


def _chosen(total: int, savings: int, lines: tuple[SoldLine, ...]) -> PromotionChoice:
    units = sum(off.units for line in lines for off in line.discounts)
    ten = SalePromotion(
        promotion="TEN", version=1, name="Ten off", minor=savings, applications=2, units=units
    )
    least = total * 10_000
    return PromotionChoice(
        snapshot="5e7", engine=1, priced_us=0, minimised=least, bound=least, applied=(ten,)
    )


@dataclass(slots=True)
class TillJournal:
    """A till's installation and journal at head office; entries are chained as tills chain them."""

    store: str = "S1"
    till: int = 1
    installation: UUID = field(default_factory=key)
    jid: UUID = field(default_factory=key)
    seq: int = 0
    hash: bytes = GENESIS
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def enrol(self, tx: Connection, opened_at: datetime = NOW) -> None:
        """Make this the till's present installation, with an empty journal."""
        tx.execute(
            insert(Installation).values(
                store_id=self.store,
                installation_id=self.installation,
                till=self.till,
                signing_key=b"k",
                nonce="n",
                nonce_previous="",
                state="active",
                app_version="0.1.0",
                enrolled_at=opened_at,
                last_seen_at=opened_at,
                clock_skew_ms=0,
                queued=0,
                alarm="",
            )
        )
        place = (Terminal.store_id == self.store) & (Terminal.till == self.till)
        tx.execute(update(Terminal).where(place).values(installation_id=self.installation))
        self.open(tx, opened_at)

    def open(self, tx: Connection, opened_at: datetime = NOW) -> None:
        """Begin the journal."""
        tx.execute(
            insert(JournalHead).values(
                store_id=self.store,
                jid=self.jid,
                installation_id=self.installation,
                till=self.till,
                head_seq=0,
                head_hash=GENESIS,
                applied_seq=0,
                opened_at=opened_at,
                last_at=opened_at,
            )
        )

    def sell(
        self,
        tx: Connection,
        *lines: SoldLine,
        kind: str = "cash",
        at: datetime = NOW,
    ) -> SaleAccepted:
        """Journal a sale here, marked as applied; the caller books it."""
        number = f"{self.store}-{self.till}-AA-{next(self.numbers):08d}"
        fact = closed_sale(number, lines or (sold("P1"),), kind=kind, till=self.till)
        rid = self._append(tx, fact, at)
        return SaleAccepted(
            store_id=self.store,
            jid=self.jid,
            seq=self.seq,
            rid=rid,
            at=at,
            business_date=at.date(),
            shift_id=None,
            installation_id=self.installation,
            fact=fact,
        )

    def open_shift(self, tx: Connection, at: datetime = NOW) -> ShiftReported:
        """Journal that a shift was opened."""
        fact = ShiftOpened(
            number=1, till=self.till, staff=STAFF, float_minor=10_000, currency="EUR"
        )
        rid = self._append(tx, fact, at)
        return ShiftReported(
            store_id=self.store,
            jid=self.jid,
            seq=self.seq,
            rid=rid,
            at=at,
            business_date=at.date(),
            shift_id=None,
            installation_id=self.installation,
            fact=fact,
        )

    def _append(self, tx: Connection, fact: Fact, at: datetime) -> UUID:
        self.seq += 1
        name, version = type_of(fact)
        entry = Entry(
            jid=self.jid,
            seq=self.seq,
            rid=key(at + timedelta(milliseconds=self.seq)),
            type=name,
            sv=version,
            at_us=to_us(at),
            mono_ms=self.seq,
            boot_id=UUID(int=1),
            zone="Europe/Amsterdam",
            tz_minutes=60,
            business_date=at.date(),
            store=self.store,
            shift=None,
            body=canonical(fact),
        )
        data = entry_bytes(entry)
        self.hash = chain_hash(self.hash, data)
        tx.execute(
            insert(JournalEntry).values(
                store_id=self.store,
                rid=entry.rid,
                jid=self.jid,
                seq=self.seq,
                type=name,
                at=at,
                business_date=entry.business_date,
                received_at=at,
                hash=self.hash,
                entry=data,
            )
        )
        own = (JournalHead.store_id == self.store) & (JournalHead.jid == self.jid)
        tx.execute(
            update(JournalHead)
            .where(own)
            .values(head_seq=self.seq, head_hash=self.hash, applied_seq=self.seq)
        )
        return entry.rid
