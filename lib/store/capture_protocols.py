"""SQL of the protocols of views, and of the pictures that there are of a patient's views."""

from collections import defaultdict
from datetime import date
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.media import Expression, Stage, View
from lib.domain.protocols import Protocol, Shot, Taken
from lib.store.connection import Cursor
from lib.store.rows import insert_row, insert_rows

COLUMNS = "protocol_id, name, product_group, is_active, version, changed_at"
LIST = f"SELECT {COLUMNS} FROM capture_protocol ORDER BY is_active DESC, name, protocol_id"  # noqa: S608
LIST_VIEWS = """
SELECT protocol_id, view, expression FROM capture_protocol_view ORDER BY protocol_id, position
"""
UPDATE = """
UPDATE capture_protocol SET
    name = ?, product_group = ?, is_active = ?, version = ?, changed_at = ?, changed_by = ?
WHERE protocol_id = ?
"""
DELETE_VIEWS = "DELETE FROM capture_protocol_view WHERE protocol_id = ?"
# By the patient's key first: DuckDB uses one index or none (see `store.treatments`).
LIST_TAKEN = """
WITH label AS MATERIALIZED (SELECT * FROM media_label WHERE patient_id = ?),
item AS MATERIALIZED (SELECT media_id, kind, removed_at FROM media_item WHERE patient_id = ?)
SELECT
    label.media_id, label.view, label.expression, label.stage, label.treatment_series_id,
    label.captured_on
FROM label JOIN item ON item.media_id = label.media_id
WHERE label.superseded_at IS NULL AND item.removed_at IS NULL AND item.kind = 'photograph'
  AND label.view IS NOT NULL
ORDER BY label.media_id
"""
LIST_GROUPS = """
WITH used AS MATERIALIZED (SELECT product_id FROM treatment_item WHERE treatment_id = ?)
SELECT DISTINCT product.product_group FROM used
JOIN product ON product.product_id = used.product_id
ORDER BY product.product_group
"""


def list_protocols(cursor: Cursor) -> list[Protocol]:
    """Return every protocol with its shots, those in use first, by name."""
    shots: dict[UUID, list[Shot]] = defaultdict(list)
    for protocol_id, view, expression in cursor.execute(LIST_VIEWS).fetchall():
        shots[protocol_id].append(_shot(view, expression))
    return [
        Protocol(key, name, group, tuple(shots[key]), *standing)
        for key, name, group, *standing in cursor.execute(LIST).fetchall()
    ]


def get_protocol(cursor: Cursor, protocol_id: UUID) -> Protocol | None:
    """Return one protocol with its shots, or None."""
    return next((one for one in list_protocols(cursor) if one.protocol_id == protocol_id), None)


def insert_protocol(cursor: Cursor, one: Protocol, by: UUID) -> None:
    """Add a protocol with its shots."""
    values = {name: getattr(one, name) for name in COLUMNS.split(", ")}
    insert_row(cursor, "capture_protocol", {**values, "changed_by": by})
    _insert_shots(cursor, one)


def update_protocol(cursor: Cursor, one: Protocol, by: UUID) -> None:
    """Write what a protocol says now, shots included."""
    cursor.execute(DELETE_VIEWS, [one.protocol_id])
    standing = [one.is_active, one.version, one.changed_at, by]
    cursor.execute(UPDATE, [one.name, one.product_group, *standing, one.protocol_id])
    _insert_shots(cursor, one)


def list_taken(cursor: Cursor, patient_id: UUID) -> list[Taken]:
    """Return the photographs of a patient of which somebody said from where they are taken."""
    rows = cursor.execute(LIST_TAKEN, [patient_id, patient_id]).fetchall()
    return [_taken(*row) for row in rows]


def list_groups(cursor: Cursor, treatment_id: UUID) -> list[str]:
    """Return the groups of the products that were given in a treatment."""
    return [group for (group,) in cursor.execute(LIST_GROUPS, [treatment_id]).fetchall()]


def _taken(media_id: UUID, view: str, expression: str | None, *rest: object) -> Taken:
    stage, series_id, captured_on = rest
    return Taken(
        media_id=media_id,
        shot=_shot(view, expression),
        stage=Stage(str(stage)) if stage else None,
        treatment_series_id=series_id if isinstance(series_id, UUID) else None,
        captured_on=captured_on if isinstance(captured_on, date) else None,
    )


def _shot(view: str, expression: str | None) -> Shot:
    return Shot(View(view), Expression(expression) if expression else None)


def _insert_shots(cursor: Cursor, one: Protocol) -> None:
    rows = [
        {
            "protocol_view_id": uuid7s.uuid7(),
            "protocol_id": one.protocol_id,
            "position": position,
            "view": shot.view.value,
            "expression": shot.expression.value if shot.expression else None,
        }
        for position, shot in enumerate(one.shots, start=1)
    ]
    insert_rows(cursor, "capture_protocol_view", rows)
