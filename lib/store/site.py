"""Where the store lies: its file, opened, exchanged for another, and opened again."""

import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from lib.errors import StoreError
from lib.store import migrations
from lib.store.latch import Latch
from lib.store.opening import Cursor, StoreOptions, attach, connect, explain, spill_folder

STORE = "clinic"
NEXT = "next"
CHECKPOINT = f"CHECKPOINT {STORE}"


@dataclass(slots=True)
class Site:
    """The store's file and the one connection to it. Who exchanges it keeps everybody out."""

    path: Path
    key: bytes = field(repr=False)
    options: StoreOptions
    connection: Cursor
    latch: Latch

    @classmethod
    def open(cls, path: Path, key: bytes, options: StoreOptions) -> "Site":
        """Open the file, made if absent, in the current schema; remove what a crash left.

        Raises `StoreError` and its kin.
        """
        connection = connect(options, spill_folder(path))
        try:
            attach(connection, path, key, STORE)
            # The store's lock is ours now, so what lies there is of a process that was killed.
            shutil.rmtree(spill_folder(path), ignore_errors=True)
            _remove_next(path)
            connection.execute(f"USE {STORE}")
            migrations.apply(connection)
            connection.execute("USE memory")
        except duckdb.Error as error:
            connection.close()
            raise explain(error, path) from error
        except StoreError:
            connection.close()
            raise
        return cls(path, key, options, connection, Latch(path))

    @property
    def next_path(self) -> Path:
        """Return where the store's next file is made."""
        return next_path(self.path)

    def cursor(self, database: str = STORE) -> Cursor:
        """Return a cursor in which the tables of the store, or of its next file, are at hand."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(f"USE {database}")
        except duckdb.Error as error:
            cursor.close()
            raise explain(error, self.path) from error
        return cursor

    def attach_next(self) -> None:
        """Begin the store's next file: empty, with the same key."""
        _remove_next(self.path)
        attach(self.connection, self.next_path, self.key, NEXT)

    def detach_next(self) -> None:
        """Close the next file, written to the disk whole and without a log."""
        self.connection.execute(f"CHECKPOINT {NEXT}")
        self.connection.execute(f"DETACH {NEXT}")
        _refuse_log_of(self.next_path)
        # DuckDB has closed it, so closing it here takes no lock off.
        _write_through(self.next_path)

    def drop_next(self) -> None:
        """Give the next file up, in whatever state it is."""
        with suppress(duckdb.Error):
            self.connection.execute(f"DETACH {NEXT}")
        with suppress(OSError):
            _remove_next(self.path)

    def close_store(self) -> None:
        """Close the store's file, whole and without a log; the lock on it stays ours."""
        self.connection.execute(CHECKPOINT)
        self.connection.execute(f"DETACH {STORE}")
        self.latch.take()
        _refuse_log_of(self.path)

    def put_next_in_place(self) -> None:
        """Make the next file the store, which is closed: at once or not at all."""
        # Windows exchanges no file that is open.
        self.latch.release()
        self.next_path.replace(self.path)
        _write_through(self.path.parent)

    def open_store(self) -> None:
        """Open the store's file again, whichever it is now."""
        attach(self.connection, self.path, self.key, STORE)
        self.latch.release()
        self.latch = Latch(self.path)

    def is_usable(self) -> bool:
        """Tell whether the store can be read; a write that failed may have ended that."""
        try:
            self.cursor().execute("SELECT count(*) FROM schema_migration").fetchall()
        except (StoreError, duckdb.Error):
            return False
        return True

    def reopen(self) -> None:
        """Open everything anew in this process, as a start of the server would."""
        self.close()
        opened = Site.open(self.path, self.key, self.options)
        self.connection, self.latch = opened.connection, opened.latch

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        with suppress(duckdb.Error):
            self.connection.execute(CHECKPOINT)
        self.connection.close()
        self.latch.release()


def next_path(path: Path) -> Path:
    """Return where the next file of the store at `path` is made."""
    return path.with_name(f"{path.name}.next")


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def _remove_next(path: Path) -> None:
    for file in (next_path(path), _log_of(next_path(path))):
        file.unlink(missing_ok=True)


def _refuse_log_of(path: Path) -> None:
    """Raise `StoreError` where a log is left: it would be read as that of another file."""
    if _log_of(path).exists():
        message = "The store's log could not be folded into its file; nothing was exchanged."
        raise StoreError(message)


def _write_through(path: Path) -> None:
    """Have a file's content, or a folder's names, on the disk when this returns."""
    if sys.platform == "win32" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
