"""The clock of the screens: what day and time it is for the people at the clinic."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from lib.settings import settings


def zone() -> ZoneInfo:
    """Return the clinic's time zone."""
    return ZoneInfo(settings().timezone)


def now() -> datetime:
    """Return the present moment as the store keeps it: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """Return the day at the clinic."""
    return datetime.now(zone()).date()


def local(moment: datetime) -> datetime:
    """Return a stored moment (UTC without a zone) as the clock on the clinic's wall shows it."""
    return moment.replace(tzinfo=UTC).astimezone(zone())


def stored(moment: datetime) -> datetime:
    """Return a moment on the clinic's wall clock (without a zone) as the store keeps it."""
    return moment.replace(tzinfo=zone()).astimezone(UTC).replace(tzinfo=None)
