"""Reads the scripts and styles that lie beside the components; they are sent as they are."""

from pathlib import Path

FOLDER = Path(__file__).parent


def source(*names: str) -> str:
    """Return the files' text, one after the other."""
    return "\n".join((FOLDER / name).read_text("utf-8") for name in names)
