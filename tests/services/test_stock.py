"""The cupboard: received once, corrected, withdrawn and had again, and no patient in it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.errors import InvalidInputError, NotFoundError, NotPermittedError
from lib.services import stock
from lib.services.clinic import Clinic
from lib.services.home import HomeItem
from lib.services.stock import Asked, NewLot, NewProduct, View
from lib.store.stock import LotRow
from tests.conftest import actor_with
from tests.records import TODAY, add_stock, audit_lines

PRODUCT: dict[str, Any] = {
    "name": "Calmora",
    "product_group": "toxin",
    "unit": "unit",
    "components": " human albumin \n\nlactose",
    "is_prescription_only": True,
    "is_active": True,
}


@pytest.fixture
def product_id(clinic: Clinic) -> UUID:
    """Return the toxin of the test stock, which has one lot until January 2027."""
    return add_stock(clinic).toxin_id


def receive(clinic: Clinic, actor: Actor, product_id: UUID, **typed: str) -> LotRow:
    wanted = NewLot(uuid7s.uuid7(), product_id, typed)
    return stock.receive(clinic, actor, wanted, as_of=TODAY)


def shown(clinic: Clinic, actor: Actor, view: View, **asked: Any) -> list[str]:  # noqa: ANN401
    found = stock.lots(clinic, actor, Asked(view, **asked), as_of=TODAY)
    assert found.count == found.counts[view]
    return [lot.lot_number for lot in found.rows]


def changes(clinic: Clinic, action: str) -> list[str]:
    return [line[4] for line in audit_lines(clinic) if line[0] == action]


def test_a_scanned_pack_fills_number_and_expiry(
    clinic: Clinic, staff: Actor, product_id: UUID
) -> None:
    lot = receive(clinic, staff, product_id, lot_number="(17)280131(10)AB-12", quantity="5")
    assert (lot.lot_number, lot.expires_on, lot.quantity) == ("AB-12", date(2028, 1, 31), 5)
    assert lot.received_on == TODAY
    assert changes(clinic, "lot changed") == ['{"changed": "received"}']


def test_receiving_twice_is_receiving_once(clinic: Clinic, staff: Actor, product_id: UUID) -> None:
    wanted = NewLot(uuid7s.uuid7(), product_id, {"lot_number": "AB-12", "expires_on": "31.1.28"})
    first = stock.receive(clinic, staff, wanted, as_of=TODAY)
    assert stock.receive(clinic, staff, wanted, as_of=TODAY) == first
    assert shown(clinic, staff, View.CUPBOARD) == ["VX-1", "AB-12"]


@pytest.mark.parametrize(
    ("typed", "field", "reason"),
    [
        ({}, "lot_number", "type the lot number"),
        ({"lot_number": "vx-1"}, "lot_number", "in stock already"),
        ({"lot_number": "(17)281301"}, "lot_number", "cannot be read"),
        ({"lot_number": "A", "expires_on": "31/02/2028"}, "expires_on", "not a date"),
        ({"lot_number": "A", "quantity": "-1"}, "quantity", "not a number of packs"),
        ({"lot_number": "A", "quantity": "0"}, "quantity", "not a number of packs"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused_at_its_field(
    clinic: Clinic, staff: Actor, product_id: UUID, typed: dict[str, str], field: str, reason: str
) -> None:  # fmt: skip
    with pytest.raises(InvalidInputError, match=reason) as caught:
        receive(clinic, staff, product_id, **typed)
    assert caught.value.field == field
    assert shown(clinic, staff, View.CUPBOARD) == ["VX-1"]


def test_lots_are_listed_by_how_they_stand(clinic: Clinic, staff: Actor, product_id: UUID) -> None:
    for number, days in (("SOON", 60), ("LATER", 61), ("GONE", -1), ("LONG-GONE", -91)):
        day = TODAY + timedelta(days=days)
        receive(clinic, staff, product_id, lot_number=number, expires_on=day.isoformat())
    assert shown(clinic, staff, View.CUPBOARD) == ["SOON", "LATER", "VX-1"]
    assert shown(clinic, staff, View.SOON) == ["SOON"]
    assert shown(clinic, staff, View.EXPIRED) == ["GONE"]
    assert shown(clinic, staff, View.WITHDRAWN) == []
    assert shown(clinic, staff, View.SOON, product_id=uuid7s.uuid7()) == []


def test_what_home_counts_is_what_the_screen_lists(
    clinic: Clinic, staff: Actor, product_id: UUID
) -> None:
    for number, days in (("SOON", 1), ("SOON-2", 2), ("GONE", -1)):
        day = TODAY + timedelta(days=days)
        receive(clinic, staff, product_id, lot_number=number, expires_on=day.isoformat())
    items: list[HomeItem] = list(stock.home_items(clinic, staff, TODAY))
    listed = [len(shown(clinic, staff, View[dict(one.query)["view"].upper()])) for one in items]
    assert [one.count for one in items] == listed == [1, 2]


def test_a_withdrawn_lot_can_be_had_again(clinic: Clinic, staff: Actor, product_id: UUID) -> None:
    lot = receive(clinic, staff, product_id, lot_number="AB-12", expires_on="31/01/2028")
    with pytest.raises(InvalidInputError) as caught:
        stock.withdraw(clinic, staff, lot.lot_id, " ", as_of=TODAY)
    assert caught.value.field == "reason"
    for _ in range(2):
        stock.withdraw(clinic, staff, lot.lot_id, "Notice 14", as_of=TODAY)
    assert shown(clinic, staff, View.WITHDRAWN) == ["AB-12"]
    for _ in range(2):
        stock.reinstate(clinic, staff, lot.lot_id)
    assert shown(clinic, staff, View.WITHDRAWN) == []
    assert changes(clinic, "lot changed")[1:] == [
        '{"changed": "withdrawn"}',
        '{"changed": "reinstated"}',
    ]


def test_a_correction_says_in_the_trail_what_changed(
    clinic: Clinic, staff: Actor, product_id: UUID
) -> None:
    lot = receive(clinic, staff, product_id, lot_number="AB-12", expires_on="31/01/2028")
    typed = {"lot_number": "AB-13", "expires_on": "31/01/2028", "received_on": TODAY.isoformat()}
    assert stock.correct(clinic, staff, lot.lot_id, typed, as_of=TODAY).lot_number == "AB-13"
    assert changes(clinic, "lot changed")[-1] == '{"changed": "lot_number"}'
    with pytest.raises(InvalidInputError, match="already"):
        stock.correct(clinic, staff, lot.lot_id, {**typed, "lot_number": "VX-1"}, as_of=TODAY)
    with pytest.raises(NotFoundError):
        stock.correct(clinic, staff, uuid7s.uuid7(), typed, as_of=TODAY)


def test_a_correction_may_keep_the_lot_number(
    clinic: Clinic, staff: Actor, product_id: UUID
) -> None:
    lot = receive(clinic, staff, product_id, lot_number="AB-12", expires_on="31/01/2028")
    typed = {"lot_number": "AB-12", "expires_on": "28/02/2028", "received_on": TODAY.isoformat()}
    corrected = stock.correct(clinic, staff, lot.lot_id, typed, as_of=TODAY)
    assert (corrected.lot_number, corrected.expires_on) == ("AB-12", date(2028, 2, 28))


def test_a_product_is_added_changed_and_keeps_its_name(clinic: Clinic, staff: Actor) -> None:
    key = uuid7s.uuid7()
    stock.save_product(clinic, staff, NewProduct(key, PRODUCT))
    (found,) = stock.products(clinic, staff)
    assert (found.name, found.components) == ("Calmora", "human albumin\nlactose")
    stock.save_product(clinic, staff, NewProduct(key, {**PRODUCT, "is_active": False}))
    stock.save_product(clinic, staff, NewProduct(key, {**PRODUCT, "is_active": False}))
    assert changes(clinic, "product changed") == [
        '{"changed": "added"}',
        '{"changed": "is_active"}',
    ]
    with pytest.raises(InvalidInputError, match="keeps its name"):
        stock.save_product(clinic, staff, NewProduct(key, {**PRODUCT, "name": "Other"}))
    with pytest.raises(InvalidInputError, match="already"):
        stock.save_product(clinic, staff, NewProduct(uuid7s.uuid7(), PRODUCT))


def test_what_a_product_lacks_is_named(clinic: Clinic, staff: Actor) -> None:
    faults = stock.check_product({"product_group": "magic"})
    assert list(faults) == ["name", "unit", "product_group"]
    with pytest.raises(InvalidInputError):
        stock.save_product(clinic, staff, NewProduct(uuid7s.uuid7(), {}))


def test_the_owner_keeps_stock_and_an_administrator_does_not(
    clinic: Clinic, owner: Actor, product_id: UUID
) -> None:
    assert shown(clinic, owner, View.CUPBOARD) == ["VX-1"]
    administrator = actor_with(Role.ADMINISTRATOR)
    with pytest.raises(NotPermittedError):
        shown(clinic, administrator, View.CUPBOARD)
    with pytest.raises(NotPermittedError):
        receive(clinic, administrator, product_id, lot_number="A")
