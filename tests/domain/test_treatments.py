"""The rules of treatments on their boundary days; properties of forms."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.domain.ages import birthday
from lib.domain.charts import Chart, Point
from lib.domain.products import Group
from lib.domain.registration import Reading
from lib.domain.treatment_form import read_entry, typed_of
from lib.domain.treatments import (
    Entry,
    Item,
    Known,
    Lot,
    Product,
    check,
    check_age,
    faults,
    warnings,
)
from lib.errors import InvalidInputError, UnderAgeError

TODAY = date(2026, 11, 24)
TOXIN = Product(UUID(int=1), "Velaxin", Group.TOXIN, "unit", is_prescription_only=True)
BOOSTER = Product(UUID(int=2), "Hydro", Group.SKIN_BOOSTER, "ml", is_prescription_only=False)
LOT = Lot(UUID(int=3), TOXIN.product_id, "V1", TODAY)
PERSON = UUID(int=4)


def entry(treated_on: date = TODAY, **values: object) -> Entry:
    usual: dict[str, object] = {
        "name": "Wrinkle relaxing",
        "treated_on": treated_on,
        "items": (Item("glabella", TOXIN.product_id, LOT.lot_id, Decimal(20)),),
        "practitioner_id": PERSON,
        "prescriber_id": PERSON,
    }
    return Entry(**{**usual, **values})  # type: ignore[arg-type]


def known(born_on: date | None = date(1980, 2, 29), *products: Product) -> Known:
    return Known(born_on, None, products or (TOXIN,), (LOT,))


@given(some.dates(date(1990, 1, 1), date(2026, 11, 24)), some.integers(0, 40 * 365))
def test_the_law_is_broken_exactly_before_the_eighteenth_birthday(born: date, days: int) -> None:
    treated_on = born + timedelta(days=days)
    if treated_on < birthday(born, 18):
        with pytest.raises(UnderAgeError):
            check_age(entry(treated_on), known(born))
    else:
        check_age(entry(treated_on), known(born))


def test_born_on_the_29th_of_february_comes_of_age_on_the_1st_of_march() -> None:
    born = date(2008, 2, 29)
    with pytest.raises(UnderAgeError):
        check_age(entry(date(2026, 2, 28)), known(born))
    check_age(entry(date(2026, 3, 1)), known(born))


def test_a_skin_booster_under_eighteen_warns_and_is_not_refused() -> None:
    young = known(date(2010, 1, 1), BOOSTER)
    item = Item("face", BOOSTER.product_id, None, Decimal(2))
    check_age(entry(items=(item,)), young)
    assert [warning.key for warning in warnings(entry(items=(item,)), young)] == ["age"]


@pytest.mark.parametrize(("days", "is_refused"), [(0, False), (1, True)])
def test_a_lot_may_be_used_through_its_last_day(days: int, is_refused: bool) -> None:  # noqa: FBT001
    treated_on = TODAY + timedelta(days=days)
    found = faults(entry(treated_on), known(), as_of=treated_on)
    assert bool(found) is is_refused


def test_a_correction_warns_where_a_new_treatment_is_refused() -> None:
    late = entry(TODAY + timedelta(days=1))
    as_of = late.treated_on
    with pytest.raises(InvalidInputError):
        check(late, known(), as_of=as_of)
    check(late, known(), as_of=as_of, is_correction=True)
    assert [one.key for one in warnings(late, known(), is_correction=True)] == [
        f"expired:{LOT.lot_id}"
    ]


def test_a_point_outside_the_drawing_or_without_a_dose_is_refused() -> None:
    for x, dose in ((Decimal(101), Decimal(1)), (Decimal(1), Decimal(0))):
        point = Point("glabella", Chart.FACE_FRONT, x, Decimal(1), dose)
        item = Item("glabella", TOXIN.product_id, LOT.lot_id, Decimal(1), (point,))
        assert [name for name, _ in faults(entry(items=(item,)), known(), as_of=TODAY)] == ["chart"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"treated_on": date(1949, 12, 31)}, "treated_on"),
        ({"name": "x" * 201}, "name"),
        ({"notes": "x" * 4001}, "notes"),
        ({"aftercare": "x" * 4001}, "aftercare"),
        ({"items": (Item(" ", TOXIN.product_id, LOT.lot_id, Decimal(1)),)}, "chart"),
        ({"items": (Item("nose", UUID(int=9), None, Decimal(1)),)}, "product_id"),
        ({"items": (Item("nose", TOXIN.product_id, UUID(int=9), Decimal(1)),)}, "lot_id"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, object], field: str) -> None:
    found = faults(entry(**changed), known(date(1900, 1, 1)), as_of=TODAY)  # type: ignore[arg-type]
    assert field in {name for name, _ in found}


lots = some.sampled_from([LOT.lot_id, UUID(int=8), None])
products = some.sampled_from([TOXIN.product_id, BOOSTER.product_id])
items = some.builds(
    Item,
    area=some.sampled_from(["glabella", "forehead", "home use"]),
    product_id=products,
    lot_id=lots,
    dose=some.decimals(min_value="0.5", max_value=50, places=2),
)
entries = some.builds(
    entry,
    treated_on=some.dates(date(2000, 1, 1), TODAY),
    items=some.lists(
        items, max_size=5, unique_by=lambda one: (one.area, one.product_id, one.lot_id)
    ),
    price_pence=some.none() | some.integers(0, 10**6),
    follow_up_due_on=some.none() | some.dates(TODAY, TODAY + timedelta(days=400)),
    is_aftercare_given=some.booleans(),
    notes=some.none() | some.sampled_from(["A note", "Two\nlines"]),
    template_id=some.none() | some.just(PERSON),
)


@given(entries)
def test_a_form_that_shows_a_treatment_gives_it_back(one: Entry) -> None:
    reading = Reading(typed_of(one))
    found = read_entry(reading, TODAY)
    if not one.items:
        assert set(reading.faults) == {"product_id"}
        return
    assert reading.faults == {}
    assert sorted(found.items, key=repr) == sorted(one.items, key=repr)
    assert typed_of(found) == typed_of(one)
