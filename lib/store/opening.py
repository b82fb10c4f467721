"""Opening the store's file with its key, and telling in plain words why that or more failed."""

import importlib.resources
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lib.errors import (
    KeyMissingError,
    StoreError,
    StoreInUseError,
    TamperedStoreError,
    WrongKeyError,
)

Cursor = duckdb.DuckDBPyConnection

# After a checkpoint that failed DuckDB refuses everything until the store is opened again.
UNWRITABLE = ("No space left", "Could not write", "has been invalidated", "File too large")
# Said at the commit of more rows than fit beside the indexes.
OUT_OF_MEMORY = ("failed to pin block", "Out of Memory", "could not allocate block")


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """Limits that the store obeys; sizes as DuckDB writes them (`2GB`)."""

    memory_limit: str = "2GB"
    threads: int = 1


def spill_folder(path: Path) -> Path:
    """Return where a query that outgrows its memory may write: encrypted, inside the home."""
    return path.parent / f"{path.name}.spill"


def connect(options: StoreOptions, spill: Path) -> Cursor:
    """Return a connection that can attach encrypted files and spills encrypted ones only."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": options.memory_limit,
            "threads": options.threads,
            "temp_directory": str(spill),
            "temp_file_encryption": "true",
            "python_enable_replacements": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    connection.load_extension(str(_extension_file("httpfs")))
    return connection


def _extension_file(name: str) -> Path:
    package = importlib.resources.files(f"duckdb_extension_{name}")
    version = f"v{duckdb.__version__}"
    return Path(str(package)) / "extensions" / version / f"{name}.duckdb_extension"


def attach(connection: Cursor, path: Path, key: bytes, name: str = "clinic") -> None:
    """Attach the encrypted file at `path`, made if absent. Raises DuckDB's errors as they are."""
    if not key:
        message = "The master key is empty. Restore the key file, then start again."
        raise KeyMissingError(message)
    # ATTACH takes no bound parameters; the key is hexadecimal and the path has its quotes doubled.
    target = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{target}' AS {name} (ENCRYPTION_KEY '{key.hex()}')")


def explain(error: duckdb.Error, path: Path) -> StoreError:
    """Return the error with a sentence for the person at the console or screen."""
    text = str(error)
    in_use = ("Could not set lock", "already attached", "being used by another")
    if any(words in text for words in in_use):
        holder = text.partition("(PID ")[2].partition(")")[0]
        process = f"process {holder}" if holder else "another process"
        return StoreInUseError(
            f"The store in {path.parent} is open in {process}. Stop it (the server, most "
            "likely), or do this on its screens."
        )
    if "Wrong encryption key" in text:
        return WrongKeyError(
            f"The key does not open the store in {path.parent}. Check that the key file belongs "
            "to this clinic; nothing was changed."
        )
    if "AES tag" in text or "Corrupt" in text or "checksum" in text.lower():
        return TamperedStoreError(
            f"The store in {path.parent} was damaged or changed from outside. Restore the last "
            "back-up; nothing was changed."
        )
    if any(words in text for words in UNWRITABLE):
        return StoreError(
            f"The disk that holds the store in {path.parent} is full or cannot be written. "
            "Nothing that was confirmed is lost: make room, then start again."
        )
    if any(words in text for words in OUT_OF_MEMORY):
        return StoreError(
            "The store needs more memory than CLINIC_MEMORY_LIMIT lets it use. Nothing of this was "
            "kept: raise the limit, start again, and repeat it."
        )
    return StoreError(f"The store could not do that ({type(error).__name__}).")
