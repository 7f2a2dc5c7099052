"""Why each promotion did what it did for a basket, and what to do about it.

``explain`` tells it of every promotion; ``sentence`` or, in another language, ``phrase`` puts it
into words. ``loss`` computes on demand by how much the basket would be dearer with a promotion
that lost, and ``with_loss`` says so.
"""

from retail.promotions.explanation.forced import loss, with_loss
from retail.promotions.explanation.messages import Message, Word
from retail.promotions.explanation.reasons import explain
from retail.promotions.explanation.sentences import phrase, sentence
from retail.promotions.explanation.values import (
    Amount,
    Days,
    Explanation,
    Kind,
    Names,
    Parts,
    Value,
)

__all__ = [
    "Amount",
    "Days",
    "Explanation",
    "Kind",
    "Message",
    "Names",
    "Parts",
    "Value",
    "Word",
    "explain",
    "loss",
    "phrase",
    "sentence",
    "with_loss",
]
