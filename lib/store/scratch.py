"""A database in memory for work that keeps nothing: no files, no extensions, no network.

The rows of patients pass through it while records are compared, so it may not spill anything: what
outgrows the memory limit fails instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from lib.errors import StoreError
from lib.store.connection import StoreOptions

Scratch = duckdb.DuckDBPyConnection


@contextmanager
def scratch(options: StoreOptions) -> Iterator[Scratch]:
    """Give an empty database in memory, gone at the end.

    Raises `StoreError` when the work does not fit into the memory limit.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": options.memory_limit,
            "threads": options.threads,
            "temp_directory": "",
            "python_enable_replacements": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
        },
    )
    try:
        # Nothing on this disk or elsewhere can be read or written from here on.
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    except duckdb.OutOfMemoryException as error:
        message = (
            "There is not enough memory to compare this many records. "
            "Raise CLINIC_MEMORY_LIMIT and try again."
        )
        raise StoreError(message) from error
    finally:
        connection.close()
