"""Disposal: a case of two people, the act, and the proof that it was done (RULES C)."""
