"""What the demo shops offer: forty promotions of every mechanic, on the demo assortment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from db.demo.catalogue import Article

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DemoOffer:
    """A promotion of the demo.

    Attributes:
        names: in English and, behind a bar, in German.
        rules: JSON in the form of the pricing vectors; ``{"favourite": NAME}`` and
            ``{"noun": NOUN, "in": CATEGORY}`` stand for the articles called so.
        days: how long it is valid from its first day on; 0 for without end.
    """

    promotion: str
    names: str
    rules: str
    days: int = 0
    owner: str = ""

    def params(self, articles: Sequence[Article], first: date) -> Params:
        """The rules with their articles and days."""
        valid = {"from": f"{first.isoformat()}T00:00"}
        if self.days:
            valid["to"] = f"{(first + timedelta(days=self.days)).isoformat()}T00:00"
        return {**_found(json.loads(self.rules), articles), "valid": valid}


def _found(value: Any, articles: Sequence[Article]) -> Any:
    """The same JSON with every description of articles replaced by their numbers."""
    match value:
        case {"favourite": name}:
            return {"skus": [a.row.sku for a in articles if a.row.name.startswith(name)][:1]}
        case {"noun": noun, "in": category}:
            rows = [a.row for a in articles if a.row.category == category]
            found = [r.sku for r in rows if r.unit == "piece" and noun in r.name.casefold()]
            return {"skus": found}
        case dict():
            return {key: _found(inner, articles) for key, inner in value.items()}
        case list():
            return [_found(inner, articles) for inner in value]
        case _:
            return value


OFFERS = (
    # Off single units.
    DemoOffer(
        "MILK-099",
        "Whole milk for 0.99|Vollmilch für 0,99",
        '{"type": "fixed_price", "price": 99, "scope": {"favourite": "Whole milk"}}',
        days=14,
    ),
    DemoOffer(
        "BUTTER-50",
        "Butter 50 cents off|Butter 50 Cent billiger",
        '{"type": "amount_off", "amount": 50, "scope": {"favourite": "Butter"}, '
        '"max_applications": 6}',
        days=7,
    ),
    DemoOffer(
        "ORGANIC-10",
        "10 % off organic|10 % auf Bio",
        '{"type": "percent", "bp": 1000, "scope": {"tags": ["organic"]}, "exclude": '
        '{"categories": ["baby", "spirits"]}}',
    ),
    DemoOffer(
        "TSHIRT-FLASH",
        "Flash sale: T-shirt 8.99|Blitzangebot: T-Shirt 8,99",
        '{"type": "fixed_price", "price": 899, "scope": {"favourite": "Cotton T-shirt"}, '
        '"stock_left": 120}',
        days=2,
    ),
    DemoOffer(
        "BEANS-FLASH",
        "40 % off coffee beans, 2 a basket|40 % auf Kaffeebohnen, 2 je Einkauf",
        '{"type": "percent", "bp": 4000, "scope": {"noun": "coffee beans", "in": "hot-'
        'drinks"}, "stock_left": 50, "max_units": 2}',
        days=3,
    ),
    DemoOffer(
        "DETERGENT-150",
        "Detergent 1.50 off|Waschmittel 1,50 billiger",
        '{"type": "amount_off", "amount": 150, "scope": {"noun": "detergent", "in": '
        '"household"}, "funding": "manufacturer", "max_applications": 2}',
        days=21,
    ),
    DemoOffer(
        "NAPPIES-15",
        "15 % off nappies|15 % auf Windeln",
        '{"type": "percent", "bp": 1500, "scope": {"noun": "nappies", "in": "baby"}, '
        '"funding": "manufacturer"}',
        days=28,
    ),
    DemoOffer(
        "BEER-S3",
        "Brussels: beer 30 cents off|Brüssel: Bier 30 Cent billiger",
        '{"type": "amount_off", "amount": 30, "scope": {"categories": ["beer"]}, "stores": ["S3"]}',
        owner="S3",
    ),
    # Units that belong together.
    DemoOffer(
        "PASTA-3FOR2",
        "3 for 2 on pasta|Pasta: 3 für 2",
        '{"type": "cheapest_free", "n": 3, "free": 1, "scope": {"noun": "pasta", "in": "pantry"}}',
        days=14,
    ),
    DemoOffer(
        "CHOC-4FOR3",
        "4 for 3 on chocolate|Schokolade: 4 für 3",
        '{"type": "cheapest_free", "n": 4, "free": 1, "scope": {"noun": "chocolate", "in": '
        '"sweets"}, "alloc": "reward"}',
    ),
    DemoOffer(
        "SOUP-HALF",
        "Second soup half price|Zweite Suppe zum halben Preis",
        '{"type": "cheapest_free", "n": 2, "free": 1, "bp": 5000, "scope": {"noun": "soup", '
        '"in": "meals"}}',
    ),
    DemoOffer(
        "YOGHURT-2",
        "2 yoghurts for 2.50|2 Joghurts für 2,50",
        '{"type": "nfor", "n": 2, "price": 250, "scope": {"noun": "yoghurt", "in": "dairy"}}',
        days=14,
    ),
    DemoOffer(
        "LEMONADE-6",
        "6 lemonades for 7.50|6 Limonaden für 7,50",
        '{"type": "nfor", "n": 6, "price": 750, "scope": {"noun": "lemonade", "in": "drinks"}}',
    ),
    DemoOffer(
        "FROZEN-3",
        "Any 3 frozen for 10.00|3 Tiefkühlartikel für 10,00",
        '{"type": "nfor", "n": 3, "price": 1000, "scope": {"categories": ["frozen"]}, '
        '"max_applications": 4}',
        days=10,
    ),
    DemoOffer(
        "SOURDOUGH-2",
        "2 sourdough loaves for 7.00|2 Sauerteigbrote für 7,00",
        '{"type": "nfor", "n": 2, "price": 700, "scope": {"favourite": "Sourdough loaf"}, '
        '"exclusive_group": "bread"}',
    ),
    DemoOffer(
        "LUNCH-DEAL",
        "Lunch: sandwich, drink, snack for 6.50|Mittag: Sandwich, Getränk, Snack für 6,50",
        '{"type": "bundle", "slots": [{"scope": {"favourite": "Ham sandwich"}, "qty": 1}, '
        '{"scope": {"categories": ["drinks"]}, "qty": 1}, {"scope": {"categories": '
        '["snacks"]}, "qty": 1}], "price": 650, "when": {"days": [1, 2, 3, 4, 5], "from": '
        '"11:00", "to": "14:30"}}',
    ),
    DemoOffer(
        "BREAKFAST-20",
        "Croissant and coffee 20 % off|Croissant und Kaffee 20 % billiger",
        '{"type": "bundle", "slots": [{"scope": {"favourite": "Croissant"}, "qty": 1}, '
        '{"scope": {"favourite": "Flat white"}, "qty": 1}], "bp": 2000}',
    ),
    DemoOffer(
        "WINE-TIERS",
        "Wine: 5 % from 3, 10 % from 6, 15 % from 12|Wein: 5 % ab 3, 10 % ab 6, 15 % ab 12",
        '{"type": "tier_qty", "scope": {"categories": ["wine"]}, "tiers": [{"min": 3, "bp": '
        '500}, {"min": 6, "bp": 1000}, {"min": 12, "bp": 1500}]}',
    ),
    DemoOffer(
        "ALE-TIERS",
        "Pale ale 2.30 from 6, 2.10 from 12|Pale Ale 2,30 ab 6, 2,10 ab 12",
        '{"type": "tier_qty", "scope": {"favourite": "Pale ale"}, "tiers": [{"min": 6, '
        '"price": 230}, {"min": 12, "price": 210}]}',
    ),
    # Buy something, get something.
    DemoOffer(
        "SHAMPOO-1PLUS1",
        "Shampoo: buy 1, get 1|Shampoo: 1 kaufen, 1 gratis",
        '{"type": "buy_get", "buy": {"noun": "shampoo", "in": "care"}, "buy_qty": 1, "get": '
        '{"noun": "shampoo", "in": "care"}, "get_qty": 1, "max_applications": 2}',
        days=7,
    ),
    DemoOffer(
        "CATFOOD-5PLUS1",
        "Cat food: every 6th free|Katzenfutter: jede 6. gratis",
        '{"type": "buy_get", "buy": {"noun": "cat food", "in": "pets"}, "buy_qty": 5, "get": '
        '{"noun": "cat food", "in": "pets"}, "get_qty": 1, "alloc": "reward"}',
    ),
    DemoOffer(
        "COCOA-HALF",
        "2 coffees, cocoa half price|2 Kaffee, Kakao zum halben Preis",
        '{"type": "buy_get", "buy": {"noun": "ground coffee", "in": "hot-drinks"}, "buy_qty":'
        ' 2, "get": {"noun": "cocoa", "in": "hot-drinks"}, "get_qty": 1, "bp": 5000}',
    ),
    DemoOffer(
        "DISHSOAP-100",
        "Cleaner, and dish soap for 1.00|Reiniger, und Spülmittel für 1,00",
        '{"type": "buy_get", "buy": {"noun": "cleaner", "in": "household"}, "buy_qty": 1, '
        '"get": {"noun": "dish soap", "in": "household"}, "get_qty": 1, "price": 100}',
    ),
    DemoOffer(
        "COOKIES-GIFT",
        "Cookies free from 40.00|Kekse gratis ab 40,00",
        '{"type": "gift", "min_spend": 4000, "gift": {"favourite": "Oat cookies"}}',
        days=14,
    ),
    DemoOffer(
        "SOAP-GIFT",
        "Soap free for every 25.00 of care|Seife gratis je 25,00 Pflege",
        '{"type": "gift", "min_spend": 2500, "scope": {"categories": ["care"]}, "gift": '
        '{"favourite": "Hand soap"}, "repeat": true}',
    ),
    # At certain hours and on certain days.
    DemoOffer(
        "CAFE-NIGHT",
        "Café happy hour 30 % off|Café-Happy-Hour 30 %",
        '{"type": "percent", "bp": 3000, "scope": {"categories": ["cafe"]}, "when": {"from": '
        '"22:00", "to": "02:00"}}',
    ),
    DemoOffer(
        "BREAD-EVENING",
        "Bakery half price in the evening|Backwaren abends zum halben Preis",
        '{"type": "percent", "bp": 5000, "scope": {"categories": ["bakery"]}, "when": '
        '{"from": "19:00"}, "exclusive_group": "bread"}',
    ),
    DemoOffer(
        "BBQ-WEEKEND",
        "20 % off meat at the weekend|20 % auf Fleisch am Wochenende",
        '{"type": "percent", "bp": 2000, "scope": {"categories": ["meat"]}, "when": {"days": '
        '[6, 7]}, "max_discount": 1000}',
    ),
    DemoOffer(
        "FISH-FRIDAY",
        "15 % off fish on Fridays|15 % auf Fisch am Freitag",
        '{"type": "percent", "bp": 1500, "scope": {"categories": ["fish"]}, "when": {"days": [5]}}',
    ),
    DemoOffer(
        "PIZZA-COUPON",
        "Pizza slice 1.00 off with coupon|Pizzastück 1,00 billiger mit Gutschein",
        '{"type": "amount_off", "amount": 100, "scope": {"favourite": "Pizza slice"}, '
        '"coupon": {"code": "PIZZA1", "uses_left": 3, "per_application": true}}',
    ),
    # For certain people, and for certain means of payment.
    DemoOffer(
        "EGGS-MEMBERS",
        "Members: eggs 2.99|Mitglieder: Eier 2,99",
        '{"type": "fixed_price", "price": 299, "scope": {"favourite": "Free-range eggs"}, '
        '"customer": {"tiers": ["basic", "silver", "gold"]}, "customer_limit": 4}',
    ),
    DemoOffer(
        "STAFF-30",
        "Staff 30 %|Personal 30 %",
        '{"type": "basket_percent", "bp": 3000, "customer": {"segments": ["employee"]}, '
        '"exclusive": true}',
    ),
    DemoOffer(
        "CARD-3",
        "3 % off when paid by card|3 % bei Kartenzahlung",
        '{"type": "basket_percent", "bp": 300, "tender": ["card"], "max_discount": 500}',
    ),
    # Off the whole basket.
    DemoOffer(
        "BIG-SHOP",
        "Big shop: 3 % from 60.00, 5 % from 120.00|Großeinkauf: 3 % ab 60,00, 5 % ab 120,00",
        '{"type": "basket_percent", "tiers": [{"min": 6000, "bp": 300}, {"min": 12000, "bp": '
        '500}], "exclude": {"categories": ["spirits"]}, "exclusive_group": "basket"}',
    ),
    DemoOffer(
        "HOME-STEP",
        "2.00 off for every 20.00 of household|2,00 Rabatt je 20,00 Haushalt",
        '{"type": "basket_amount", "amount": 200, "step": 2000, "scope": {"categories": '
        '["household"]}, "priority": 50}',
    ),
    DemoOffer(
        "WELCOME-10",
        "Welcome: 10 % with coupon|Willkommen: 10 % mit Gutschein",
        '{"type": "basket_percent", "bp": 1000, "min_spend": 2000, "threshold_base": '
        '"running", "coupon": {"code": "WELCOME10"}, "exclusive_group": "basket"}',
        days=60,
    ),
    DemoOffer(
        "TEN-OFF",
        "10.00 off from 80.00 with coupon|10,00 Rabatt ab 80,00 mit Gutschein",
        '{"type": "basket_amount", "amount": 1000, "min_spend": 8000, "threshold_base": '
        '"net", "coupon": {"code": "TENOFF", "uses_left": 500}}',
        days=30,
    ),
    # Points and tickets.
    DemoOffer(
        "FRUIT-POINTS",
        "Double points on fruit and vegetables|Doppelte Punkte auf Obst und Gemüse",
        '{"type": "points_multiplier", "factor_pct": 200, "scope": {"categories": ["fruit"]}}',
    ),
    DemoOffer(
        "POINTS-100",
        "100 points more from 50.00|100 Punkte mehr ab 50,00",
        '{"type": "points_bonus", "points": 100, "min_spend": 5000}',
    ),
    DemoOffer(
        "SUMMER-DRAW",
        "A ticket for every 10.00|Ein Los je 10,00",
        '{"type": "draw", "step": 1000, "max_tickets": 10}',
        days=45,
    ),
)
