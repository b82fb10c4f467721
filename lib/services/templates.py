"""Treatment templates: the list, and saving one; a change is in the audit trail."""

from dataclasses import replace
from datetime import datetime

from lib.domain import templates as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.templates import Template
from lib.errors import InvalidInputError, StaleVersionError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store import catalogue, templates
from lib.store.connection import UnitOfWork

STALE = "Somebody else changed this template meanwhile. Load the page again to see it."


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
    kept = replace(wanted, version=wanted.version + 1, changed_at=now)

    def work(unit: UnitOfWork) -> Template:
        if not catalogue.get_products(unit.cursor, [wanted.product_id]):
            message = "choose the product"
            raise InvalidInputError(message, field="product_id")
        there = templates.get_version(unit.cursor, wanted.template_id)
        if there is None:
            templates.insert_template(unit.cursor, kept, actor.person_id)
        elif there == kept.version and _is_same(unit, kept):
            return kept
        elif there != wanted.version:
            raise StaleVersionError(STALE, version=there)
        else:
            templates.update_template(unit.cursor, kept, actor.person_id)
        detail: dict[str, str | int | bool] = {"version": kept.version, "is_used": kept.is_active}
        subject = wanted.template_id
        unit.audit(actor, Event(Action.TEMPLATE_CHANGED, subject_id=subject, detail=detail))
        return kept

    return clinic.store.transact(work)


def _is_same(unit: UnitOfWork, wanted: Template) -> bool:
    stored = {one.template_id: one for one in templates.list_templates(unit.cursor)}
    found = stored[wanted.template_id]
    return replace(found, changed_at=wanted.changed_at) == wanted
