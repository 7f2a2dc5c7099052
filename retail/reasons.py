"""Why people change prices and take goods back: codes that reports are grouped by."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Occasion(StrEnum):
    """What a reason is given for."""

    PRICE = "price"
    REDUCTION = "reduction"
    LEFT_OUT = "left_out"
    EXEMPTION = "exemption"
    RETURN = "return"
    GIVEN_UP = "given_up"


REASONS: Mapping[Occasion, Mapping[str, str]] = {
    Occasion.PRICE: {
        "label": "Shelf label says otherwise",
        "match": "Price of a competitor",
        "negotiated": "Agreed with the customer",
        "other": "Other reason",
    },
    Occasion.REDUCTION: {
        "damaged": "Damaged goods",
        "expiring": "Close to its date",
        "complaint": "Complaint",
        "staff": "Staff purchase",
        "goodwill": "Goodwill",
        "other": "Other reason",
    },
    Occasion.LEFT_OUT: {
        "customer": "The customer asks for it",
        "wrong": "The offer is wrong",
        "other": "Other reason",
    },
    Occasion.EXEMPTION: {
        "certificate": "Certificate shown",
        "diplomat": "Diplomatic identity card",
    },
    Occasion.RETURN: {
        "unwanted": "Changed their mind",
        "defective": "Defective",
        "wrong_size": "Wrong size or kind",
        "late": "Delivered late",
        "charged_wrong": "Charged wrongly",
        "other": "Other reason",
    },
    Occasion.GIVEN_UP: {
        "no_money": "Cannot pay",
        "left": "Customer left",
        "broken": "Broken or spoiled",
        "theft": "Theft",
        "test": "Rung up by mistake",
    },
}
"""Codes with English sentences for people; they pass through gettext where they are shown."""


def known(occasion: Occasion, reason: str) -> bool:
    """Whether a code is a reason for it."""
    return reason in REASONS[occasion]
