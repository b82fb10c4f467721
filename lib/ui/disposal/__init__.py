"""Disposal on the screens: review, cases, decision, progress and certificate."""
