"""Stock, products, templates and the list of contraindications, without a browser."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from tests.pages.components import blocks
from tests.pages.conftest import OpenPage
from tests.pages.test_history import press, problems, type_in
from tests.records import Stock, add_stock


@pytest.fixture
def known(running_clinic: Clinic) -> Stock:
    """Return the test stock: a toxin with one lot, and a serum."""
    return add_stock(running_clinic)


def rows(clinic: Clinic, sql: str) -> list[tuple[Any, ...]]:
    with clinic.store.reading() as cursor:
        return cursor.execute(sql).fetchall()


def choose(screen: AppTest, label: str, value: object) -> AppTest:
    return next(one for one in screen.selectbox if one.label == label).set_value(value).run()


def titles(screen: AppTest) -> list[str]:
    return [entry["title"] for block in blocks(screen) for entry in block.get("entries", [])]


def test_a_lot_is_received_from_a_scanned_pack(open_page: OpenPage, known: Stock) -> None:
    screen = open_page("stock", Role.STAFF)
    assert titles(screen) == ["Velaxin, lot VX-1"]
    press(screen, "Put it into stock")
    assert ["Choose the product" in one for one in problems(screen)][-1]
    choose(screen, "Product received", known.toxin_id)
    type_in(screen, "Lot number", "(17)280131(10)AB-12")
    press(screen, "Put it into stock")
    assert not screen.exception
    assert set(titles(screen)) == {"Velaxin, lot VX-1", "Velaxin, lot AB-12"}
    # The next delivery begins with an empty form.
    assert [one.value for one in screen.text_input if one.label == "Lot number"] == [""]


def test_a_lot_that_is_there_is_refused_kindly(open_page: OpenPage, known: Stock) -> None:
    screen = open_page("stock", Role.OWNER)
    choose(screen, "Product received", known.toxin_id)
    type_in(screen, "Lot number", "vx-1")
    press(screen, "Put it into stock")
    assert ["is in stock already" in one for one in problems(screen)] == [True]


def test_home_leads_to_the_view_that_it_counts(open_page: OpenPage, known: Stock) -> None:
    assert known
    screen = open_page("stock", Role.STAFF, query={"view": "expired"})
    assert not screen.exception
    assert titles(screen) == []
    assert any(block.get("empty") == "No lot has gone out of date." for block in blocks(screen))


def test_a_product_is_added(open_page: OpenPage, running_clinic: Clinic) -> None:
    screen = open_page("products", Role.OWNER)
    press(screen, "Add this product")
    assert len(problems(screen)) == 2
    type_in(screen, "Name", "Calmora")
    type_in(screen, "Counted in", "unit")
    press(screen, "Add this product")
    assert rows(running_clinic, "SELECT name, unit, product_group FROM product") == [
        ("Calmora", "unit", "toxin")
    ]
    assert titles(screen) == ["Calmora"]


def test_a_template_is_added_with_its_doses(
    open_page: OpenPage, running_clinic: Clinic, known: Stock
) -> None:
    screen = open_page("templates", Role.STAFF)
    press(screen, "Add this template")
    assert ["Choose the product" in one for one in problems(screen)] == [True]
    choose(screen, "Product", str(known.toxin_id))
    type_in(screen, "Name", "Wrinkle relaxing, 2 areas")
    type_in(screen, "Areas with the usual dose, one a line", "glabella: 20\nforehead: 12.5\nbrow")
    type_in(screen, "Follow-up after days", "14")
    type_in(screen, "Price in pounds", "£1,225.50")
    press(screen, "Add this template")
    assert not screen.exception
    sql = "SELECT follow_up_days, price_pence, version FROM treatment_template"
    assert rows(running_clinic, sql) == [(14, 122_550, 1)]
    sql = "SELECT area, CAST(dose AS DOUBLE) FROM treatment_template_item ORDER BY position"
    assert rows(running_clinic, sql) == [("glabella", 20.0), ("forehead", 12.5), ("brow", None)]
    assert titles(screen) == ["Wrinkle relaxing, 2 areas"]


@pytest.mark.parametrize(
    ("label", "value", "reason"),
    [
        ("Follow-up after days", "1.5", "no whole number"),
        ("Price in pounds", "cheap", "no amount of money"),
        ("Areas with the usual dose, one a line", "glabella: lots", "the dose of glabella"),
    ],
)
def test_what_a_template_may_not_say_is_refused(
    open_page: OpenPage, running_clinic: Clinic, known: Stock, label: str, value: str, reason: str
) -> None:  # fmt: skip
    screen = open_page("templates", Role.STAFF)
    choose(screen, "Product", str(known.toxin_id))
    type_in(screen, "Name", "Wrinkle relaxing")
    type_in(screen, label, value)
    press(screen, "Add this template")
    assert [reason in one for one in problems(screen)] == [True]
    assert rows(running_clinic, "SELECT count(*) FROM treatment_template") == [(0,)]


def test_the_clinic_adds_to_its_list_of_contraindications(
    open_page: OpenPage, running_clinic: Clinic
) -> None:
    (before,) = rows(running_clinic, "SELECT count(*) FROM contraindication")[0]
    screen = open_page("contraindications", Role.STAFF)
    assert len(titles(screen)) == before
    press(screen, "Add to the list")
    assert ["Give it a name" in one for one in problems(screen)] == [True]
    type_in(screen, "What it is", "Recent sunburn")
    type_in(screen, "Words to look for, one a line", "sunburn")
    type_in(screen, "What follows from it", "Wait until the skin is calm")
    press(screen, "Add to the list")
    assert not screen.exception
    assert "Recent sunburn" in titles(screen)


def test_a_recall_that_does_not_exist_says_so(open_page: OpenPage) -> None:
    query = {"id": "01a20000-0000-7000-8000-00000000dead"}
    screen = open_page("recall", Role.STAFF, query=query)
    assert [one.value for one in screen.title] == ["Not found"]
