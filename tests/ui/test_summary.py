"""The summary strip in words."""

from uuid import UUID

from lib.domain.summary import Key, State, SummaryItem
from lib.services import follow_ups
from lib.ui import summary
from lib.ui.components.blocks import Mark, Tone

PATIENT = UUID("01a20000-0000-7000-8000-00000000beef")


def item(state: State, path: str | None = None, *, is_of_patient: bool = True) -> SummaryItem:
    return SummaryItem(Key.LOTS, "Lots", "Lot missing", state, "Why", path, is_of_patient)


def test_each_state_has_its_word_and_its_shape() -> None:
    parts = [summary.part_of(item(state), PATIENT) for state in State]
    assert [(part.state, part.icon, part.tone) for part in parts] == [
        ("done", "check", Tone.GOOD),
        ("missing", "close", Tone.WARN),
        ("not applicable", "remove", Tone.PLAIN),
    ]


def test_an_item_leads_to_its_screen_for_the_patient_or_for_all_or_nowhere() -> None:
    record = f"/patient?id={PATIENT}"
    of_patient = item(State.DONE, "pages/records/patient.py")
    of_all = item(State.DONE, follow_ups.SCREEN, is_of_patient=False)
    hrefs = [summary.part_of(one, PATIENT).href for one in (of_patient, of_all, item(State.DONE))]
    assert hrefs == [record, "/follow-ups", ""]


def test_a_screen_that_this_version_lacks_leads_to_the_record() -> None:
    later = item(State.MISSING, "pages/records/not_built_yet.py")
    assert summary.part_of(later, PATIENT).href == f"/patient?id={PATIENT}"


def test_results_say_what_is_missing_in_full_and_leave_out_what_does_not_apply() -> None:
    marks = summary.marks_of(item(state) for state in State)
    assert marks == (Mark("Lots", "check", Tone.GOOD), Mark("Lot missing", "close", Tone.WARN))
