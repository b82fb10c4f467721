"""Treatment templates: the list, and saving one; a change is in the audit trail."""

from datetime import datetime

from lib.domain import templates as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action
from lib.domain.templates import Template
from lib.errors import InvalidInputError
from lib.services import versioned
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.versioned import Shelf
from lib.store import catalogue, templates
from lib.store.connection import UnitOfWork

SHELF: Shelf[Template] = Shelf(
    key_of=lambda one: one.template_id,
    get=templates.get_template,
    insert=templates.insert_template,
    update=templates.update_template,
    action=Action.TEMPLATE_CHANGED,
)


def list_templates(clinic: Clinic, actor: Actor) -> list[Template]:
    """Return every template, those in use first. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    with clinic.store.reading() as cursor:
        return templates.list_templates(cursor)


def save(clinic: Clinic, actor: Actor, wanted: Template, *, now: datetime) -> Template:
    """Add a template, or replace the version that the form began with; return what is kept.

    `wanted.version` is 0 for a new one, else the version seen; its id is made by the form, so that
    saving twice is once. Raises `NotPermittedError`, `InvalidInputError` with the field and
    `StaleVersionError`.
    """
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    rules.check(wanted)

    def work(unit: UnitOfWork) -> Template:
        if not catalogue.get_products(unit.cursor, [wanted.product_id]):
            message = "choose the product"
            raise InvalidInputError(message, field="product_id")
        return versioned.keep(unit, actor, SHELF, wanted, now)

    return clinic.store.transact(work)
