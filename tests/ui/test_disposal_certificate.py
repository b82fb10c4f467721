"""What a certificate says on the screen, from what was signed."""

from typing import Any

import pytest

from lib.ui.components.blocks import Tone
from lib.ui.disposal import certificate

SAID: dict[str, Any] = {
    "method": "erase",
    "proposed_at": "2026-11-20T09:00:00",
    "approved_at": "2026-11-21T09:00:00",
    "erased_at": "2026-11-21T09:01:00",
    "issued_at": "2026-11-21T09:02:00",
    "items": ["D-000001", "D-000002"],
    "partial": [],
    "skipped": [],
    "search": {"hits": 0, "places": []},
    "backups_end_on": None,
}


def facts(**changes: Any) -> dict[str, str]:  # noqa: ANN401 - any field of a certificate
    drawn = certificate._heading({**SAID, **changes})  # noqa: SLF001 - what the screen draws
    return {one.label: one.values[0].text for one in drawn.facts}


def finding(**changes: Any) -> Any:  # noqa: ANN401
    return certificate._finding({**SAID, **changes}).notices[0]  # noqa: SLF001


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([], "None"),
        (["D-000007"], "D-000007"),
        (["D-000001", "D-000002"], "2: D-000001 to D-000002"),
    ],
)
def test_records_are_told_by_their_numbers(items: list[str], told: str) -> None:
    assert facts(items=items)["Records"] == told


def test_what_is_kept_in_part_and_what_was_left_out_is_told_with_its_reason() -> None:
    told = facts(partial=["D-000003"], skipped=[["D-000004", "it is held back by legal hold"]])
    assert told["Vital subset"] == "D-000003"
    assert told["D-000004"] == "Left out: it is held back by legal hold"


def test_the_last_back_up_is_told_by_its_day_and_none_as_none() -> None:
    assert finding().lines == ("No back-up that is kept was made before they went.",)
    (line,) = finding(backups_end_on="2026-12-26").lines
    assert line.startswith("The last back-up that can still hold them ends on 26-Dec-2026.")
    assert finding().title.startswith("2 records gone")


def test_a_trace_that_was_found_is_never_told_as_proved() -> None:
    told = finding(search={"hits": 3, "places": []})
    assert (told.title, told.tone) == ("3 traces left", Tone.ALERT)
