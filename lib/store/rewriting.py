"""The store's file made anew without what was deleted from it, and exchanged for the old one.

A deleted row's bytes stay in DuckDB's file. Here every row that is left is copied into another
file, which takes the old one's place by one rename: a crash at any point leaves the old file or the
new one, whole, and the next start removes the other.
"""

import math
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import duckdb

from lib.errors import StoreError
from lib.store import copying
from lib.store.copying import Copying, Part, Table
from lib.store.gate import Gate
from lib.store.opening import Cursor, explain
from lib.store.site import CHECKPOINT, NEXT, STORE, Site
from lib.store.watching import APPENDED, CARRIED

# Larger tables are not copied while everybody waits.
MOST_ROWS_CARRIED = 200_000
# Until it is known how fast it goes.
ROWS_A_SECOND = 250_000.0
MEASURED_AFTER_SECONDS = 3.0
# The new file may become larger than what is used of the old one.
SPACE_FACTOR = 1.15
SPACE_BESIDES = 64 << 20
USED_BYTES = """
SELECT block_size * used_blocks FROM pragma_database_size() WHERE database_name = ?
"""
# What the log of the store's own file may grow to meanwhile: a checkpoint would renumber rows.
NO_CHECKPOINT = "1TB"

# What may be said of each step that the exchange takes, in this order.
STEPS = ("begun", "copied", "carried", "next_closed", "store_closed", "exchanged", "opened")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a rewrite did: the file's size before and after, rows copied, seconds, the pause.

    `pause_seconds` is how long nobody could read at the end.
    """

    bytes_before: int
    bytes_after: int
    rows: int
    seconds: float
    pause_seconds: float


def unheard(_told: object) -> None:
    """Hear what is told, and do nothing."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears how far it is, from 0 to 1, and each of `STEPS`.

    Steps after `copied` are told while the store is shut: who hears of one must not use it.
    """

    progress: Callable[[float], None] = unheard
    step: Callable[[str], None] = unheard


@dataclass
class Rewriting:
    """One rewrite, under way or not yet begun."""

    site: Site
    gate: Gate
    listeners: Listeners
    # Told which tables may be written meanwhile; None: all of them again.
    watch: Callable[[frozenset[str] | None], None]
    _started: float = field(default_factory=time.monotonic)
    _copying: Copying | None = None
    _cancelled: BaseException | None = None

    def run(self) -> Rewritten:
        """Rewrite the store's file. Raises `StoreError`; the store is then what it was."""
        before = self.site.path.stat().st_size
        self._refuse_without_space()
        try:
            rows, pause = self._run()
        except duckdb.Error as error:
            raise explain(error, self.site.path) from error
        seconds = time.monotonic() - self._started
        return Rewritten(before, self.site.path.stat().st_size, rows, seconds, pause)

    def cancel(self) -> None:
        """Give it up as soon as may be, because the store is being closed."""
        self._cancelled = StoreError("The store was closed while it was rewritten.")
        if self._copying is not None:
            self._copying.stop(self._cancelled)

    def words(self) -> str:
        """Return what those are told who wanted to write and waited too long."""
        minutes = max(1, math.ceil(self._seconds_left() / 60))
        when = "a minute" if minutes == 1 else f"{minutes} minutes"
        return (
            "The store is being rewritten after a disposal. Reading works; save again in about "
            f"{when}. What you typed is kept."
        )

    def _seconds_left(self) -> float:
        copying_now = self._copying
        if copying_now is None:
            return 0.0
        rate, elapsed = ROWS_A_SECOND, time.monotonic() - self._started
        if elapsed > MEASURED_AFTER_SECONDS:
            rate = max(copying_now.copied / elapsed, 1.0)
        return (copying_now.total - copying_now.copied) / rate

    def _run(self) -> tuple[int, float]:
        done = False
        try:
            self.site.attach_next()
            indexes = copying.prepare(self.site)
            with self.gate.without_writers(self.words):
                plan = self._begin(indexes)
            self.listeners.step("begun")
            self._copy(plan)
            with self.gate.without_anybody(self.words):
                paused = time.monotonic()
                rows = self._carry(plan)
                self._exchange()
                done = True
                self.watch(None)
                self._reset()
            return rows, time.monotonic() - paused
        finally:
            if not done:
                self._give_up()

    def _begin(self, indexes: tuple[str, ...]) -> "Plan":
        """Fold the log in; from here on only what is brought over is written."""
        cursor = self.site.cursor()
        cursor.execute(CHECKPOINT)
        cursor.execute("SET checkpoint_threshold = ?", [NO_CHECKPOINT])
        plan = _planned(cursor, indexes)
        cursor.close()
        self.watch(plan.carried)
        return plan

    def _copy(self, plan: "Plan") -> None:
        self._copying = Copying(self.site, plan.first)
        if self._cancelled is not None:
            raise self._cancelled
        self._copying.run(self.listeners.progress)
        copying.make_indexes(self.site, plan.indexes)
        self.listeners.step("copied")

    def _carry(self, plan: "Plan") -> int:
        """Bring over what was written meanwhile; return how many rows there are in all."""
        if self._cancelled is not None:
            raise self._cancelled
        cursor = self.site.cursor()
        for table in plan.tables:
            if table.name in plan.carried:
                part = Part(table, 0, copying.end_of(cursor, table))
                copying.copy_part(cursor, part, unheard)
            elif table.name == APPENDED:
                part = Part(table, plan.appended_from, copying.end_of(cursor, table))
                copying.copy_part(cursor, part, unheard)
        rows = _refuse_missing(cursor, plan.tables)
        cursor.close()
        self.listeners.step("carried")
        return rows

    def _exchange(self) -> None:
        step = self.listeners.step
        self.site.detach_next()
        step("next_closed")
        try:
            self.site.close_store()
            step("store_closed")
            self.site.put_next_in_place()
            step("exchanged")
        finally:
            # Whichever file lies there now is the store.
            self.site.open_store()
        step("opened")

    def _reset(self) -> None:
        cursor = self.site.cursor()
        cursor.execute("RESET GLOBAL checkpoint_threshold")
        cursor.close()

    def _give_up(self) -> None:
        """Leave the store as it was, usable, without the other file."""
        self.site.drop_next()
        if self.site.is_usable():
            self._reset()
        else:
            with self.gate.without_anybody(self.words):
                self.site.reopen()
        self.watch(None)

    def _refuse_without_space(self) -> None:
        cursor = self.site.cursor()
        row = cursor.execute(USED_BYTES, [STORE]).fetchone()
        cursor.close()
        needed = SPACE_FACTOR * (row[0] if row else 0) + SPACE_BESIDES
        free = shutil.disk_usage(self.site.path.parent).free
        if free < needed:
            message = (
                f"Rewriting the store needs {needed / 1e9:.1f} GB free on its disk, and there are "
                f"{free / 1e9:.1f} GB. Make room, then go on; nothing was changed."
            )
            raise StoreError(message)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is copied while the store is in use, and what when everybody waits."""

    tables: tuple[Table, ...]
    first: tuple[Part, ...]
    carried: frozenset[str]
    # The number that the next new entry of the audit trail has.
    appended_from: int
    indexes: tuple[str, ...]


def _planned(cursor: Cursor, indexes: tuple[str, ...]) -> Plan:
    tables = copying.list_tables(cursor)
    ends = {table.name: copying.end_of(cursor, table) for table in tables}
    carried = copying.movable(tables, ends, CARRIED, MOST_ROWS_CARRIED)
    first = tuple(Part(table, 0, ends[table.name]) for table in tables if table.name not in carried)
    return Plan(tables, first, carried, ends[APPENDED], indexes)


def _refuse_missing(cursor: Cursor, tables: Collection[Table]) -> int:
    """Return how many rows the next file has. Raises `StoreError` where it has not all."""
    total = 0
    for table in tables:
        there, here = (
            cursor.execute(f"SELECT count(*) FROM {table.within(name)}").fetchall()  # noqa: S608
            for name in (STORE, NEXT)
        )
        if there != here:
            message = f"{table.name} changed while it was copied. The store is as it was."
            raise StoreError(message)
        total += int(here[0][0])
    return total
