"""Importing photographs and video: a row of the manifest is one file, and whose it is."""
