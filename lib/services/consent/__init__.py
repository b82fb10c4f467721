"""Consent: what patients agreed to, and everything that a withdrawal sets off (rules D1 to D7)."""
