"""Building a campaign's list over a million patients, opening it, and making its file.

The clinic is filled here with nothing but what a list asks about. CLINIC_BENCH names the folder it
is kept in; campaigns are built in it, so name one of your own.
"""

import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uuid_utils.compat as uuid7s

from lib.demo import accounts
from lib.domain.consent import Channel
from lib.domain.marketing import Message
from lib.services import campaign_files, campaigns, suppression
from lib.services.campaigns import Asked, NewCampaign
from lib.services.clinic import Clinic, open_clinic
from lib.services.suppression import Stop
from lib.settings import Settings
from lib.store.connection import UnitOfWork
from tests.bench.clinics import MILLION, ROOT

SUPPRESSED = 20_000
NOW = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
# The same patient has the same id in every table.
KEY = "CAST(md5(CAST(i AS VARCHAR)) AS UUID)"
OTHER = "CAST(md5('{}' || CAST(i AS VARCHAR)) AS UUID)"
FORM = "CAST(md5('form') AS UUID)"
TABLES = (
    f"""INSERT INTO patient (patient_id, reference, given_names, family_name, sex, born_on,
            registered_on, source, version, created_at, changed_at, last_seen_on)
        SELECT {KEY}, 'J' || i, 'Anna', 'Hart', 'female', DATE '1940-01-01' + CAST(i % 25000 AS
            INTEGER), DATE '2018-01-01', 'patient', 1, ?, ?, DATE '2022-01-01' + CAST(i % 1700 AS
            INTEGER)
        FROM range(?) AS r(i)""",  # noqa: S608
    f"""INSERT INTO patient_email (patient_email_id, patient_id, email, is_preferred, source,
            recorded_at)
        SELECT {OTHER.format("e")}, {KEY}, 'p' || i || '@example.org', true, 'patient', ?
        FROM range(?) AS r(i) WHERE i % 17 > 0""",  # noqa: S608
    f"""INSERT INTO contact_preference (contact_preference_id, patient_id, channel, is_accepted,
            stated_on, source, recorded_at)
        SELECT {OTHER.format("f")}, {KEY}, 'email', i % 7 > 0, DATE '2018-01-01', 'patient', ?
        FROM range(?) AS r(i) WHERE i % 4 > 0""",  # noqa: S608
    f"""INSERT INTO contact_collection (collection_id, patient_id, channel, details_source,
            is_opt_out_offered, collected_on, recorded_at)
        SELECT {OTHER.format("c")}, {KEY}, 'email', CASE WHEN i % 10 < 8 THEN 'sale' ELSE
            'general_enquiry' END, i % 9 > 0, DATE '2018-01-01', ?
        FROM range(?) AS r(i) WHERE i % 6 > 0""",  # noqa: S608
    f"""INSERT INTO consent_event (event_id, patient_id, purpose, channel, decision, received_at,
            route, form_version_id, evidence_id, recorded_at)
        SELECT {OTHER.format("v")}, {KEY}, 'keeping in touch', 'email',
            CASE i % 10 WHEN 0 THEN 'withdrawn' WHEN 1 THEN 'refused' ELSE 'given' END,
            TIMESTAMP '2024-01-01' + to_days(CAST(i % 1000 AS INTEGER)), 'in person', {FORM},
            {FORM}, ?
        FROM range(?) AS r(i) WHERE i % 5 < 4""",  # noqa: S608
    """INSERT INTO consent_standing (patient_id, purpose, channel, event_id, decision,
            received_on, form_version_id)
        SELECT patient_id, purpose, channel, event_id, decision, CAST(received_at AS DATE),
            form_version_id
        FROM consent_event""",
    f"""INSERT INTO contact_log (contact_id, patient_id, channel, contacted_on, is_marketing, basis,
            recorded_at)
        SELECT {OTHER.format("l")}, {KEY}, 'email', CAST(now() AS DATE) - CAST(i % 90 AS INTEGER),
            true, 'CONSENT', ?
        FROM range(?) AS r(i) WHERE i % 3 = 0""",  # noqa: S608
)


def filled(patients: int) -> Path:
    """Return the home of a clinic of so many patients, filling it where it is not there."""
    folder = Path(os.environ.get("CLINIC_BENCH", ROOT / "data" / "bench"))
    home = folder / f"campaign-{patients}"
    if (home / "clinic.duckdb").exists():
        return home
    rising = folder / f"campaign-{patients}-filling"
    for part in (rising, rising.with_name(f"{rising.name}.keys")):
        shutil.rmtree(part, ignore_errors=True)
    clinic = open_clinic(Settings(home=rising))
    for sql in TABLES:
        bound = [NOW] * (sql.count("?") - 1) + [patients] if "?" in sql else []
        clinic.store.transact(lambda unit, sql=sql, bound=bound: unit.cursor.execute(sql, bound))  # type: ignore[misc]
    clinic.store.transact(lambda unit: suppress(clinic, unit))
    clinic.close()
    rising.with_name(f"{rising.name}.keys").rename(home.with_name(f"{home.name}.keys"))
    rising.rename(home)
    return home


def suppress(clinic: Clinic, unit: UnitOfWork) -> None:
    """Put some of the addresses on the suppression list."""
    addresses = tuple(f"p{7 * number}@example.org" for number in range(SUPPRESSED))
    stop = Stop(Channel.EMAIL, dict.fromkeys(addresses, NOW), NOW)
    suppression.put(clinic, unit, accounts.STAFF.actor(), stop)


def timed(act: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Return what an act returns, and how long it took, beside this process's own work."""
    begun, worked = time.perf_counter(), time.process_time()
    found = act()
    return found, {
        "seconds": round(time.perf_counter() - begun, 2),
        "own_cpu_seconds": round(time.process_time() - worked, 2),
    }


def main() -> None:
    """Print the figures as JSON."""
    clinic = open_clinic(Settings(home=filled(MILLION)))
    actor, officer, today = accounts.STAFF.actor(), accounts.COMPLIANCE.actor(), NOW.date()
    wanted = NewCampaign(uuid7s.uuid7(), "Benchmark", "A list.", Message(Channel.EMAIL))
    built, building = timed(lambda: campaigns.build(clinic, actor, wanted, now=NOW, as_of=today))
    asked = Asked(built.campaign_id)
    page, opening = timed(lambda: campaigns.open_campaign(clinic, actor, asked, as_of=today))
    _, again = timed(lambda: campaigns.open_campaign(clinic, actor, asked, as_of=today))
    made, exporting = timed(
        lambda: campaign_files.export(clinic, officer, built.campaign_id, now=NOW, as_of=today)
    )
    clinic.close()
    figures = {
        "patients": sum(page.counts.values()),
        "included": page.included,
        "exported": made.included,
        "build": building,
        "open": opening,
        "open_again": again,
        "export": exporting,
    }
    print(json.dumps(figures))  # noqa: T201


if __name__ == "__main__":
    main()
