"""What a column of a file can be, whatever the file holds; each kind of import has its own."""

from enum import StrEnum


class Field(StrEnum):
    """One thing that a column can say; the words are those of the mapping and the screen."""
