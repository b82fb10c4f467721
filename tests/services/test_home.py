"""What needs each person today: counts that match the screens they lead to."""

from datetime import UTC, datetime, timedelta

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.errors import NotPermittedError
from lib.services import audit, follow_ups, home, oversight, practitioners
from lib.services.clinic import Clinic
from lib.services.home import HomeItem, Urgency
from lib.store.audit_trail import TrailFilter
from lib.ui import clock
from tests.records import (
    NOW,
    TODAY,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    write,
)


def due(clinic: Clinic, *in_days: int) -> None:
    stock = add_stock(clinic)
    for days in in_days:
        patient_id = add_patient(clinic)
        add_treatment(
            clinic,
            patient_id,
            stock,
            TODAY - timedelta(days=40),
            follow_up_due_on=TODAY + timedelta(days=days),
        )


def test_the_count_of_follow_ups_is_that_of_their_screen(clinic: Clinic, staff: Actor) -> None:
    due(clinic, -3, 2, 30)
    (item,) = follow_ups.home_items(clinic, staff, TODAY)
    found = follow_ups.list_due(clinic, staff, as_of=TODAY)
    assert item.count == found.count == len(found.rows) == 2
    assert found.overdue == 1
    assert item.urgency is Urgency.OVERDUE
    assert item.detail == "1 overdue, 1 due by 7 days from now"


def test_nothing_overdue_is_something_to_do(clinic: Clinic, staff: Actor) -> None:
    due(clinic, 2)
    (item,) = follow_ups.home_items(clinic, staff, TODAY)
    assert item.urgency is Urgency.DUE


def test_no_follow_up_is_no_matter(clinic: Clinic, staff: Actor) -> None:
    assert list(follow_ups.home_items(clinic, staff, TODAY)) == []


def test_everybody_on_the_list_of_follow_ups_is_in_the_trail(clinic: Clinic, staff: Actor) -> None:
    due(clinic, -3, 2)
    found = follow_ups.list_due(clinic, staff, as_of=TODAY)
    lines = audit_lines(clinic)
    assert {line[0] for line in lines} == {"patient shown in a list"}
    assert {line[2] for line in lines} == {str(row.patient_id) for row in found.rows}


def test_follow_ups_come_in_pages(clinic: Clinic, staff: Actor) -> None:
    due(clinic, *([0] * (follow_ups.PAGE + 1)))
    first = follow_ups.list_due(clinic, staff, as_of=TODAY)
    second = follow_ups.list_due(clinic, staff, as_of=TODAY, page=1)
    ids = {row.patient_id for row in (*first.rows, *second.rows)}
    assert len(first.rows) == follow_ups.PAGE
    assert len(ids) == first.count == follow_ups.PAGE + 1


def test_an_owner_sees_neither_follow_ups_nor_practitioners(clinic: Clinic, owner: Actor) -> None:
    with pytest.raises(NotPermittedError):
        follow_ups.list_due(clinic, owner, as_of=TODAY)
    with pytest.raises(NotPermittedError):
        practitioners.list_names(clinic, owner)


def test_practitioners_come_by_name(clinic: Clinic, staff: Actor) -> None:
    add_stock(clinic)
    assert list(practitioners.list_names(clinic, staff).values()) == ["Dr Kim Roe", "Pat Lee"]


def test_the_count_of_refusals_is_that_of_the_audit_screen(
    clinic: Clinic, compliance: Actor, owner: Actor
) -> None:
    refused = Event(Action.REFUSED, outcome=Outcome.REFUSED)
    clinic.store.transact(lambda unit: unit.audit(owner, refused, refused))
    (item,) = oversight.refusals(clinic, compliance, clock.today())
    asked = dict(item.query)
    since = clock.stored(datetime.fromisoformat(asked["since"]))
    chosen = TrailFilter(outcome=asked["outcome"], since=since)
    assert item.count == len(audit.look(clinic, compliance, chosen).rows) == 2


def test_refusals_of_last_week_no_longer_count(clinic: Clinic, compliance: Actor) -> None:
    refused = Event(Action.REFUSED, outcome=Outcome.REFUSED)
    clinic.store.transact(lambda unit: unit.audit(None, refused))
    later = clock.today() + timedelta(days=oversight.DAYS_OF_REFUSALS)
    assert list(oversight.refusals(clinic, compliance, later)) == []


def checked(clinic: Clinic, faults: int) -> None:
    event = Event(Action.AUDIT_VERIFIED, detail={"entries": 5, "faults": faults})
    clinic.store.transact(lambda unit: unit.audit(None, event))


def test_a_trail_that_was_never_checked_is_something_to_do(
    clinic: Clinic, compliance: Actor
) -> None:
    (item,) = oversight.trail(clinic, compliance, TODAY)
    assert (item.urgency, item.detail) == (Urgency.DUE, "It has never been checked")


@pytest.mark.parametrize(
    ("faults", "days_later", "urgency", "detail"),
    [
        (0, 0, Urgency.INFORMATION, "Found sound today"),
        (0, 1, Urgency.INFORMATION, "Found sound yesterday"),
        (0, 7, Urgency.DUE, "Found sound 7 days ago"),
        (2, 0, Urgency.OVERDUE, "2 faults at the last check"),
    ],
)
def test_the_last_check_says_what_it_found_and_when_the_next_is_due(
    clinic: Clinic, compliance: Actor, faults: int, days_later: int, urgency: Urgency, detail: str
) -> None:
    checked(clinic, faults)
    day = datetime.now(UTC).date() + timedelta(days=days_later)
    (item,) = oversight.trail(clinic, compliance, day)
    assert (item.urgency, item.detail) == (urgency, detail)


def test_accounts_are_counted_by_what_they_wait_for(clinic: Clinic, administrator: Actor) -> None:
    (item,) = oversight.accounts(clinic, administrator, TODAY)
    assert item.count == 0
    assert item.detail == "0 invited and not signed in yet, 0 disabled"


def test_each_matter_reaches_only_those_who_may_and_the_pressing_come_first(
    clinic: Clinic, staff: Actor, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "_registered", [])
    calm = HomeItem("Calm", None, "", Urgency.INFORMATION, "pages/records/home.py")
    late = HomeItem("Late", 1, "", Urgency.OVERDUE, "pages/records/home.py")

    def provider(_: Clinic, __: Actor, ___: object) -> list[HomeItem]:
        return [calm, late]

    home.register(Permission.VIEW_RECORD, provider)
    home.register(Permission.VIEW_RECORD, provider)
    assert home.items(clinic, staff, TODAY) == [late, calm]
    assert home.items(clinic, owner, TODAY) == []


def test_what_this_version_knows_of_reaches_each_role(
    clinic: Clinic, staff: Actor, compliance: Actor, owner: Actor, administrator: Actor
) -> None:
    oversight.register_all()
    due(clinic, 1)
    titles = {
        actor: {item.title for item in home.items(clinic, actor, TODAY)}
        for actor in (staff, compliance, owner, administrator)
    }
    assert titles[staff] == {"Follow-ups due"}
    assert titles[compliance] == {"Follow-ups due", "Check of the audit trail", "Practitioners"}
    assert titles[owner] == {"Practitioners"}
    assert titles[administrator] == {"Back-up", "People with an account", "Practitioners"}


def test_the_owner_learns_of_the_clinic_and_of_no_patient(
    clinic: Clinic, owner: Actor, administrator: Actor
) -> None:
    add_stock(clinic)
    add_patient(clinic)
    write(
        clinic,
        "import_run",
        import_id=uuid7s.uuid7(),
        kind="patients",
        file_sha256="0",
        is_partial=False,
        started_at=NOW,
        rows_read=9,
        rows_added=9,
        rows_changed=0,
        rows_unchanged=0,
        rows_rejected=0,
    )
    working, imported = oversight.clinic_facts(clinic, owner, TODAY)
    assert (working.count, working.path) == (2, None)
    assert (imported.detail, imported.path, imported.count) == ("today", None, None)
    _, led_to = oversight.clinic_facts(clinic, administrator, TODAY)
    assert led_to.path == oversight.IMPORT_SCREEN
