"""Juno Desk's library: everything but the screens."""
