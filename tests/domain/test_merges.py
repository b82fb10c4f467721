"""What a merged record says, and what must be looked at first."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from lib.domain import merges
from lib.domain.merges import Asks, Identity, Side

TODAY = date(2026, 11, 23)
SURVIVOR = Identity(
    patient_id=UUID(int=1),
    reference="J00001Q",
    title="Ms",
    given_names="Anna",
    family_name="Hart",
    preferred_name=None,
    sex="female",
    born_on=date(1985, 8, 6),
    deceased_on=None,
    registered_on=date(2018, 3, 12),
    note=None,
    last_seen_on=None,
    last_practitioner_id=None,
    version=1,
    merged_into_id=None,
)


def other(**values: Any) -> Identity:  # noqa: ANN401
    return replace(SURVIVOR, patient_id=UUID(int=2), reference="J00002R", **values)


def test_there_is_nothing_to_choose_where_the_other_record_says_nothing() -> None:
    assert merges.differing(SURVIVOR, other(title=None, sex="not_known", note="")) == ()
    assert merges.merged_values(SURVIVOR, other(title=None), {"title": Side.ABSORBED}) == {}


@pytest.mark.parametrize(
    ("survivor", "absorbed", "choices", "expected"),
    [
        ({}, {"title": "Dr"}, {}, {}),
        ({}, {"title": "Dr"}, {"title": Side.ABSORBED}, {"title": "Dr"}),
        ({"title": None}, {"title": "Dr"}, {}, {"title": "Dr"}),
        ({"title": None}, {"title": "Dr"}, {"title": Side.SURVIVOR}, {}),
        ({"sex": "not_known"}, {}, {}, {"sex": "female"}),
        ({"note": "A"}, {"note": "B"}, {}, {"note": "A\n\nB"}),
        ({}, {"note": "B"}, {"note": Side.BOTH}, {"note": "B"}),
        ({}, {"last_seen_on": TODAY}, {}, {"last_seen_on": TODAY}),
        ({"last_seen_on": TODAY}, {"last_seen_on": date(2020, 1, 1)}, {}, {}),
    ],
)
def test_a_value_is_kept_taken_or_filled(
    survivor: dict[str, Any],
    absorbed: dict[str, Any],
    choices: dict[str, Side],
    expected: dict[str, object],
) -> None:
    assert merges.merged_values(replace(SURVIVOR, **survivor), other(**absorbed), choices) == (
        expected
    )


def test_every_name_that_is_not_the_records_own_becomes_an_alias_once() -> None:
    absorbed = other(given_names="Anne", family_name="Harte", preferred_name="Annie")
    assert merges.aliases(SURVIVOR, absorbed, {}, []) == [("Anne", "Harte"), ("Annie", "Harte")]
    known = [("ANNE", "harte")]
    assert merges.aliases(SURVIVOR, absorbed, {}, known) == [("Annie", "Harte")]


def test_a_name_that_gave_way_becomes_an_alias_too() -> None:
    values: merges.Values = {"given_names": "Anne"}
    assert merges.aliases(SURVIVOR, other(given_names="Anne"), values, []) == [("Anna", "Hart")]


@pytest.mark.parametrize(
    ("values", "systems", "asks"),
    [
        ({}, [], []),
        ({"given_names": "Zoe"}, [], []),
        ({"given_names": "Zoe", "family_name": "Lee"}, [], [Asks.REASON]),
        ({"born_on": None, "sex": "not_known"}, [], []),
        ({"born_on": date(1985, 6, 8)}, [], [Asks.REASON]),
        ({"sex": "male"}, [], [Asks.REASON]),
        ({}, ["Old desk"], [Asks.CONFIRMATION]),
        ({"deceased_on": TODAY}, [], [Asks.NOTHING]),
        ({"born_on": date(2010, 1, 1)}, [], [Asks.REASON, Asks.NOTHING]),
    ],
)
def test_each_disagreement_asks_for_what_it_needs(
    values: dict[str, Any], systems: list[str], asks: list[Asks]
) -> None:
    found = merges.cautions(SURVIVOR, other(**values), systems, TODAY)
    assert [one.asks for one in found] == asks
