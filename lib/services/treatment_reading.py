"""Reading one treatment in full, and what a form that records one can choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.restriction import Ground
from lib.domain.templates import Template
from lib.domain.treatments import Lot, Product
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.records import usable
from lib.services.treatments import current_version
from lib.store import catalogue, practitioners, templates
from lib.store import treatment_versions as versions
from lib.store.catalogue import Practitioner
from lib.store.connection import Cursor
from lib.store.treatment_versions import AnsweredWarning, Version


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from: what is offered, and who works here on the day."""

    templates: Sequence[Template]
    products: Sequence[Product]
    practitioners: Sequence[Practitioner]

    def template(self, key: str) -> Template | None:
        """Return a template by its id as text."""
        return next((one for one in self.templates if str(one.template_id) == key), None)

    def product(self, key: str) -> Product | None:
        """Return a product by its id as text."""
        return next((one for one in self.products if str(one.product_id) == key), None)

    def mine(self, actor: Actor) -> Practitioner | None:
        """Return the actor as a practitioner, if they are one."""
        return next((one for one in self.practitioners if one.person_id == actor.person_id), None)


@dataclass(frozen=True, slots=True)
class Told:
    """One treatment in full: as it stands, what it replaced, the words of what it names."""

    current: Version
    earlier: Sequence[Version]
    warnings: Sequence[AnsweredWarning]
    products: Mapping[UUID, Product]
    lots: Mapping[UUID, Lot]
    people: Mapping[UUID, str]


def choices(clinic: Clinic, actor: Actor, as_of: date, also: Sequence[UUID] = ()) -> Choices:
    """Return what a form can choose from; `also` are products named there, offered or not.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.RECORD_TREATMENT)
    with clinic.store.reading() as cursor:
        offered = catalogue.list_products(cursor)
        known = {one.product_id for one in offered}
        more = catalogue.get_products(cursor, [key for key in also if key not in known])
        return Choices(
            templates=[one for one in templates.list_templates(cursor) if one.is_active],
            products=[*offered, *more],
            practitioners=catalogue.list_practitioners(cursor, as_of),
        )


def lots(
    clinic: Clinic, actor: Actor, product_id: UUID, as_of: date, also: UUID | None = None
) -> list[Lot]:
    """Return the lots of a product, the soonest to expire first; `also` is one named already."""
    authorise(clinic, actor, Permission.RECORD_TREATMENT)
    with clinic.store.reading() as cursor:
        found = catalogue.list_lots(cursor, product_id, as_of)
        if also is not None and also not in {lot.lot_id for lot in found}:
            named = catalogue.get_lots(cursor, [also])
            found += [lot for lot in named if lot.product_id == product_id]
    return found


def tell(
    clinic: Clinic, actor: Actor, patient_id: UUID, treatment_id: UUID, ground: Ground | None
) -> Told:
    """Return a treatment of a record that is open (and in the audit trail), in full.

    Raises `NotPermittedError`, `NotFoundError` and `GroundNeededError` (rule E1).
    """
    authorise(clinic, actor, Permission.VIEW_RECORD, patient_id=patient_id)
    with clinic.store.reading() as cursor:
        usable(cursor, patient_id, ground)
        current = current_version(cursor, patient_id, treatment_id)
        return _told(cursor, current)


def _told(cursor: Cursor, current: Version) -> Told:
    patient_id = current.patient_id
    keys = [key for key, _ in versions.list_series(cursor, patient_id, current.series_id)]
    found = [versions.get_version(cursor, key) for key in keys if key != current.treatment_id]
    earlier = [version for version in found if version is not None]
    items = [item for version in (current, *earlier) for item in version.entry.items]
    products = catalogue.get_products(cursor, {item.product_id for item in items})
    used = catalogue.get_lots(cursor, {item.lot_id for item in items if item.lot_id})
    return Told(
        current=current,
        earlier=earlier,
        warnings=versions.list_warnings(cursor, patient_id, keys),
        products={product.product_id: product for product in products},
        lots={lot.lot_id: lot for lot in used},
        people=practitioners.list_names(cursor),
    )
