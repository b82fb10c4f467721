"""Treatment templates: the list, and saving one; a change is in the audit trail."""

from datetime import datetime

from lib.domain import templates as rules
from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.templates import Template
from lib.errors import InvalidInputError
from lib.services import versioned
from lib.services.clinic import Clinic
from lib.services.versioned import OwnList
from lib.store import catalogue, templates
from lib.store.connection import Cursor

SHELF: OwnList[Template] = OwnList(
    key_of=lambda one: one.template_id,
    check=rules.check,
    entries=templates.list_templates,
    get=templates.get_template,
    insert=templates.insert_template,
    update=templates.update_template,
    action=Action.TEMPLATE_CHANGED,
)


def list_templates(clinic: Clinic, actor: Actor) -> list[Template]:
    """Return every template, those in use first. Raises `NotPermittedError`."""
    return versioned.entries(clinic, actor, SHELF)


def save(clinic: Clinic, actor: Actor, wanted: Template, *, now: datetime) -> Template:
    """Add a template, or replace the version seen. Raises as `versioned.save` does."""

    def check(cursor: Cursor) -> None:
        if not catalogue.get_products(cursor, [wanted.product_id]):
            message = "choose the product"
            raise InvalidInputError(message, field="product_id")

    return versioned.save(clinic, actor, SHELF, wanted, now=now, check=check)
