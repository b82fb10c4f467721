"""Tests of what the screens share."""
