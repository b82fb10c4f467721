"""Any version of a patient's details can be had again, also where only contacts had changed."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.details import FIELDS, at_version, changed_fields


@dataclass(frozen=True)
class Kept:
    version: int
    name: str


@given(st.lists(st.sampled_from(["contact", "a", "b", "c"]), max_size=12))
def test_any_version_says_what_it_said(steps: list[str]) -> None:
    # A step changes contacts, which keeps no row, or the name, which keeps the one before.
    said, kept, version, name = {1: "first"}, [], 1, "first"
    for step in steps:
        if step != "contact":
            kept.append(Kept(version, name))
            name = step
        version += 1
        said[version] = name
    kept.append(Kept(version, name))
    assert {number: at_version(kept, number).name for number in said} == said
    with pytest.raises(ValueError, match=f"no version {version + 1}"):
        at_version(kept, version + 1)


def test_changed_fields_come_in_the_order_of_the_form() -> None:
    old = dict.fromkeys(FIELDS, "")
    assert changed_fields(old, {**old, "note": "x", "family_name": "y"}) == ("family_name", "note")
    assert changed_fields(old, dict(old)) == ()
