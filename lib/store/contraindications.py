"""SQL of the clinic's list of contraindications."""

from uuid import UUID

from lib.domain.contraindications import Contraindication, Level, lines_of
from lib.store.connection import Cursor

COLUMNS = """
    contraindication_id, name, terms, product_groups, level, advice, is_active, version, changed_at
"""
LIST = f"SELECT {COLUMNS} FROM contraindication ORDER BY is_active DESC, name"  # noqa: S608
GET = f"SELECT {COLUMNS} FROM contraindication WHERE contraindication_id = ?"  # noqa: S608
INSERT = f"""
INSERT INTO contraindication ({COLUMNS}, changed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 - constant columns
UPDATE = """
UPDATE contraindication SET
    name = ?, terms = ?, product_groups = ?, level = ?, advice = ?, is_active = ?, version = ?,
    changed_at = ?, changed_by = ?
WHERE contraindication_id = ?
"""


def list_contraindications(cursor: Cursor) -> list[Contraindication]:
    """Return the whole list, what holds first, by name."""
    return [_entry(*row) for row in cursor.execute(LIST).fetchall()]


def get_contraindication(cursor: Cursor, contraindication_id: UUID) -> Contraindication | None:
    """Return one entry of the list, or None."""
    row = cursor.execute(GET, [contraindication_id]).fetchone()
    return _entry(*row) if row else None


def insert_contraindication(cursor: Cursor, one: Contraindication, by: UUID) -> None:
    """Add an entry."""
    cursor.execute(INSERT, [one.contraindication_id, *_values(one), by])


def update_contraindication(cursor: Cursor, one: Contraindication, by: UUID) -> None:
    """Write what an entry says now."""
    cursor.execute(UPDATE, [*_values(one), by, one.contraindication_id])


def _values(one: Contraindication) -> list[object]:
    groups = " ".join(one.groups) or None
    terms = "\n".join(one.terms)
    standing = [one.is_active, one.version, one.changed_at]
    return [one.name, terms, groups, one.level.value, one.advice, *standing]


def _entry(key: UUID, name: str, terms: str, groups: str | None, *rest: object) -> Contraindication:
    level, advice, is_active, version, changed_at = rest
    return Contraindication(
        contraindication_id=key,
        name=name,
        terms=lines_of(terms),
        groups=tuple((groups or "").split()),
        level=Level(str(level)),
        advice=str(advice),
        is_active=bool(is_active),
        version=version,  # type: ignore[arg-type]
        changed_at=changed_at,  # type: ignore[arg-type]
    )
