"""Retention: settings, the schedule, what holds records back, and why each one is kept."""
