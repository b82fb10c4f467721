"""Importing consents: what goes in, what is refused as at the door, what waits, what follows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.consent import Channel, Topic
from lib.domain.consent_texts import Start
from lib.imports.consents import resolving
from lib.imports.kinds import Kind
from lib.imports.report import ImportReport
from lib.services import contacts, import_review, suppression
from lib.services.clinic import Clinic
from lib.services.consent import forms, reading
from lib.services.imports import Order
from lib.store import consent_standing
from tests.in_touch import add_email
from tests.records import NOW, TODAY, restrict, write
from tests.services.importing import (
    PARTIAL,
    PATIENTS,
    actions,
    bring,
    counts,
    entries,
    everything,
    patient_of,
    rows,
)

HEADER = "client id,consent type,channel,status,date,form,version,evidence\n"
GIVEN = "1,Social media,,opt in,03/02/2025 14:20,Pictures,1,Paper form in drawer 3\n"
EMAIL = "1,Marketing,e-mail,yes,2025-02-03T14:20:30Z,Pictures v1,,Signed on the tablet\n"
OUT = "2,Marketing,,opted out,04/02/2025,,,\n"
STORED = ("consent_event", "consent_evidence", "consent_standing", "import_row", "import_review")
EVENTS = """
SELECT purpose, channel, decision, received_at, route, form_version_id IS NOT NULL
FROM consent_event ORDER BY event_id
"""
REASONS = "SELECT kind, purpose, reason FROM consent_task ORDER BY task_id"
STATES = "SELECT purpose, channel, decision FROM consent_standing ORDER BY patient_id, channel"


@pytest.fixture(autouse=True)
def version_ids(clinic: Clinic, compliance: Actor) -> list[UUID]:
    """Bring the patients in, and two wordings of a form: of 2020 and of 2025-06-01."""
    bring(clinic, compliance, Kind.PATIENTS, PATIENTS)
    asked = ("social media", "keeping in touch")
    ids = (uuid7s.uuid7(), uuid7s.uuid7())
    forms.begin(clinic, compliance, ids, Start("Pictures", asked, "Words"), now=NOW)
    second = uuid7s.uuid7()

    def begin_on(form_version_id: UUID, day: str) -> None:
        sql = "UPDATE consent_form_version SET in_force_from = ? WHERE form_version_id = ?"
        clinic.store.transact(
            lambda unit: unit.cursor.execute(sql, [date.fromisoformat(day), form_version_id])
        )

    begin_on(ids[1], "2020-01-01")
    forms.rewrite(clinic, compliance, ids[0], second, now=NOW)
    begin_on(second, "2025-06-01")
    return [ids[1], second]


def tell(clinic: Clinic, actor: Actor, text: str, order: Order | None = None) -> ImportReport:
    return bring(clinic, actor, Kind.CONSENTS, HEADER + text, order)


def reasons(report: ImportReport) -> list[tuple[str, str]]:
    return [(one.column, one.reason) for one in report.rejected]


def test_consents_are_stored_as_the_file_says(clinic: Clinic, compliance: Actor) -> None:
    report = tell(clinic, compliance, GIVEN + EMAIL + OUT)
    assert counts(report) == (3, 0, 0, 0, 0)
    day = datetime.fromisoformat("2025-02-04T00:00")
    assert rows(clinic, EVENTS) == [
        ("social media", "", "given", datetime(2025, 2, 3, 14, 20), "imported", True),  # noqa: DTZ001
        ("keeping in touch", "email", "given", datetime(2025, 2, 3, 14, 20, 30), "imported", True),  # noqa: DTZ001
        *(("keeping in touch", one, "withdrawn", day, "imported", False) for one in Channel),
    ]
    evidence = "SELECT kind, note FROM consent_evidence ORDER BY evidence_id"
    assert rows(clinic, evidence) == [
        ("imported", "Paper form in drawer 3"),
        ("imported", "Signed on the tablet"),
    ]
    told = actions(clinic)
    assert (told[Action.CONSENT_GIVEN], told[Action.CONSENT_WITHDRAWN]) == (1, 1)
    assert "drawer" not in "".join(entry.detail for entry in entries(clinic))


def test_a_time_without_a_zone_is_one_in_london(clinic: Clinic, compliance: Actor) -> None:
    text = "1,Marketing,sms,withdrawn,03/07/2025 9:05 am,,,\n2,gp,,no,03/07/2025,,,\n"
    tell(clinic, compliance, text)
    assert [str(one[3]) for one in rows(clinic, EVENTS)] == [
        "2025-07-03 08:05:00",
        "2025-07-02 23:00:00",
    ]


def test_how_everybody_stands_is_as_the_rule_says(clinic: Clinic, compliance: Actor) -> None:
    with clinic.store.reading() as cursor:
        state = consent_standing.get_state(cursor)
    later = "1,Social media,,withdrawn,03/02/2026,,,\n"
    tell(clinic, compliance, later)
    tell(clinic, compliance, GIVEN + EMAIL)
    assert rows(clinic, STATES) == [
        ("social media", "", "withdrawn"),
        ("keeping in touch", "email", "given"),
    ]
    before = everything(clinic, "consent_standing")
    one = patient_of(clinic, "1")
    clinic.store.transact(lambda unit: consent_standing.refresh(unit.cursor, [one]))
    assert everything(clinic, "consent_standing") == before
    with clinic.store.reading() as cursor:
        assert consent_standing.get_state(cursor) != state
        standing = reading.standings(cursor, one, TODAY)
    assert standing[Topic("keeping in touch", Channel.EMAIL)].state == "active"


def test_the_same_file_twice_changes_nothing(clinic: Clinic, compliance: Actor) -> None:
    tell(clinic, compliance, GIVEN + EMAIL + OUT)
    before = everything(clinic, *STORED)
    assert counts(tell(clinic, compliance, OUT + EMAIL + GIVEN)) == (0, 0, 3, 0, 0)
    other_words = GIVEN.replace("drawer 3", "the archive")
    assert counts(tell(clinic, compliance, other_words)) == (0, 0, 1, 0, 0)
    assert everything(clinic, *STORED) == before


def test_one_line_twice_is_refused_with_the_first_one_named(
    clinic: Clinic, compliance: Actor
) -> None:
    report = tell(clinic, compliance, GIVEN + GIVEN, PARTIAL)
    assert counts(report) == (1, 0, 0, 0, 1)
    assert reasons(report) == [("consent type", "line 2 says the same")]


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
BAD = {
    "1,Knitting,,yes,03/02/2025,Pictures,1,Paper": ("consent type", resolving.UNKNOWN_PURPOSE),
    "1,Social media,,yes,03/02/2025,Pictures,1,": ("evidence", resolving.NO_EVIDENCE),
    "1,Social media,,yes,03/02/2025,,,Paper": ("form", resolving.NO_FORM),
    "1,Social media,,yes,03/02/2025,Nothing,,Paper": ("form", resolving.UNKNOWN_FORM),
    "1,Social media,,yes,03/02/2025,Pictures,9,Paper": ("version", resolving.UNKNOWN_VERSION),
    "1,Social media,,yes,03/02/2025,Pictures,2,Paper": (
        "form",
        "version 2 of this form is in force from 01-Jun-2025, after this row",
    ),
    "1,Social media,,yes,03/02/2019,Pictures,,Paper": (
        "form",
        "version 1 of this form is in force from 01-Jan-2020, after this row",
    ),
    "1,Education,,yes,03/02/2025,Pictures,,Paper": ("form", resolving.ASKS_OTHERWISE),
    "1,Marketing,,yes,03/02/2025,Pictures,,Paper": ("channel", resolving.NO_CHANNEL),
    "1,Social media,sms,yes,03/02/2025,Pictures,,Paper": (
        "channel",
        resolving.CHANNEL_SUPERFLUOUS,
    ),
    "1,Marketing,pigeon,no,03/02/2025,,,": (
        "channel",
        "this is not a way of contact we know; write email, sms, phone or post",
    ),
    "1,Marketing,sms,perhaps,03/02/2025,,,": (
        "status",
        "this is not a decision we know; write given, refused or withdrawn",
    ),
    "1,Marketing,sms,,03/02/2025,,,": ("status", "the row does not say what was decided"),
    "1,Marketing,sms,no,,,,": ("date", "the row does not say when"),
    "1,,sms,no,03/02/2025,,,": ("consent type", "the row does not say what it is about"),
    "1,Marketing,sms,no,03/02/2025,,one,": (
        "version",
        "this is not a version; write its number",
    ),
    f"1,Marketing,sms,no,{TOMORROW},,,": (
        "date",
        "this moment has not come yet; give the time at which it reached the clinic",
    ),
    f"1,Social media,,yes,03/02/2025,Pictures,1,{'x' * 2001}": (
        "evidence",
        "say what shows it in 2,000 characters",
    ),
}


def test_rows_that_cannot_be_are_refused_with_what_to_do(clinic: Clinic, compliance: Actor) -> None:
    report = tell(clinic, compliance, "\n".join((*BAD, OUT)), PARTIAL)
    assert reasons(report) == list(BAD.values())
    assert counts(report) == (1, 0, 0, 0, len(BAD))


def test_one_bad_row_keeps_a_file_out_unless_the_good_ones_are_wanted(
    clinic: Clinic, compliance: Actor
) -> None:
    bad = next(iter(BAD))
    assert counts(tell(clinic, compliance, f"{GIVEN}{bad}\n")) == (0, 0, 0, 0, 1)
    assert everything(clinic, "consent_event") == {"consent_event": []}


def test_a_withdrawal_or_refusal_goes_in_without_form_evidence_or_channel(
    clinic: Clinic, compliance: Actor
) -> None:
    text = (
        "1,Social media,,withdrawn,03/02/2019,Nothing,9,\n"
        "1,Social media,sms,withdrawn,04/02/2019,,,\n"
        "1,Marketing,,no,03/02/2019,,,\n"
    )
    assert counts(tell(clinic, compliance, text)) == (3, 0, 0, 0, 0)


def test_what_is_not_asked_any_more_can_only_be_taken_back(
    clinic: Clinic, compliance: Actor
) -> None:
    sql = "UPDATE consent_purpose SET is_active = false WHERE code = 'social media'"
    clinic.store.transact(lambda unit: unit.cursor.execute(sql))
    back = "1,Social media,,withdrawn,03/02/2026,,,\n"
    report = tell(clinic, compliance, GIVEN + back, PARTIAL)
    assert reasons(report) == [("consent type", resolving.NOT_ASKED)]
    assert counts(report) == (1, 0, 0, 0, 1)


def test_without_a_number_the_wording_of_the_day_is_meant(
    clinic: Clinic, compliance: Actor, version_ids: list[UUID]
) -> None:
    later = GIVEN.replace("03/02/2025", "01/06/2025").replace("Pictures,1", "Pictures (v. 2),")
    tell(clinic, compliance, GIVEN.replace("Pictures,1", "pictures,") + later)
    found = rows(clinic, "SELECT form_version_id FROM consent_event ORDER BY received_at")
    assert [row[0] for row in found] == version_ids


def test_a_restricted_record_is_left_out_rule_e1(clinic: Clinic, compliance: Actor) -> None:
    restrict(clinic, patient_of(clinic, "1"))
    report = tell(clinic, compliance, GIVEN + OUT, PARTIAL)
    assert counts(report) == (1, 0, 0, 0, 1)
    assert "restricted" in report.rejected[0].reason


def test_a_row_of_nobody_waits_and_is_tied_by_a_person(
    clinic: Clinic, compliance: Actor, staff: Actor
) -> None:
    text = "77,Marketing,sms,opt out,03/02/2025 10:00,,,Wrote a letter\n"
    assert counts(tell(clinic, compliance, text)) == (0, 0, 0, 1, 0)
    (person,) = import_review.list_waiting(clinic, staff).people
    said = dict(person.rows[0].said[0])
    assert said["decision"] == "withdrawn"
    two = patient_of(clinic, "2")
    import_review.link(clinic, staff, person.review_ids, two, now=NOW)
    assert [row[:3] for row in rows(clinic, EVENTS)] == [("keeping in touch", "sms", "withdrawn")]
    assert counts(tell(clinic, compliance, text)) == (0, 0, 1, 0, 0)


def use_of(clinic: Clinic, patient_id: UUID, purpose: str) -> None:
    write(
        clinic,
        "media_use",
        use_id=uuid7s.uuid7(),
        media_id=uuid7s.uuid7(),
        patient_id=patient_id,
        purpose=purpose,
        place="Website",
        used_on=date(2025, 3, 1),
        recorded_at=NOW,
    )


def test_a_withdrawal_opens_the_same_tasks_as_at_the_door(
    clinic: Clinic, compliance: Actor
) -> None:
    for key in ("1", "2"):
        use_of(clinic, patient_of(clinic, key), "social media")
    back = "1,Social media,,withdrawn,03/02/2026,,,\n"
    tell(clinic, compliance, GIVEN + back + OUT)
    found = rows(clinic, REASONS)
    assert [row[:2] for row in found] == [("take down", "social media")]
    assert actions(clinic)[Action.CONSENT_TASK_OPENED] == 1


@pytest.mark.parametrize("most", [0, 5_000])
def test_a_no_to_keeping_in_touch_is_on_the_suppression_list_since_it_was_said(
    clinic: Clinic, compliance: Actor, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(contacts, "MOST_ONE_BY_ONE", most)
    for key in ("1", "2"):
        add_email(clinic, patient_of(clinic, key), f"of-{key}@example.org")
    tell(clinic, compliance, EMAIL + OUT + OUT.replace("04/02", "06/02"))
    with clinic.store.reading() as cursor:
        there = suppression.suppressed(clinic, cursor, Channel.EMAIL)
    said = [there.since([f"of-{key}@example.org"]) for key in ("1", "2")]
    assert said == [None, datetime.fromisoformat("2025-02-06T00:00")]
    assert actions(clinic)[Action.CONTACT_SUPPRESSED] == 1


def test_rows_at_odds_are_to_be_looked_at(clinic: Clinic, compliance: Actor) -> None:
    other = GIVEN.replace("opt in", "declined")
    tell(clinic, compliance, GIVEN + other)
    assert {row[0] for row in rows(clinic, REASONS)} == {"look at"}
    assert rows(clinic, STATES) == [("social media", "", "refused")]


@given(
    said=st.lists(
        st.tuples(
            st.sampled_from(["yes", "declined", "opt out"]),
            st.integers(0, 5),
            st.sampled_from(["Social media", "email marketing"]),
        ),
        min_size=1,
        max_size=8,
    ),
    cut=st.integers(0, 8),
)
@hypothesis_settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_order_of_files_and_lines_never_changes_how_somebody_stands(
    clinic: Clinic, compliance: Actor, said: list[tuple[str, int, str]], cut: int
) -> None:
    empty(clinic)
    lines = [
        f"1,{purpose},,{word},{2021 + hour}-02-03 10:00,Pictures,1,Paper\n"
        for word, hour, purpose in said
    ]
    for part in filter(None, (lines[:cut], lines[cut:])):
        tell(clinic, compliance, "".join(part), PARTIAL)
    first = states(clinic)
    empty(clinic)
    tell(clinic, compliance, "".join(reversed(lines)), PARTIAL)
    assert states(clinic) == first


def empty(clinic: Clinic) -> None:
    def work(unit: Any) -> None:  # noqa: ANN401
        for table in (*STORED, "consent_task"):
            unit.cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

    clinic.store.transact(work)


def states(clinic: Clinic) -> list[tuple[Any, ...]]:
    return rows(clinic, STATES)
