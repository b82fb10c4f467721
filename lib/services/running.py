"""The one clinic that this process has open; made by the server's lifespan, not by a cache.

A Streamlit cache would not do: any client can ask for it to be cleared.
"""

from lib.errors import StoreError
from lib.services.clinic import Clinic

_open: list[Clinic] = []


def use(clinic: Clinic | None) -> None:
    """Make this the process's clinic; None when it has been closed."""
    _open[:] = [clinic] if clinic else []


def clinic() -> Clinic:
    """Return the process's clinic; raise `StoreError` when none is open."""
    if not _open:
        message = "The clinic is not open yet. Try again in a moment."
        raise StoreError(message)
    return _open[0]
