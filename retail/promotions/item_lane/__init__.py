"""The item lane: promotions that take units, and every way of applying one of them."""
