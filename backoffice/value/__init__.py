"""Gift cards, store credit, points, coupons and capped campaigns: one ledger for all."""
