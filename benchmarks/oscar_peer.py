"""django-oscar on the same baskets and offers: ``python oscar_peer.py SHOP.json``.

Runs in its own environment (``requirements/bench.txt``) with an SQLite database in memory. The
file holds articles, offers and baskets; what is timed is ``Applicator().apply(basket)`` alone.
The answer on stdout is JSON: microseconds of each basket, and the sum of its lines before
rounding.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

_KINDS = {
    "percent": "PercentageDiscountBenefit",
    "amount_off": "FixedUnitDiscountBenefit",
    "nfor": "FixedPriceBenefit",
    "cheapest_free": "MultibuyDiscountBenefit",
}


def _set_up() -> None:
    """The least settings with which oscar's offers work; tables straight from the models."""
    settings = importlib.import_module("django.conf").settings
    oscar = importlib.import_module("oscar")
    defaults = importlib.import_module("oscar.defaults")
    values = {name: getattr(defaults, name) for name in dir(defaults) if name.isupper()}
    apps = [*oscar.INSTALLED_APPS]
    settings.configure(
        **values,
        INSTALLED_APPS=apps,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIGRATION_MODULES=_NoMigrations(),
        SECRET_KEY="bench",  # noqa: S106 (protects nothing)
        HAYSTACK_CONNECTIONS={
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SITE_ID=1,
        USE_TZ=True,
    )
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command(
        "migrate", run_syncdb=True, verbosity=0
    )


class _NoMigrations:
    """Says of every application that it has none."""

    def __contains__(self, _: str) -> bool:
        return True

    def __getitem__(self, _: str) -> None:
        return None


def _model(app: str, name: str) -> Any:
    return importlib.import_module("oscar.core.loading").get_model(app, name)


def _products(articles: list[dict[str, Any]]) -> dict[str, Any]:
    partner = _model("partner", "Partner").objects.create(name="Shop")
    kind = _model("catalogue", "ProductClass").objects.create(
        name="Goods", requires_shipping=False, track_stock=False
    )
    found = {}
    for article in articles:
        product = _model("catalogue", "Product").objects.create(
            title=article["number"], product_class=kind
        )
        _model("partner", "StockRecord").objects.create(
            product=product,
            partner=partner,
            partner_sku=article["number"],
            price=Decimal(article["price"]) / 100,
            price_currency="EUR",
        )
        found[article["number"]] = product
    return found


def _offers(offers: list[dict[str, Any]], products: dict[str, Any]) -> None:
    """Each takes units for itself alone, as ours do."""
    for number, offer in enumerate(offers):
        name = f"O{number}"
        goods = _model("offer", "Range").objects.create(name=name)
        for article in offer["articles"]:
            goods.add_product(products[article])
        condition = _model("offer", "Condition").objects.create(
            range=goods,
            type="Count",
            value=offer["n"],
            proxy_class="oscar.apps.offer.conditions.CountCondition",
        )
        value = None if offer["value"] is None else Decimal(offer["value"]) / 100
        benefit = _model("offer", "Benefit").objects.create(
            range=goods,
            value=value,
            proxy_class=f"oscar.apps.offer.benefits.{_KINDS[offer['kind']]}",
        )
        _model("offer", "ConditionalOffer").objects.create(
            name=name, condition=condition, benefit=benefit, exclusive=True
        )


def _measured(lines: list[dict[str, Any]], products: dict[str, Any]) -> dict[str, Any]:
    strategy = importlib.import_module("oscar.apps.partner.strategy").Selector().strategy()
    applicator = importlib.import_module("oscar.apps.offer.applicator").Applicator()
    basket = _model("basket", "Basket").objects.create()
    basket.strategy = strategy
    for line in lines:
        basket.add_product(products[line["number"]], quantity=line["quantity"])
    basket.reset_offer_applications()
    began = time.perf_counter()
    applicator.apply(basket)
    taken = time.perf_counter() - began
    exact = sum(line.line_price_excl_tax - line.discount_value for line in basket.all_lines())
    return {"us": taken * 1e6, "exact": str(exact)}


def main(path: str) -> None:
    """Create everything once, then each basket."""
    shop = json.loads(Path(path).read_text(encoding="utf-8"))
    _set_up()
    products = _products(shop["articles"])
    _offers(shop["offers"], products)
    answers = [_measured(lines, products) for lines in shop["baskets"]]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
