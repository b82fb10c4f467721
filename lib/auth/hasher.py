"""streamlit-authenticator's bcrypt hasher, imported without the noise its package makes.

Importing that package declares a component, and Streamlit warns that no session is running.
"""

import importlib
import logging
from typing import Protocol

NOISY = (
    "streamlit.runtime.caching.cache_data_api",
    "streamlit.runtime.scriptrunner_utils.script_run_context",
)


class _Hasher(Protocol):
    def hash(self, password: str) -> str:
        """Return the bcrypt hash of a password of at most 72 bytes."""

    def check_pw(self, password: str, hashed_password: str) -> bool:
        """Tell whether the password belongs to the hash."""


def _import_quietly() -> _Hasher:
    # Streamlit makes its loggers when it is imported, and sets their level whenever it likes.
    importlib.import_module("streamlit")
    loggers = [logging.getLogger(name) for name in NOISY]
    for logger in loggers:
        logger.disabled = True
    try:
        module = importlib.import_module("streamlit_authenticator.utilities.hasher")
    finally:
        for logger in loggers:
            logger.disabled = False
    hasher: _Hasher = module.Hasher()
    return hasher


Hasher = _import_quietly()
