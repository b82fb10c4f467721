"""Importing patients: the columns of a patient list, what they change, and writing it."""
