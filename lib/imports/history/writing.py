"""Writing a plan of medical history: new entries, new versions, digests, the trail."""

from typing import Any

import pyarrow as pa

from lib.domain.audit import Action
from lib.imports.history.plan import REASON, HistoryPlan
from lib.imports.importing import Writer, tell
from lib.store import bulk, imported_history
from lib.store.connection import UnitOfWork

STAGE = "Adding to the medical history"
TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("name", "severity", "status", "detail"), pa.string()),
    **dict.fromkeys(("started_on", "ended_on"), pa.date32()),
}


def carry_out(unit: UnitOfWork, plan: HistoryPlan, writer: Writer) -> None:
    """Write everything that the plan says, with its audit events, in the unit's transaction."""
    writer.tick(STAGE)
    ids = bulk.new_ids(len(plan.new)).to_pylist()
    _add(unit, plan, ids, writer)
    _correct(unit, plan, writer)
    _keep_digests(unit, plan, ids, writer)
    plan.queue.write(unit.cursor, plan.key, writer)
    for action, places in (
        (Action.HISTORY_ADDED, plan.new),
        (Action.HISTORY_CORRECTED, [one.place for one in plan.corrections]),
    ):
        tell(unit, writer, action, [plan.patient_of(place) or "" for place in places])


def _add(unit: UnitOfWork, plan: HistoryPlan, ids: list[str], writer: Writer) -> None:
    rows = [plan.content.rows[place] for place in plan.new]
    if not rows:
        return
    stored: dict[str, Any] = {
        "entry_id": ids,
        "series_id": ids,
        "version": pa.repeat(1, len(rows)),
        "patient_id": [plan.patient_of(place) for place in plan.new],
        "kind": [str(row.kind) for row in rows],
        "source": [row.source for row in rows],
        "source_detail": pa.array([row.source_detail or None for row in rows], pa.string()),
        **{
            name: pa.array([getattr(row, name) or None for row in rows], kind)
            for name, kind in TYPES.items()
        },
        **writer.stamp.recorded(len(rows)),
    }
    bulk.insert_rows(unit.cursor, "history_entry", pa.table(stored))


def _correct(unit: UnitOfWork, plan: HistoryPlan, writer: Writer) -> None:
    made = plan.corrections
    if not made:
        return
    stored: dict[str, Any] = {
        "entry_id": bulk.new_ids(len(made)),
        **{
            name: [getattr(one.before, name) for one in made]
            for name in ("series_id", "patient_id", "kind", "source")
        },
        "source_detail": pa.array([one.before.source_detail for one in made], pa.string()),
        "version": [one.before.version + 1 for one in made],
        "correction_reason": pa.repeat(REASON, len(made)),
        **{name: pa.array([one.after[name] for one in made], kind) for name, kind in TYPES.items()},
        **writer.stamp.recorded(len(made)),
    }
    bulk.insert_rows(unit.cursor, "history_entry", pa.table(stored))


def _keep_digests(unit: UnitOfWork, plan: HistoryPlan, ids: list[str], writer: Writer) -> None:
    """Keep what the file says now of each entry, instead of what files said before."""
    renewed = plan.renewed | {one.place: one.before.series_id for one in plan.corrections}
    if renewed:
        imported_history.delete_rows_of(unit.cursor, list(renewed.values()))
    kept = [*zip(plan.new, ids, strict=True), *renewed.items()]
    if kept:
        rows = pa.table(
            {
                "row_digest": [plan.digests[place] for place, _ in kept],
                "patient_id": [plan.patient_of(place) for place, _ in kept],
                "import_id": pa.repeat(str(writer.import_id), len(kept)),
                "series_id": [series_id for _, series_id in kept],
            }
        )
        bulk.insert_rows(unit.cursor, "import_row", rows)
