"""Retention on the screens: what expires when, why it is kept, what holds it back."""
