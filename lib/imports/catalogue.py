"""Products and lots that are stored, found by name and number, and those an import adds to them."""

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from lib.domain.products import Group, lot_key, product_key
from lib.store import bulk, imported_stock
from lib.store.connection import Cursor
from lib.store.imported_stock import Lot, Product

PRODUCT_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("product_id", "name", "product_group", "manufacturer", "unit"), pa.string()),
    "is_prescription_only": pa.bool_(),
    "components": pa.string(),
    "is_active": pa.bool_(),
}
LOT_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("product_id", "lot_id", "lot_number"), pa.string()),
    **dict.fromkeys(("expires_on", "received_on"), pa.date32()),
    "quantity": pa.int32(),
}


@dataclass(slots=True)
class Catalogue:
    """Products by how their names compare, lots by product and number; and what is new or changed.

    The new and changed are kept by id, so that each is written once.
    """

    products: dict[str, Product] = field(default_factory=dict)
    lots: dict[tuple[str, str], Lot] = field(default_factory=dict)
    new_products: dict[str, Product] = field(default_factory=dict)
    new_lots: dict[str, Lot] = field(default_factory=dict)
    changed_products: dict[str, Product] = field(default_factory=dict)
    changed_lots: dict[str, Lot] = field(default_factory=dict)

    @classmethod
    def stored(cls, cursor: Cursor) -> "Catalogue":
        """Return what there is."""
        products = imported_stock.list_products(cursor)
        lots = imported_stock.list_lots(cursor)
        return cls(
            {product_key(one.name): one for one in products},
            {(one.product_id, lot_key(one.lot_number)): one for one in lots},
        )

    def product(self, name: str) -> Product | None:
        """Return the product of a name, or None."""
        return self.products.get(product_key(name))

    def lot(self, product_id: str, lot_number: str) -> Lot | None:
        """Return a product's lot of a number, or None."""
        return self.lots.get((product_id, lot_key(lot_number)))

    def add_product(self, name: str, unit: str, **known: Any) -> Product:  # noqa: ANN401
        """Add a product; what is not `known` is as for one of which only the name is."""
        usual: dict[str, Any] = {
            "product_group": Group.OTHER.value,
            "manufacturer": None,
            "is_prescription_only": False,
            "components": None,
            "is_active": True,
        }
        added = Product(product_id=_new_id(), name=name, unit=unit or "unit", **(usual | known))
        self.products[product_key(name)] = self.new_products[added.product_id] = added
        return added

    def add_lot(self, product_id: str, lot_number: str, **known: Any) -> Lot:  # noqa: ANN401
        """Add a lot of a product; what is not `known` is unknown."""
        usual: dict[str, Any] = {"expires_on": None, "received_on": None, "quantity": None}
        added = Lot(product_id, _new_id(), lot_number, **(usual | known))
        self.lots[product_id, lot_key(lot_number)] = self.new_lots[added.lot_id] = added
        return added

    def note_changed(self, thing: Product | Lot) -> None:
        """Take note that a product or lot was changed; one that is new is written anyway."""
        if isinstance(thing, Product):
            if thing.product_id not in self.new_products:
                self.changed_products[thing.product_id] = thing
        elif thing.lot_id not in self.new_lots:
            self.changed_lots[thing.lot_id] = thing

    def write(self, cursor: Cursor) -> None:
        """Write what is new and what changed."""
        for table, types, new in (
            ("product", PRODUCT_TYPES, self.new_products),
            ("lot", LOT_TYPES, self.new_lots),
        ):
            if new:
                bulk.insert_rows(cursor, table, _table(types, list(new.values())))
        imported_stock.update_products(
            cursor, _table(PRODUCT_TYPES, list(self.changed_products.values()))
        )
        imported_stock.update_lots(cursor, _table(LOT_TYPES, list(self.changed_lots.values())))


def _table(types: dict[str, pa.DataType], things: list[Any]) -> pa.Table:
    return pa.table(
        {
            name: pa.array([getattr(one, name) for one in things], kind)
            for name, kind in types.items()
        }
    )


def _new_id() -> str:
    return str(bulk.new_ids(1)[0].as_py())
