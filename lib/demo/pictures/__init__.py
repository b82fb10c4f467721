"""Drawn pictures of people who do not exist; nothing here knows a table, a service or a file."""
