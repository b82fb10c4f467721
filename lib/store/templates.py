"""SQL of treatment templates and their areas."""

from collections import defaultdict
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.charts import Chart
from lib.domain.templates import Template, UsualDose
from lib.store.connection import Cursor

COLUMNS = """
    t.template_id, t.product_id, t.name, t.chart, t.aftercare, t.follow_up_days, t.price_pence,
    t.is_active, t.version, t.changed_at
"""
LIST = f"SELECT {COLUMNS} FROM treatment_template AS t ORDER BY t.is_active DESC, t.name"  # noqa: S608
LIST_AREAS = """
SELECT template_id, area, dose FROM treatment_template_item ORDER BY template_id, position
"""
INSERT = """
INSERT INTO treatment_template (
    template_id, product_id, name, chart, aftercare, follow_up_days, price_pence, is_active,
    version, changed_at, changed_by
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
UPDATE = """
UPDATE treatment_template SET
    product_id = ?, name = ?, chart = ?, aftercare = ?, follow_up_days = ?, price_pence = ?,
    is_active = ?, version = ?, changed_at = ?, changed_by = ?
WHERE template_id = ?
"""
DELETE_AREAS = "DELETE FROM treatment_template_item WHERE template_id = ?"
INSERT_AREA = """
INSERT INTO treatment_template_item (template_item_id, template_id, position, area, dose)
VALUES (?, ?, ?, ?, ?)
"""


def list_templates(cursor: Cursor) -> list[Template]:
    """Return every template with its areas, those in use first, by name."""
    areas: dict[UUID, list[UsualDose]] = defaultdict(list)
    for template_id, area, dose in cursor.execute(LIST_AREAS).fetchall():
        areas[template_id].append(UsualDose(area, dose))
    return [
        Template(key, product_id, name, Chart(chart), tuple(areas[key]), *rest)
        for key, product_id, name, chart, *rest in cursor.execute(LIST).fetchall()
    ]


def get_template(cursor: Cursor, template_id: UUID) -> Template | None:
    """Return one template with its areas, or None."""
    return next((one for one in list_templates(cursor) if one.template_id == template_id), None)


def insert_template(cursor: Cursor, template: Template, by: UUID) -> None:
    """Add a template with its areas."""
    cursor.execute(INSERT, [template.template_id, *_values(template), by])
    _insert_areas(cursor, template)


def update_template(cursor: Cursor, template: Template, by: UUID) -> None:
    """Write what a template says now, areas included."""
    cursor.execute(DELETE_AREAS, [template.template_id])
    cursor.execute(UPDATE, [*_values(template), by, template.template_id])
    _insert_areas(cursor, template)


def _values(one: Template) -> list[object]:
    standing = [one.is_active, one.version, one.changed_at]
    usual = [one.aftercare, one.follow_up_days, one.price_pence]
    return [one.product_id, one.name, one.chart.value, *usual, *standing]


def _insert_areas(cursor: Cursor, template: Template) -> None:
    for position, usual in enumerate(template.areas):
        key = uuid7s.uuid7()
        row = [str(key), template.template_id, position, usual.area, usual.dose]
        cursor.execute(INSERT_AREA, row)
