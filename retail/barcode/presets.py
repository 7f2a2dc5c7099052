"""Rules to start from: what GS1 fixes for the world, and what countries use restricted numbers for.

Each layout is that of the country's GS1 member organisation: GS1 Germany (SAN-4), GS1 UK, GS1
Denmark, GS1 Sweden (Norway's labels follow it), GS1 Finland and GS1 Latvia (also Estonia and
Lithuania), GS1 US. Prices count hundredths of the country's currency. Other countries leave
the layout to the retailer, who writes his own rows.
"""

from __future__ import annotations

from retail.barcode.number_rules import CodeKind, CodeRules, NumberRule, PrefixRule

WORLDWIDE = (
    NumberRule(name="periodical (ISSN)", pattern="977IIIIIIIIIC", kind=CodeKind.PUBLICATION),
    NumberRule(name="book (ISBN)", pattern="978IIIIIIIIIC", kind=CodeKind.PUBLICATION),
    NumberRule(name="printed music (ISMN)", pattern="9790IIIIIIIIC", kind=CodeKind.PUBLICATION),
    NumberRule(name="book (ISBN)", pattern="979IIIIIIIIIC", kind=CodeKind.PUBLICATION),
    NumberRule(name="refund receipt", pattern="980IIIIIIIIIC", kind=CodeKind.REFUND_RECEIPT),
    *(
        NumberRule(name="coupon", pattern=f"{prefix}IIIIIIIIIC", kind=CodeKind.COUPON)
        for prefix in (981, 982, 983, 984)
    ),
    NumberRule(name="coupon", pattern="99IIIIIIIIIIC", kind=CodeKind.COUPON),
)
"""Prefixes that GS1 gives a meaning for everybody: GS1 General Specifications 1.4."""

STORE_CREDIT_PREFIX = "TWS-"

OWN = (
    PrefixRule(name="customer card", kind=CodeKind.CUSTOMER_CARD, prefix="TWC-", strip=True),
    PrefixRule(name="gift card", kind=CodeKind.GIFT_CARD, prefix="TWG-", strip=True),
    PrefixRule(
        name="store credit", kind=CodeKind.STORE_CREDIT, prefix=STORE_CREDIT_PREFIX, strip=True
    ),
    PrefixRule(name="coupon", kind=CodeKind.COUPON, prefix="TWV-", strip=True),
    PrefixRule(name="held-sale slip", kind=CodeKind.HELD_SALE, prefix="TWH-", strip=True),
    PrefixRule(name="employee badge", kind=CodeKind.BADGE, prefix="TWB-", strip=True),
    PrefixRule(name="order pick-up", kind=CodeKind.ORDER_PICKUP, prefix="TWO-", strip=True),
    PrefixRule(name="till command", kind=CodeKind.COMMAND, prefix="TWK-", strip=True),
    PrefixRule(name="article number", kind=CodeKind.ARTICLE, longest=6, digits=True),
)
"""Prefixes of Tillwright's own slips and cards, and short article numbers that people type."""


def _rows(name: str, prefixes: tuple[str, ...], layout: str, factor: int = 1) -> list[NumberRule]:
    return [NumberRule(name=name, pattern=prefix + layout, factor=factor) for prefix in prefixes]


_GERMANY = (
    *_rows("price label", ("22", "23"), "IIIIVPPPPPC"),
    *_rows("piece label", ("25", "26"), "IIIIVNNNNNC", 1000),
    *_rows("weight label", ("28", "29"), "IIIIVWWWWWC"),
)
_BRITAIN = tuple(_rows("price label", ("20",), "IIIIIVPPPPC"))
_DENMARK = (
    *_rows("price label", ("21", "22", "23", "24"), "IIIIPPPPPPC"),
    *_rows("weight label", ("26", "28"), "IIIIWWWWWWC"),
    *_rows("weight label", ("27",), "IIIIIWWWWWC"),
)
_BALTIC = tuple(
    row
    for prefix, factor in (("23", 1), ("24", 10), ("25", 100))
    for row in _rows("weight label", (prefix,), "IIIIIIWWWWC", factor)
)
_SCANDINAVIA = (
    *_rows("price label", ("20",), "IIIIIIPPPPC"),
    *_rows("price label", ("21",), "IIIIIIPPPPC", 10),
    *_rows("price label", ("22",), "IIIIIIPPPPC", 100),
    *_BALTIC,
)
_AMERICA = (
    *_rows("price label", ("2",), "IIIIIVPPPPC"),
    NumberRule(name="coupon", pattern="5IIIIIIIIIIC", kind=CodeKind.COUPON),
)
_LAYOUTS = {
    "DE": _GERMANY,
    "GB": _BRITAIN,
    "DK": _DENMARK,
    "NO": _SCANDINAVIA,
    "SE": _SCANDINAVIA,
    "EE": _BALTIC,
    "FI": _BALTIC,
    "LT": _BALTIC,
    "LV": _BALTIC,
    "US": _AMERICA,
    "CA": _AMERICA,
}
COUNTRIES = tuple(sorted(_LAYOUTS))


def preset(country: str = "", currency: str = "EUR") -> CodeRules:
    """The rules of a country by its ISO 3166 code; without one, or for others, GS1's alone."""
    layouts = _LAYOUTS.get(country.upper(), ())
    return CodeRules(numbers=(*layouts, *WORLDWIDE), prefixes=OWN, currency=currency)
