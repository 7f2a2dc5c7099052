"""Promotions: versions, approval, and what tills are sent."""
