"""Practitioners whom a file names: found by name, else added as no longer working here."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from lib.domain.patient import split_name
from lib.domain.search.folding import fold
from lib.store import bulk, imported_treatments
from lib.store.connection import Cursor

NOT_KNOWN = "not known"


def name_key(name: str) -> str:
    """Return a practitioner's name as it is compared: without title, case or marks."""
    parts = split_name(name)
    return fold(f"{parts.given} {parts.family}") or name.casefold()


@dataclass(slots=True)
class Practitioners:
    """Who there is, by how names compare, and who is added."""

    as_of: date
    by_key: dict[str, str]
    new: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def stored(cls, cursor: Cursor, as_of: date) -> "Practitioners":
        """Return who there is; of two of one name it is the one who came first."""
        found = imported_treatments.list_practitioners(cursor)
        return cls(as_of, {name_key(name): key for key, name in found})

    def find(self, name: str, *, is_prescriber: bool = False) -> str | None:
        """Return the id of somebody, who is added when unknown; None for no name."""
        if not name:
            return None
        key = name_key(name)
        if key not in self.by_key:
            self.by_key[key] = self._add(name)
        found = self.by_key[key]
        if is_prescriber and found in self.new:
            self.new[found]["is_prescriber"] = True
        return found

    def _add(self, name: str) -> str:
        added = str(bulk.new_ids(1)[0].as_py())
        self.new[added] = {
            "practitioner_id": added,
            "display_name": name,
            "profession": NOT_KNOWN,
            "is_prescriber": False,
            "active_until": self.as_of - timedelta(days=1),
        }
        return added

    def write(self, cursor: Cursor) -> None:
        """Add who is new."""
        if self.new:
            bulk.insert_rows(cursor, "practitioner", pa.Table.from_pylist(list(self.new.values())))
