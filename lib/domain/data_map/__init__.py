"""The data map: what every column and kind of file is, and what becomes of it; pure.

Access packs, merges, disposal, the erasure search and the record of processing (Art 30) are driven
by it. A test compares it with the live schema: a column that is not declared fails the build. Each
feature declares its tables in a module of its own.
"""

from lib.domain.data_map import (
    accounts,
    consent,
    duplicates,
    history,
    imports,
    media,
    patients,
    retention,
    stock,
    treatments,
)
from lib.domain.data_map.files import FILES
from lib.domain.data_map.model import Category, Column, OnDisposal, OnExport, OnMerge, OnRestrict

__all__ = [
    "COLUMNS",
    "FILES",
    "Category",
    "Column",
    "OnDisposal",
    "OnExport",
    "OnMerge",
    "OnRestrict",
]

COLUMNS: tuple[Column, ...] = (
    *accounts.COLUMNS,
    *patients.COLUMNS,
    *history.COLUMNS,
    *stock.COLUMNS,
    *treatments.COLUMNS,
    *duplicates.COLUMNS,
    *imports.COLUMNS,
    *media.COLUMNS,
    *consent.COLUMNS,
    *retention.COLUMNS,
)


def tables() -> tuple[str, ...]:
    """Return the name of every declared table, in the order of the map."""
    return tuple(dict.fromkeys(column.table for column in COLUMNS))


def columns_of(table: str) -> tuple[Column, ...]:
    """Return the declared columns of one table; empty when it is not declared."""
    return tuple(column for column in COLUMNS if column.table == table)


def tables_of_patient() -> tuple[str, ...]:
    """Return every table whose rows reach a patient."""
    return tuple(dict.fromkeys(column.table for column in COLUMNS if column.reach))
