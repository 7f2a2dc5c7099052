"""Every sentence of an explanation, as gettext message ids."""

from __future__ import annotations

from enum import StrEnum


class Message(StrEnum):
    """English sentences with ``%(name)s`` places."""

    APPLIED_TO_ONE = "Applied once to one unit: %(saved)s saved."
    APPLIED_ONCE = "Applied once to %(units)s units: %(saved)s saved."
    APPLIED = "Applied %(times)s times to %(units)s units: %(saved)s saved."
    APPLIED_TO_BASKET = "Applied to the basket: %(saved)s saved."

    REWARDS = "It holds here; its points or tickets are counted with the total."
    REWARDS_NOTHING = "Nothing that counts for it is in the basket."
    REWARDS_CUSTOMER = "Only customers get its points: ask for the customer card."
    SPEND_FOR_POINTS = "Spend %(missing)s more for its points."
    SPEND_FOR_TICKETS = "Spend %(missing)s more for a ticket."

    NOT_YET = "Not yet: it starts on %(start)s."
    EXPIRED = "No longer: it ended on %(end)s."
    STORE = "Not in this store: it holds in %(stores)s."
    CHANNEL = "Not on this channel: it holds on %(channels)s."
    TIME = "Not now: it holds %(start)s–%(end)s."
    TIME_ON_DAYS = "Not now: it holds on %(days)s %(start)s–%(end)s."
    DAY = "Not today: it holds on %(days)s."
    DAY_AT_TIME = "Not today: it holds on %(days)s %(start)s–%(end)s."
    NO_CUSTOMER = "It is counted per customer: ask for the customer card."
    NO_CUSTOMER_OF = "Only for customers of %(groups)s: ask for the customer card."
    OTHER_CUSTOMERS = "Not for this customer: it is for customers of %(groups)s."
    TENDER = "Only when paid with %(tenders)s: choose that way of paying."
    COUPON_MISSING = "It needs the coupon %(code)s: scan it."
    LEFT_OUT = "It was taken out of this basket by hand."

    CUSTOMER_LIMIT = "This customer has had it already: at most %(limit)s per customer."
    COUPON_USED_UP = "The coupon %(code)s has no uses left."
    STOCK = "What was set aside for it is sold out."
    LIMIT_APPLICATIONS = "Its limit allows no use."
    LIMIT_DISCOUNT = "Its limit allows no discount."
    LIMIT_UNITS = "It needs %(needed)s at once; its limit: %(most)s."
    LIMIT_STOCK = "It needs %(needed)s at once; left for it: %(most)s."
    LIMIT_COUPON = "%(rivals)s used the coupon %(code)s up in this basket."

    NO_MATCH = "No article of it is in the basket."
    EXCLUDED = "Its articles in the basket are excluded from it."
    NEVER_REDUCED = "Its articles in the basket are never reduced."

    ADD = "Add %(missing)s more for it to count."
    ADD_BOUGHT = "Add %(missing)s more of what has to be bought for it to count."
    ADD_REWARD = "Add one of the articles that it reduces."
    ADD_BOTH = (
        "Add %(missing)s more of what has to be bought and one of the articles that it reduces."
    )
    ADD_CHEAPER = "Add a cheaper article: it reduces none that is dearer than what is bought."
    ADD_PARTS = "Add for the set: %(parts)s."
    ADD_GIFT = "Add the free article: enough was spent for it."
    SPEND_FOR_GIFT = "Spend %(missing)s more for the free article."
    SPEND = "Spend %(missing)s more."

    NO_GAIN = "It would make nothing cheaper here."
    EXCLUSIVE = "It cannot be combined with %(rivals)s, and the basket is no dearer without it."
    EXCLUSIVE_EVEN = (
        "It cannot be combined with %(rivals)s; with it the basket would cost the same."
    )
    EXCLUSIVE_BY = (
        "It cannot be combined with %(rivals)s; with it the basket would cost %(loss)s more."
    )
    LOST = "%(rivals)s on the same articles saves at least as much."
    LOST_TO_SEVERAL = "%(rivals)s on the same articles save at least as much."
    LOST_ADD = "The articles went to %(rivals)s; add %(missing)s more for it to count, too."
    LOST_EVEN = "%(rivals)s on the same articles saves just as much."
    LOST_EVEN_TO_SEVERAL = "%(rivals)s on the same articles save just as much."
    LOST_BY = "%(rivals)s on the same articles saves %(loss)s more."
    LOST_BY_TO_SEVERAL = "%(rivals)s on the same articles save %(loss)s more."


class Word(StrEnum):
    """Pieces of sentences, as gettext message ids."""

    QUOTED = "“%(name)s”"
    ANY_ARTICLE = "any article"
    MON = "Mon"
    TUE = "Tue"
    WED = "Wed"
    THU = "Thu"
    FRI = "Fri"
    SAT = "Sat"
    SUN = "Sun"


WEEKDAYS = (Word.MON, Word.TUE, Word.WED, Word.THU, Word.FRI, Word.SAT, Word.SUN)
"""From Monday, ISO weekday 1."""
