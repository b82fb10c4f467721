"""The back-up of the night."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from lib.domain.access import Actor
from lib.services.backups import doing, listing, making
from lib.services.backups.making import Order
from lib.services.clinic import Clinic
from lib.web import backing_up

LONDON = ZoneInfo("Europe/London")


def test_every_night_at_its_time_and_soon_after_a_missed_one(
    clinic: Clinic, administrator: Actor
) -> None:
    scheduler = backing_up.start(clinic)
    try:
        jobs = {job.id: job for job in scheduler.get_jobs()}
        assert set(jobs) == {backing_up.NIGHTLY, backing_up.MISSED}
        night = jobs[backing_up.NIGHTLY].next_run_time.astimezone(LONDON)
        assert (night.hour, night.minute) == (2, 30)
        assert timedelta() < night - datetime.now(LONDON) <= timedelta(days=1, hours=1)
        assert jobs[backing_up.NIGHTLY].max_instances == 1
    finally:
        backing_up.stop(scheduler)
    making.make(clinic, administrator, Order(doing.utc_now()))
    assert not backing_up.is_missed(clinic, doing.utc_now())


def test_the_backup_of_the_night_is_noted_as_such(clinic: Clinic) -> None:
    doing.wake()
    doing.run_nightly(clinic)
    (row,) = listing.rows_of(clinic)
    assert (row.kind.value, row.state.value, row.made_by) == ("nightly", "checked", None)


def test_what_goes_wrong_at_night_is_noted_and_stops_nothing(
    clinic: Clinic, tmp_path: Path
) -> None:
    away = clinic.settings.model_copy(update={"backup_folder": tmp_path / "away"})
    object.__setattr__(clinic, "settings", away)
    doing.wake()
    doing.run_nightly(clinic)
    (row,) = listing.rows_of(clinic)
    assert row.state.value == "failed"
    assert "is not there" in str(row.fault)


def test_a_server_that_ends_stops_what_is_under_way(clinic: Clinic) -> None:
    doing.stop()
    doing.run_nightly(clinic)
    (row,) = listing.rows_of(clinic)
    assert row.fault == doing.STOPPED
    doing.wake()
    with doing.turns.one_at_a_time():
        doing.run_nightly(clinic)
    assert len(listing.rows_of(clinic)) == 1
