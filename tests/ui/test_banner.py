"""What the banner says (NHS CUI)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lib.domain.consent import Decision, Topic
from lib.domain.history import AllergyState, HistoryEntry, Kind, Status
from lib.services.records import Alerts
from lib.store.consent_alerts import Ended
from lib.store.records import Adjustment, Patient, Restriction
from lib.ui.components.banner import banner_of
from tests.records import EVIL_FAMILY, EVIL_GIVEN, EVIL_PREFERRED, NOW, TODAY

PATIENT = Patient(
    patient_id=UUID(int=1),
    reference="J00042W",
    title="Mr",
    given_names="Philip",
    family_name="Jones",
    preferred_name=None,
    sex="male",
    born_on=date(1945, 7, 14),
    deceased_on=None,
    registered_on=date(2018, 1, 1),
    source="patient",
    source_detail=None,
    note=None,
    last_seen_on=None,
    practitioner_name=None,
    version=1,
    merged_into_id=None,
    changed_at=NOW,
)
QUIET = Alerts((), AllergyState.NOT_RECORDED, (), (), None, False, 0, None)


def allergy(name: str, severity: str | None) -> HistoryEntry:
    return HistoryEntry(
        *(UUID(int=1), UUID(int=1), 1, Kind.ALLERGY, name, None, severity, Status.ACTIVE),
        *(None, None, "patient", None, None, datetime.fromisoformat("2026-01-01"), None),
    )


def said(patient: Patient = PATIENT, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    return dict(banner_of(patient, replace(QUIET, **changed), TODAY))


def test_who_it_is_comes_in_the_banners_words() -> None:
    banner = said()
    assert banner["name"] == "JONES, Philip (Mr)"
    assert banner["preferred"] is None
    assert banner["pairs"] == [
        {"label": "Born", "value": "14-Jul-1945 (81y)"},
        {"label": "Gender", "value": "Male"},
        {"label": "Reference", "value": "J00042W"},
    ]
    assert banner["died"] is None


def test_what_is_not_known_is_said_in_words() -> None:
    values = [pair["value"] for pair in said(replace(PATIENT, born_on=None, sex="x"))["pairs"]]
    assert values[:2] == ["Not known", "Not known"]


def test_none_known_is_told_apart_from_not_recorded() -> None:
    assert said()["allergies"]["value"] == "Allergies not recorded"
    none_known = said(allergy_state=AllergyState.NONE_KNOWN)["allergies"]
    assert none_known["value"] == "No known allergies"
    assert none_known["icon"] != said()["allergies"]["icon"]


def test_known_allergies_are_named_with_their_severity() -> None:
    known = (allergy("Latex", "severe"), allergy("Egg", None))
    banner = said(allergy_state=AllergyState.KNOWN, allergies=known)
    assert banner["allergies"]["label"] == "Allergies"
    assert banner["allergies"]["value"] == "Latex (severe), Egg"


def test_death_is_said_with_the_age_reached_and_stops_the_age() -> None:
    banner = said(deceased_on=date(2020, 3, 2))
    assert banner["died"] == "Deceased 02-Mar-2020 (74y)"
    assert banner["pairs"][0]["value"] == "14-Jul-1945"


def test_what_stands_out_is_a_word_with_a_shape() -> None:
    banner = said(
        adjustments=(Adjustment("Deaf", "Face them", True, "patient", NOW),),
        restriction=Restriction("accuracy contested", NOW),
        is_minor=True,
    )
    assert [mark["word"] for mark in banner["marks"]] == [
        "1 reasonable adjustment",
        "Restricted",
        "Under 18",
    ]
    assert all(mark["icon"] for mark in banner["marks"])


def withdrawn(purpose: str, name: str) -> Ended:
    return Ended(Topic(purpose), Decision.WITHDRAWN, name)


def test_withdrawn_consent_is_named_treatment_gravest() -> None:
    one = withdrawn("education", "Use for education")
    (mark,) = said(ended=(one,))["marks"]
    assert (mark["word"], mark["tone"]) == ("Consent withdrawn: Use for education", "warn")
    (mark,) = said(ended=(withdrawn("treatment", "Treatment"), one, one, one))["marks"]
    assert mark["word"] == "Consent withdrawn: Treatment; Use for education, and 2 more"
    assert mark["tone"] == "alert"


def test_a_refusal_was_never_a_consent_and_is_no_alert() -> None:
    assert (
        said(ended=(replace(withdrawn("education", "X"), decision=Decision.REFUSED),))["marks"]
        == []
    )


def test_a_name_that_looks_like_code_stays_as_it_was_typed() -> None:
    evil = replace(
        PATIENT, family_name=EVIL_FAMILY, given_names=EVIL_GIVEN, preferred_name=EVIL_PREFERRED
    )
    banner = said(evil)
    assert banner["name"] == f"{EVIL_FAMILY.upper()}, {EVIL_GIVEN} (Mr)"
    assert banner["preferred"]["value"] == EVIL_PREFERRED
