"""Gift cards, vouchers and store credit on the payment page."""
