"""Passwords, second factor and tokens; knows no screen."""
