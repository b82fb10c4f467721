"""The one connection to the encrypted store, cursors and transactions; knows no feature.

DuckDB facts relied on (DECISIONS): a cursor per unit of work is safe across threads, a shared
connection is not; Streamlit stops scripts with a BaseException, so rollback catches that.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import duckdb

from lib.domain.access import Actor
from lib.domain.audit import Event
from lib.errors import ConflictError
from lib.store import audit as audit_table
from lib.store.gate import Gate
from lib.store.opening import (
    OUT_OF_MEMORY,
    UNWRITABLE,
    Cursor,
    StoreOptions,
    explain,
    spill_folder,
)
from lib.store.rewriting import Listeners, Rewriting, Rewritten, unheard
from lib.store.site import CHECKPOINT, Site
from lib.store.watching import MustWaitError, watched

__all__ = ["Cursor", "Rewritten", "Store", "StoreOptions", "UnitOfWork", "spill_folder"]

Result = TypeVar("Result")

RETRIES = 24
RETRIES_OF_A_KEY = 4
FIRST_PAUSE_SECONDS = 0.002
LONGEST_PAUSE_SECONDS = 0.1
# How long closing the store waits for a copy of its file to end.
CLOSING_SECONDS = 15.0


class UnitOfWork:
    """One transaction: a cursor to work with, and the audit events that commit with it."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.pending: list[audit_table.Act] = []

    def audit(self, actor: Actor | None, *events: Event) -> None:
        """Add events to the trail; they are chained and written when the work commits."""
        self.pending.extend(audit_table.Act(actor, event) for event in events)

    def audit_each(self, actor: Actor | None, event: Event, patient_ids: Sequence[str]) -> None:
        """Add one entry for each patient on whom the same act was done; ids are given as text."""
        if patient_ids:
            self.pending.append(audit_table.Act(actor, event, patient_ids))


class Store:
    """An open, migrated, encrypted store. One process holds it at a time."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._chain = audit_table.Chain()
        self._chain_lock = threading.Lock()
        # What the store began with, then what those want who are at work, the latest last.
        self._threads: list[int] = []
        self._threads_lock = threading.Lock()
        self._gate = Gate()
        self._rewriting: Rewriting | None = None
        # While the store is rewritten: the tables whose rows are brought over at the end.
        self._carried: frozenset[str] | None = None
        self.path = site.path

    @classmethod
    def open(cls, path: Path, key: bytes, options: StoreOptions | None = None) -> "Store":
        """Open the store at `path`, create it if absent, and bring it to the current schema.

        `key` is 32 bytes. Raises `StoreInUseError`, `WrongKeyError`, `TamperedStoreError` or
        `NewerStoreError`, each with a message for the person at the console.
        """
        return cls(Site.open(path, key, options or StoreOptions()))

    def close(self) -> None:
        """Write everything to the file and let go of it; a rewrite under way is given up."""
        if self._rewriting is not None:
            self._rewriting.cancel()
        with self._gate.turn_at_most(CLOSING_SECONDS):
            self._site.close()

    def rewrite(
        self,
        progress: Callable[[float], None] = unheard,
        *,
        step: Callable[[str], None] = unheard,
    ) -> Rewritten:
        """Make the store's file anew, without the bytes of what was deleted from it.

        Reading goes on, and so does what writes to the tables of `watching` only. Other writes
        wait, and are refused with `StoreBusyError` when that takes long. `progress` hears numbers
        from 0 to 1 and must not write to other tables; `step` is told as `Listeners` says. Raises
        `StoreError` where it fails, and the store is what it was then; `RuntimeError` inside
        `reading` or `transact`.
        """
        with self._gate.turn():
            heard = Listeners(progress, step)
            self._rewriting = Rewriting(self._site, self._gate, heard, self._watch)
            try:
                return self._rewriting.run()
            finally:
                self._rewriting = None

    def _watch(self, carried: frozenset[str] | None) -> None:
        self._carried = carried
        self._gate.notify()

    @contextmanager
    def held(self) -> Iterator[Path]:
        """Give the path of the store's file, which is whole and does not change meanwhile.

        Writes that run are let end, and new ones wait; reading goes on. Read the file's bytes
        nowhere else: closing it takes this process's lock off, which is put back here at the end.
        Raises `RuntimeError` inside `reading` or `transact`.
        """
        with self._gate.turn(), self._gate.without_writers(_being_copied):
            with self.reading() as cursor:
                cursor.execute(CHECKPOINT)
            try:
                yield self.path
            finally:
                self._site.latch.take()

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """Give a cursor for reads that need no audit entry (sessions, settings, reference data)."""
        with self._gate.reading():
            cursor = self._cursor()
            try:
                yield cursor
            except duckdb.Error as error:
                raise explain(error, self.path) from error
            finally:
                cursor.close()

    @contextmanager
    def with_threads(self, count: int) -> Iterator[None]:
        """Let the store work with so many threads a query meanwhile, in every cursor.

        Rows in bulk cost twice the processor time with two, and take no less time; one look through
        millions of rows takes half as long (DECISIONS).
        """
        self._wish_for_threads(count, is_over=False)
        try:
            yield
        finally:
            self._wish_for_threads(count, is_over=True)

    def _wish_for_threads(self, count: int, *, is_over: bool) -> None:
        """Take a wish up, or back: the latest that holds counts, else what there was first."""
        with self._threads_lock, self.reading() as cursor:
            if not self._threads:
                found = cursor.execute("SELECT current_setting('threads')").fetchall()
                self._threads.append(int(found[0][0]))
            if is_over:
                self._threads.reverse()
                self._threads.remove(count)
                self._threads.reverse()
            else:
                self._threads.append(count)
            cursor.execute("SET threads = ?", [self._threads[-1]])

    def transact(self, work: Callable[[UnitOfWork], Result]) -> Result:
        """Run `work` in one transaction with its audit events; retry when rows conflict.

        `work` may run more than once and must not touch anything outside the unit of work.
        Raises `ConflictError` when retrying does not settle it, and `StoreBusyError` when the
        store's file is being copied or rewritten for longer than somebody can wait.
        """
        pause = FIRST_PAUSE_SECONDS
        for attempt in range(RETRIES):
            try:
                with self._gate.writing():
                    return self._attempt(work)
            except MustWaitError:
                self._gate.wait_for(lambda: self._carried is None, self._words)
                continue
            except duckdb.TransactionException:
                pass
            except duckdb.ConstraintException as error:
                # Somebody else inserted that key meanwhile: the next try sees their row.
                if attempt >= RETRIES_OF_A_KEY:
                    raise explain(error, self.path) from error
            time.sleep(pause * (1 + secrets.randbelow(100) / 100))
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        message = "Somebody else is changing the same thing. Wait a moment and try again."
        raise ConflictError(message)

    def transact_alone(self, work: Callable[[UnitOfWork], Result]) -> Result:
        """Run `work` in one transaction while nobody else writes; reading goes on.

        What it checked still holds as it commits, whoever would have changed it. Kept short: others
        wait meanwhile. Raises `RuntimeError` inside `reading` or `transact`.
        """
        with self._gate.turn(), self._gate.without_writers(_being_disposed):
            try:
                return self._attempt(work)
            except duckdb.Error as error:
                raise explain(error, self.path) from error

    def _words(self) -> str:
        rewriting = self._rewriting
        return rewriting.words() if rewriting else ""

    def _attempt(self, work: Callable[[UnitOfWork], Result]) -> Result:
        cursor = self._cursor()
        try:
            cursor.begin()
            unit = UnitOfWork(cursor)
            if self._carried is not None:
                unit.cursor = watched(cursor, self._carried)
            result = work(unit)
            self._commit(unit)
        except BaseException as error:
            with suppress(duckdb.Error):
                cursor.rollback()
            if isinstance(error, duckdb.Error) and not _is_conflict(error):
                raise explain(error, self.path) from error
            raise
        else:
            return result
        finally:
            cursor.close()

    def _commit(self, unit: UnitOfWork) -> None:
        if not unit.pending:
            unit.cursor.commit()
            return
        with self._chain_lock:
            chain = audit_table.append(unit.cursor, self._chain, unit.pending)
            unit.cursor.commit()
            self._chain = chain

    def _cursor(self) -> Cursor:
        return self._site.cursor()


def _being_copied() -> str:
    return (
        "A back-up of the store is being made. Reading works; save again in a minute. "
        "What you typed is kept."
    )


def _being_disposed() -> str:
    return (
        "Records are being disposed of. Reading works; save again in a minute. What you typed is "
        "kept."
    )


def _is_conflict(error: duckdb.Error) -> bool:
    if isinstance(error, duckdb.ConstraintException):
        return "Duplicate key" in str(error)
    # A commit that disk or memory refused is a transaction's error too; again cannot help.
    return isinstance(error, duckdb.TransactionException) and not any(
        words in str(error) for words in (*UNWRITABLE, *OUT_OF_MEMORY)
    )
