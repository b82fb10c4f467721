"""The settings of retention: versions, what cannot be, two people at once, what a change moves."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain import retention_settings as rules
from lib.domain.access import Actor
from lib.domain.retention import Setting, Status, Trigger
from lib.domain.retention_settings import Chosen
from lib.errors import InvalidInputError, NotPermittedError, StaleVersionError
from lib.services.clinic import Clinic
from lib.services.retention import schedule, settings
from lib.services.retention.settings import Change
from tests.records import NOW, TODAY, add_patient, add_stock, add_treatment
from tests.services.conftest import actions

CHANGED = "setting of retention changed"


def change_of(version: int = 0, **typed: object) -> Change:
    base = {**rules.typed_of(Chosen(Setting())), "reason": "The new notice says so"}
    return Change(uuid7s.uuid7(), version, {**base, **typed})


def treated(clinic: Clinic, *days: date) -> list[UUID]:
    stock = add_stock(clinic)
    found = [add_patient(clinic) for _ in days]
    for patient_id, day in zip(found, days, strict=True):
        add_treatment(clinic, patient_id, stock, day)
    return found


def test_nothing_changed_yet_is_what_the_notice_promises(clinic: Clinic, owner: Actor) -> None:
    holds, versions = settings.show(clinic, owner)
    assert (holds.setting, holds.version, holds.case_limit) == (Setting(), 0, 100)
    assert versions == []


def test_a_change_is_a_version_with_its_reason_in_the_trail(clinic: Clinic, owner: Actor) -> None:
    wanted = change_of(years="10", trigger="clinical_contact", case_limit="25")
    saved = settings.change(clinic, owner, wanted, now=NOW)
    assert saved.setting == Setting(Trigger.CLINICAL_CONTACT, years=10)
    assert (saved.version, saved.case_limit) == (1, 25)
    # The form's second click says the same, and changes nothing.
    assert settings.change(clinic, owner, wanted, now=NOW) == saved
    second = settings.change(clinic, owner, change_of(1, years="9"), now=NOW)
    _, versions = settings.show(clinic, owner)
    assert [one.version for one in versions] == [2, 1]
    assert [one.reason for one in versions] == ["The new notice says so"] * 2
    with clinic.store.reading() as cursor:
        assert settings.current(cursor) == second
    assert actions(clinic).count((CHANGED, "done")) == 2


def test_two_people_at_once_do_not_overwrite_each_other(clinic: Clinic, owner: Actor) -> None:
    settings.change(clinic, owner, change_of(years="8"), now=NOW)
    with pytest.raises(StaleVersionError):
        settings.change(clinic, owner, change_of(years="9"), now=NOW)
    with pytest.raises(InvalidInputError, match="nothing is changed"):
        settings.change(clinic, owner, change_of(1, years="8"), now=NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("years", "0"),
        ("years", "31"),
        ("years", "seven"),
        ("years", ""),
        ("years", "\N{SUPERSCRIPT TWO}"),
        ("enquiry_months", "-1"),
        ("minor_age", "17"),
        ("deceased_years", "99"),
        ("financial_years", "5"),
        ("case_limit", "1001"),
        ("accounting_end_day", "32"),
        ("trigger", "marketing"),
        ("reason", "  "),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    clinic: Clinic, owner: Actor, field: str, value: str
) -> None:
    wanted = change_of(**{field: value})
    assert list(settings.check(wanted.typed)) == [field]
    with pytest.raises(InvalidInputError) as refused:
        settings.change(clinic, owner, wanted, now=NOW)
    assert refused.value.field == field


def test_the_accounting_year_ends_on_a_day_that_there_is() -> None:
    typed = change_of(accounting_end_month="2", accounting_end_day="30").typed
    assert settings.check(typed) == {"accounting_end_day": rules.NO_SUCH_DAY}
    last = change_of(accounting_end_month="2", accounting_end_day="29").typed
    assert settings.check(last) == {}


def test_fewer_years_than_the_notice_promises_are_asked_about() -> None:
    assert rules.warnings_of(Setting()) == ()
    assert rules.warnings_of(Setting(years=6)) == (rules.FEWER.format(promised=7),)
    assert rules.warnings_of(Setting(minor_age=26, minor_age_at_17=25)) == (rules.YOUNGER,)


def test_a_change_shows_what_it_would_move_before_it_is_saved(clinic: Clinic, owner: Actor) -> None:
    treated(clinic, TODAY - timedelta(days=366 * 6), TODAY - timedelta(days=366 * 9), TODAY)
    shorter = settings.preview(clinic, owner, Setting(years=5), as_of=TODAY)
    assert shorter.moved == {
        (Status.RETAIN, Status.DISPOSE_DUE): 1,
        (Status.DISPOSE_DUE, Status.DISPOSE_DUE): 1,
        (Status.RETAIN, Status.RETAIN): 1,
    }
    assert (shorter.due_at_once, shorter.kept_again) == (1, 0)
    longer = settings.preview(clinic, owner, Setting(years=10), as_of=TODAY)
    assert (longer.due_at_once, longer.kept_again) == (0, 1)
    found = schedule.schedule(clinic, owner, as_of=TODAY)
    assert found.counts_by_status[Status.DISPOSE_DUE].records == 1
    assert sum(group.records for group in longer.after) == 3


def test_staff_may_neither_see_nor_change_them(clinic: Clinic, staff: Actor) -> None:
    with pytest.raises(NotPermittedError):
        settings.show(clinic, staff)
    with pytest.raises(NotPermittedError):
        settings.change(clinic, staff, change_of(years="8"), now=NOW)
    with pytest.raises(NotPermittedError):
        settings.preview(clinic, staff, Setting(), as_of=TODAY)
    assert ("refused", "refused") in actions(clinic)
