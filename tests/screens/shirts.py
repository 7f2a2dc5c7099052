"""A shirt in three sizes and two colours, not all of them made."""

from __future__ import annotations

from sqlalchemy import Connection, text

SHIRTS = (
    ("T1", "S", "blue", 1290, ""),
    ("T2", "M", "blue", 1290, ""),
    ("T3", "M", "red", 1490, ""),
    ("T4", "L", "blue", 1290, "blocked"),
)


def stock_up(tx: Connection) -> None:
    """Add the family to a shop."""
    for sku, size, colour, minor, stopped in SHIRTS:
        name = f"Cotton tee, {colour}, {size}"
        tx.execute(
            text(
                "INSERT INTO product (sku, name, folded, category, tax_code, unit, min_age, icon,"
                " tile_rank, active, components, stopped, family, variant) SELECT :sku, :name,"
                " lower(:name), category, tax_code, 'piece', 0, 'shirt', 0, true, '', :stopped,"
                " 'TSHIRT', :variant FROM product WHERE sku = 'F0'"
            ),
            {
                "sku": sku,
                "name": name,
                "stopped": stopped,
                "variant": f'["{size}", "{colour}"]',
            },
        )
        tx.execute(
            text("INSERT INTO price (zone, sku, pack, valid_from_us, minor) VALUES"
                 " ('NL', :sku, 1000, 0, :minor)"),
            {"sku": sku, "minor": minor},
        )  # fmt: skip
        tx.execute(
            text("INSERT INTO product_search(rowid, words) SELECT rowid, folded FROM product"
                 " WHERE sku = :sku"),
            {"sku": sku},
        )  # fmt: skip
