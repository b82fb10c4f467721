"""Tests of consent's services."""
