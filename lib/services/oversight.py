"""What oversight needs to look at today: refusals, the last check of the trail, accounts."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lib.domain.access import Actor, Permission, can
from lib.domain.audit import Action, Outcome
from lib.services import (
    duplicates,
    follow_ups,
    histories,
    home,
    import_review,
    recalls,
    stock,
)
from lib.services.backups import listing as backups
from lib.services.clinic import Clinic
from lib.services.consent import overview as consent_overview
from lib.services.consent import tasks as consent_tasks
from lib.services.disposal import overview as disposals
from lib.services.home import HomeItem, Urgency
from lib.services.media import missing
from lib.services.retention import hold_list
from lib.store import imports, oversight, people, practitioners

AUDIT_SCREEN = "pages/oversight/audit.py"
PEOPLE_SCREEN = "pages/oversight/people.py"
IMPORT_SCREEN = "pages/oversight/imports.py"
DAYS_OF_REFUSALS = 7
# The check is due weekly (a policy of ours).
DAYS_BETWEEN_CHECKS = 7


def refusals(clinic: Clinic, _: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say how often somebody was refused in the last seven days."""
    first = as_of - timedelta(days=DAYS_OF_REFUSALS - 1)
    zone = ZoneInfo(clinic.settings.timezone)
    begun = datetime.combine(first, time.min, zone).astimezone(UTC).replace(tzinfo=None)
    with clinic.store.reading() as cursor:
        count = oversight.count_outcome(cursor, Outcome.REFUSED.value, begun)
    if count:
        detail = f"in the last {DAYS_OF_REFUSALS} days: wrong passwords, screens not permitted"
        query = (("outcome", Outcome.REFUSED.value), ("since", first.isoformat()))
        yield HomeItem("Refused attempts", count, detail, Urgency.INFORMATION, AUDIT_SCREEN, query)


def trail(clinic: Clinic, _: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say when the audit trail was last checked, and what came of it."""
    with clinic.store.reading() as cursor:
        last = oversight.get_last(cursor, Action.AUDIT_VERIFIED.value)
    if last is None:
        detail, urgency = "It has never been checked", Urgency.DUE
    else:
        checked_at, found = last[0], json.loads(last[1])
        days = (as_of - checked_at.date()).days
        faults = int(found.get("faults", 0))
        detail = f"{faults:,} faults at the last check" if faults else f"Found sound {_ago(days)}"
        urgency = Urgency.DUE if days >= DAYS_BETWEEN_CHECKS else Urgency.INFORMATION
        urgency = Urgency.OVERDUE if faults else urgency
    yield HomeItem("Check of the audit trail", None, detail, urgency, AUDIT_SCREEN)


def accounts(clinic: Clinic, _: Actor, __: date) -> Iterable[HomeItem]:
    """Say how many accounts there are, and how many wait for their owner or are disabled."""
    with clinic.store.reading() as cursor:
        everybody = people.list_people(cursor)
    disabled = sum(person.is_disabled for person in everybody)
    waiting = sum(person.must_change_password and not person.is_disabled for person in everybody)
    detail = f"{waiting:,} invited and not signed in yet, {disabled:,} disabled"
    urgency = Urgency.INFORMATION
    yield HomeItem("People with an account", len(everybody), detail, urgency, PEOPLE_SCREEN)


def clinic_facts(clinic: Clinic, actor: Actor, as_of: date) -> Iterable[HomeItem]:
    """Say what is known of the clinic itself; nothing here counts patients (rule F1)."""
    with clinic.store.reading() as cursor:
        working = practitioners.count_active(cursor, as_of)
        runs = imports.list_runs(cursor, 1)
    yield HomeItem("Practitioners", working, "working here today", Urgency.INFORMATION)
    for run, name in runs:
        when = _ago((as_of - run.started_at.date()).days)
        by = f" by {name}" if name else ""
        path = IMPORT_SCREEN if can(actor, Permission.IMPORT_RECORDS) else None
        yield HomeItem("Last import", None, f"{when}{by}", Urgency.INFORMATION, path)


def _ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days:,} days ago")


def register_all() -> None:
    """Let everything that this version knows of speak on the home page."""
    home.register(Permission.VIEW_RECORD, follow_ups.home_items)
    home.register(Permission.REVIEW_IMPORTS, import_review.home_items)
    home.register(Permission.MERGE_RECORDS, duplicates.home_items)
    home.register(Permission.ADD_MEDIA, missing.home_items)
    home.register(Permission.VIEW_RECORD, histories.home_items)
    home.register(Permission.LIST_CONSENT, consent_tasks.home_items)
    home.register(Permission.RUN_RECALL, recalls.home_items)
    home.register(Permission.VIEW_CONSENT_OVERVIEW, consent_overview.home_items)
    home.register(Permission.LIST_RETENTION, hold_list.home_items)
    home.register(Permission.PLACE_HOLDS, hold_list.home_items_of_owner)
    home.register(Permission.APPROVE_DISPOSAL, disposals.home_items)
    home.register(Permission.PROPOSE_DISPOSAL, disposals.due_items)
    home.register(Permission.MANAGE_CATALOGUE, stock.home_items)
    home.register(Permission.VERIFY_AUDIT, trail)
    home.register(Permission.VIEW_AUDIT, refusals)
    home.register(Permission.MANAGE_PEOPLE, accounts)
    home.register(Permission.MANAGE_BACKUPS, backups.home_items)
    home.register(Permission.VIEW_CLINIC, clinic_facts)
