"""Tables of the head office. Importing this package registers all of them."""

from db.head import (
    audit,
    cases,
    catalog,
    crm,
    erp,
    journals,
    mail,
    oms,
    pricing,
    promotions,
    recovery,
    stock,
    stores,
    streams,
    users,
    value,
)

__all__ = [
    "audit",
    "cases",
    "catalog",
    "crm",
    "erp",
    "journals",
    "mail",
    "oms",
    "pricing",
    "promotions",
    "recovery",
    "stock",
    "stores",
    "streams",
    "users",
    "value",
]
