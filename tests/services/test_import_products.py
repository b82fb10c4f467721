"""Importing products and lots: a row may be a product alone; what is known is filled, not lost."""

from datetime import date

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.imports.kinds import Kind
from lib.imports.report import ImportReport
from lib.services.clinic import Clinic
from lib.services.imports import Order
from tests.services.importing import (
    PARTIAL,
    PATIENTS,
    actions,
    bring,
    counts,
    entries,
    everything,
    rows,
)

HEADER = "product,category,manufacturer,unit,POM,ingredients,batch no,expiry,date received,qty\n"
VELAXIN = (
    "Velaxin 100,toxin,Northmoor,units,yes,botulinum toxin A; human albumin,VX-1,31/03/2028,"
    "02/10/2026,12\n"
)
SECOND_LOT = "Velaxin 100,,,,,,VX 2,30/06/2028,,\n"
ALONE = "Hyalis Soft,Dermal filler,Lumière,ml,no,,,,,\n"
TABLES = ("product", "lot")
LIST_PRODUCTS = """
SELECT name, product_group, manufacturer, unit, is_prescription_only, components, is_active
FROM product ORDER BY name
"""
LIST_LOTS = "SELECT lot_number, expires_on, received_on, quantity FROM lot ORDER BY lot_number"


def stock(clinic: Clinic, actor: Actor, text: str, order: Order | None = None) -> ImportReport:
    return bring(clinic, actor, Kind.PRODUCTS, text, order)


def test_products_and_their_lots_are_stored_as_the_file_says(
    clinic: Clinic, administrator: Actor
) -> None:
    report = stock(clinic, administrator, HEADER + VELAXIN + SECOND_LOT + ALONE)
    assert counts(report) == (3, 0, 0, 0, 0)
    assert report.unmapped == ()
    assert rows(clinic, LIST_PRODUCTS) == [
        ("Hyalis Soft", "filler", "Lumière", "ml", False, None, True),
        (
            "Velaxin 100",
            "toxin",
            "Northmoor",
            "unit",
            True,
            "botulinum toxin A\nhuman albumin",
            True,
        ),
    ]
    assert rows(clinic, LIST_LOTS) == [
        ("VX 2", date(2028, 6, 30), None, None),
        ("VX-1", date(2028, 3, 31), date(2026, 10, 2), 12),
    ]
    assert actions(clinic) == {
        Action.PRODUCT_CHANGED: 2,
        Action.LOT_CHANGED: 2,
        Action.IMPORT_DONE: 1,
    }
    assert "Velaxin" not in "".join(entry.detail for entry in entries(clinic))


def test_the_same_file_twice_changes_nothing(clinic: Clinic, administrator: Actor) -> None:
    text = HEADER + VELAXIN + SECOND_LOT + ALONE
    stock(clinic, administrator, text)
    before = everything(clinic, *TABLES)
    assert counts(stock(clinic, administrator, text)) == (0, 0, 3, 0, 0)
    otherwise = text.replace("Velaxin 100", "VELAXIN  100").replace("VX 2", "vx2")
    assert counts(stock(clinic, administrator, otherwise)) == (0, 0, 3, 0, 0)
    assert everything(clinic, *TABLES) == before


def test_rows_of_one_product_that_disagree_change_it_once(
    clinic: Clinic, administrator: Actor
) -> None:
    text = HEADER + VELAXIN + SECOND_LOT.replace("100,,,", "100,,Other maker,")
    stock(clinic, administrator, text)
    assert counts(stock(clinic, administrator, text)) == (0, 0, 2, 0, 0)
    assert rows(clinic, "SELECT manufacturer FROM product") == [("Northmoor",)]


def test_what_the_file_says_of_a_product_is_taken_over_and_a_blank_erases_nothing(
    clinic: Clinic, administrator: Actor
) -> None:
    stock(clinic, administrator, HEADER + VELAXIN)
    changed = "Velaxin 100,,Halden,,,,VX-1,,,99\n"
    assert counts(stock(clinic, administrator, HEADER + changed)) == (0, 1, 0, 0, 0)
    assert rows(clinic, LIST_PRODUCTS)[0][:4] == ("Velaxin 100", "toxin", "Halden", "unit")
    assert rows(clinic, LIST_LOTS) == [("VX-1", date(2028, 3, 31), date(2026, 10, 2), 12)]


def test_what_is_not_known_of_a_lot_is_filled(clinic: Clinic, administrator: Actor) -> None:
    stock(clinic, administrator, HEADER + "Velaxin 100,toxin,,,,,VX-1,,,\n")
    assert counts(stock(clinic, administrator, HEADER + VELAXIN)) == (0, 1, 0, 0, 0)
    assert rows(clinic, LIST_LOTS) == [("VX-1", date(2028, 3, 31), date(2026, 10, 2), 12)]


def test_another_expiry_of_a_lot_is_refused(clinic: Clinic, administrator: Actor) -> None:
    stock(clinic, administrator, HEADER + VELAXIN)
    report = stock(clinic, administrator, HEADER + VELAXIN.replace("31/03/2028", "31/03/2029"))
    assert counts(report) == (0, 0, 0, 0, 1)
    assert not report.is_written
    assert (report.rejected[0].column, report.rejected[0].value) == ("batch no", "VX-1")


def test_a_product_that_only_a_treatment_had_named_gets_its_group_and_is_offered(
    clinic: Clinic, administrator: Actor
) -> None:
    bring(clinic, administrator, Kind.PATIENTS, PATIENTS)
    treated = "patient id,date,treatment,product\n1,25/10/2025,Botox,Velaxin 100\n"
    bring(clinic, administrator, Kind.TREATMENTS, treated)
    assert rows(clinic, LIST_PRODUCTS)[0][1] == "other"
    assert counts(stock(clinic, administrator, HEADER + VELAXIN)) == (1, 0, 0, 0, 0)
    assert rows(clinic, LIST_PRODUCTS)[0][1::5] == ("toxin", True)


def test_every_fault_is_told_with_its_place(clinic: Clinic, administrator: Actor) -> None:
    text = (
        HEADER
        + ",toxin,,,,,,,,\n"
        + "A,wonder,,,,,,,,\n"
        + "B,,,,,,,31/03/2028,,\n"
        + "C,,,,,,L1,,02/10/2099,\n"
        + "D,,,,,,L1,,,1.5\n"
        + "E,,,,,,L1,,,\n"
        + "e,,,,,,l 1,,,\n"
    )
    report = stock(clinic, administrator, text, PARTIAL)
    assert counts(report) == (1, 0, 0, 0, 6)
    assert [(row.line, row.column) for row in report.rejected] == [
        (2, "product"),
        (3, "category"),
        (4, "batch no"),
        (5, "date received"),
        (6, "qty"),
        (8, "batch no"),
    ]


def test_what_the_person_should_know_is_told(clinic: Clinic, administrator: Actor) -> None:
    text = HEADER + "A,,,,,,L1,,,\nB,toxin,,,,,L2,31/03/2020,,\nC,other,,,,,,,,5\n"
    report = stock(clinic, administrator, text)
    assert report.warnings == (
        "New lots without an expiry date: 1.",
        "New lots that have expired already: 1.",
        "Quantities of no lot, which are not taken in: 1.",
        "New products in the group “other”: 2.",
    )


def test_columns_of_a_stock_export_are_known_and_a_product_is_needed(
    clinic: Clinic, administrator: Actor
) -> None:
    report = stock(clinic, administrator, HEADER + VELAXIN, Order(dry_run=True))
    assert (report.added, report.is_written) == (1, False)
    assert rows(clinic, LIST_PRODUCTS) == []
