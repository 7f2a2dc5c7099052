"""The demo chart of accounts."""

from __future__ import annotations

from retail.ledger import Account as Role

ACCOUNTS = (
    ("1000", Role.CASH, "Cash in tills", "asset"),
    ("1100", Role.CARD_CLEARING, "Card clearing", "asset"),
    ("1200", Role.RECEIVABLE, "Customers' accounts", "asset"),
    ("1400", Role.INVENTORY, "Inventory", "asset"),
    ("2100", Role.TAX_PAYABLE, "VAT payable", "liability"),
    ("2200", Role.STORED_VALUE, "Gift cards and credit", "liability"),
    ("4000", Role.SALES, "Sales", "income"),
    ("4900", Role.CASH_ROUNDING, "Cash rounding", "income"),
    ("5000", Role.COST_OF_GOODS, "Cost of goods sold", "expense"),
)
ACCOUNT_CODE = {role: code for code, role, _name, _kind in ACCOUNTS}
