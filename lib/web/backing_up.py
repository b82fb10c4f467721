"""The back-up of the night, while the server runs, and one soon where a night was missed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

from lib.domain import backups
from lib.services.backups import doing, listing, rotating
from lib.services.clinic import Clinic

# A machine that slept over its time makes the back-up when it wakes, within this.
GRACE_SECONDS = 6 * 3600
# After a night in which the server did not run; whoever started it is let in first.
SOON = timedelta(minutes=10)
NIGHTLY = "nightly back-up"
MISSED = "missed back-up"


def start(clinic: Clinic) -> BackgroundScheduler:
    """Say what an interruption left, and make a back-up each night from now on.

    Never two at once, however late one is: what is missed while one runs is dropped.
    """
    doing.wake()
    now = doing.utc_now()
    rotating.note_interrupted(clinic, now=now)
    zone = ZoneInfo(clinic.settings.timezone)
    at = clinic.settings.backup_time
    scheduler = BackgroundScheduler(timezone=zone)
    scheduler.add_job(
        doing.run_nightly,
        CronTrigger(hour=at.hour, minute=at.minute, timezone=zone),
        args=(clinic,),
        id=NIGHTLY,
        misfire_grace_time=GRACE_SECONDS,
        coalesce=True,
        max_instances=1,
    )
    if is_missed(clinic, now):
        scheduler.add_job(
            doing.run_nightly,
            DateTrigger(datetime.now(zone) + SOON, zone),
            args=(clinic,),
            id=MISSED,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


def stop(scheduler: BackgroundScheduler) -> None:
    """End it, and what is under way with it; it is noted as stopped, and older ones are whole."""
    doing.stop()
    scheduler.shutdown(wait=True)


def is_missed(clinic: Clinic, now: datetime) -> bool:
    """Tell whether a real clinic has gone a night without a good back-up."""
    last = listing.last_good(listing.rows_of(clinic))
    return not clinic.is_demo and backups.is_overdue(last.started_at if last else None, now)
