"""Tables of a till. Importing this package registers all of them."""

from db.store import (
    catalog,
    customers,
    invoices,
    journal,
    payments,
    print_queue,
    promotions,
    quick_keys,
    receipts,
    sales,
    settings,
    stock,
    streams,
    tills,
    value,
)

__all__ = [
    "catalog",
    "customers",
    "invoices",
    "journal",
    "payments",
    "print_queue",
    "promotions",
    "quick_keys",
    "receipts",
    "sales",
    "settings",
    "stock",
    "streams",
    "tills",
    "value",
]
