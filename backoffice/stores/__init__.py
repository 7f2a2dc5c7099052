"""Stores, tills, enrolment and shifts."""
