"""What a code may turn out to be: one small value for each thing that the till does with it."""

from __future__ import annotations

from dataclasses import dataclass

from retail.barcode.gs1 import Gs1Data
from retail.barcode.gtin import Gtin, OtherCode
from retail.barcode.number_rules import NumberReading


@dataclass(frozen=True, slots=True)
class Article:
    """An article to look up.

    Attributes:
        addon: the 2 or 5 digits beside the symbol: an issue, or a price by national custom.
        publication: what a book, a periodical or printed music is known by, such as ``book
            (ISBN)``.
        rule: the row that said so, empty when it was the number itself.
    """

    code: Gtin | OtherCode
    addon: str = ""
    publication: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class MeasuredArticle:
    """An article whose label gives its price, weight or number of pieces; see the reading."""

    code: Gtin
    reading: NumberReading

    @property
    def rule(self) -> str:
        """The row that said so."""
        return self.reading.rule.name


@dataclass(frozen=True, slots=True)
class LocalNumber:
    """A number that GS1 leaves to a ``region`` or ``company`` and no rule reads."""

    code: Gtin
    circulation: str


@dataclass(frozen=True, slots=True)
class Gs1Article:
    """An article with GS1 data; ``link`` when they came in a Digital Link."""

    data: Gs1Data
    link: bool = False


@dataclass(frozen=True, slots=True)
class Gs1Other:
    """GS1 data that name no trade item, such as a pallet's or a place's."""

    data: Gs1Data
    link: bool = False


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer's card."""

    number: str
    rule: str


@dataclass(frozen=True, slots=True)
class GiftCard:
    """A gift card."""

    number: str
    rule: str


@dataclass(frozen=True, slots=True)
class StoreCredit:
    """A slip of store credit."""

    number: str
    rule: str


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon; ``value`` in minor units when it is printed in the code."""

    number: str
    rule: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class RefundReceipt:
    """A receipt that money is paid out for; ``value`` in minor units when the code holds it."""

    number: str
    rule: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """A receipt, which opens a return: its printed number, or the sale's id from its QR code."""

    number: str
    rule: str


@dataclass(frozen=True, slots=True)
class HeldSale:
    """The slip of a sale that was put aside."""

    number: str
    rule: str


@dataclass(frozen=True, slots=True)
class Badge:
    """An employee's badge."""

    number: str
    rule: str


@dataclass(frozen=True, slots=True)
class OrderPickup:
    """An order that is fetched."""

    number: str
    rule: str


@dataclass(frozen=True, slots=True)
class TillCommand:
    """A step of the till, by the name of its command or its key."""

    number: str
    rule: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Eight digits that are two articles; the cashier or a setting decides."""

    upc_e: Gtin
    ean_8: Gtin


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """Text that no rule reads; it may still be an article's number.

    ``reason`` is ``not_a_product_code``, or ``not_a_digital_link`` for a web address.
    """

    text: str
    reason: str


ScannedCode = (
    Article
    | MeasuredArticle
    | LocalNumber
    | Gs1Article
    | Gs1Other
    | CustomerCard
    | GiftCard
    | StoreCredit
    | Coupon
    | RefundReceipt
    | ReceiptCode
    | HeldSale
    | Badge
    | OrderPickup
    | TillCommand
    | Ambiguous
    | UnknownCode
)
