"""Why people change prices and take goods back: codes that reports are grouped by."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from retail.words import N_


class Occasion(StrEnum):
    """What a reason is given for."""

    PRICE = "price"
    REDUCTION = "reduction"
    LEFT_OUT = "left_out"
    EXEMPTION = "exemption"
    RETURN = "return"
    GIVEN_UP = "given_up"
    NO_SALE = "no_sale"


REASONS: Mapping[Occasion, Mapping[str, str]] = {
    Occasion.PRICE: {
        "label": N_("Shelf label says otherwise"),
        "match": N_("Price of a competitor"),
        "negotiated": N_("Agreed with the customer"),
        "other": N_("Other reason"),
    },
    Occasion.REDUCTION: {
        "damaged": N_("Damaged goods"),
        "expiring": N_("Close to its date"),
        "complaint": N_("Complaint"),
        "staff": N_("Staff purchase"),
        "goodwill": N_("Goodwill"),
        "other": N_("Other reason"),
    },
    Occasion.LEFT_OUT: {
        "customer": N_("The customer asks for it"),
        "wrong": N_("The offer is wrong"),
        "other": N_("Other reason"),
    },
    Occasion.EXEMPTION: {
        "certificate": N_("Certificate shown"),
        "diplomat": N_("Diplomatic identity card"),
    },
    Occasion.RETURN: {
        "unwanted": N_("Changed their mind"),
        "defective": N_("Defective"),
        "wrong_size": N_("Wrong size or kind"),
        "late": N_("Delivered late"),
        "charged_wrong": N_("Charged wrongly"),
        "other": N_("Other reason"),
    },
    Occasion.GIVEN_UP: {
        "no_money": N_("Cannot pay"),
        "left": N_("Customer left"),
        "broken": N_("Broken or spoiled"),
        "theft": N_("Theft"),
        "test": N_("Rung up by mistake"),
    },
    Occasion.NO_SALE: {
        "change": N_("Change for a customer"),
        "mistake": N_("Change given wrongly"),
        "stuck": N_("The drawer did not open"),
        "count": N_("Cash to be counted"),
        "other": N_("Other reason"),
    },
}
"""Codes with English words for people; they pass through gettext where they are shown."""


def known(occasion: Occasion, reason: str) -> bool:
    """Whether a code is a reason for it."""
    return reason in REASONS[occasion]
