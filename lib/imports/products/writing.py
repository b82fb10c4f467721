"""Writing products and lots, each with its event in the trail; of any import that adds some."""

from uuid import UUID

from lib.domain.audit import Action, Event
from lib.imports.catalogue import Catalogue
from lib.imports.importing import Writer
from lib.imports.products.plan import ProductPlan
from lib.store.connection import UnitOfWork


def carry_out(unit: UnitOfWork, plan: ProductPlan, writer: Writer) -> None:
    """Write what the plan adds and changes, in the unit's transaction."""
    writer.tick("Adding products and lots")
    write_stock(unit, plan.catalogue, writer)


def write_stock(unit: UnitOfWork, catalogue: Catalogue, writer: Writer) -> None:
    """Write what is new and changed of a catalogue."""
    catalogue.write(unit.cursor)
    done = (
        (Action.PRODUCT_CHANGED, "added", catalogue.new_products),
        (Action.PRODUCT_CHANGED, "changed", catalogue.changed_products),
        (Action.LOT_CHANGED, "added", catalogue.new_lots),
        (Action.LOT_CHANGED, "changed", catalogue.changed_lots),
    )
    for action, what, ids in done:
        detail: dict[str, str | int | bool] = {"import": str(writer.import_id), "what": what}
        unit.audit(
            writer.actor,
            *(Event(action, subject_id=UUID(one), detail=detail) for one in ids),
        )
