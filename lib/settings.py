"""Typed settings, read once from the environment; refuses to know what they are used for."""

from datetime import time
from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything a clinic can set from outside, each with a default that works.

    `home` holds the store; the key folder lies beside it, never inside (DECISIONS: keys).
    """

    model_config = SettingsConfigDict(env_prefix="CLINIC_", frozen=True)

    home: Path = Path("data/demo")
    key_file: Path | None = None
    key: str | None = Field(default=None, repr=False)
    # Where the second copy of every media key lies; beside the key folder where nothing is said.
    key_mirror: Path | None = None
    # Where back-ups are kept; beside the home where nothing is said. A folder that is named here
    # must be there: one that is missing is a disk that is not plugged in, and is not made.
    backup_folder: Path | None = None
    # How many days a back-up is kept, and when the nightly one is made, on the clinic's clock.
    backup_days: int = 35
    backup_time: time = time(2, 30)
    memory_limit: str = "2GB"
    # Of one query; people are served side by side. Two threads a query made fifty people wait ten
    # times as long, because the store's threads then wait for each other (DECISIONS 20).
    threads: int = 1
    idle_minutes: int = 15
    session_hours: int = 10
    lockout_attempts: int = 5
    lockout_minutes: int = 15
    lockout_address_attempts: int = 30
    # Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
    trusted_proxies: frozenset[str] = frozenset()
    timezone: str = "Europe/London"
    phone_region: str = "GB"
    # How many days lie between two marketing messages to one patient over one channel (rule D7).
    marketing_days: int = 28
    # Whether records of the dead are compared too when duplicates are searched.
    duplicates_deceased: bool = True


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
