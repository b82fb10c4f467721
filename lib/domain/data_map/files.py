"""Every kind of file that the software writes."""

from lib.domain.data_map.model import Category, FileKind

FILES: tuple[FileKind, ...] = (
    FileKind(
        "HOME/clinic.duckdb",
        Category.IDENTITY,
        "the encrypted store: every table",
        "rewritten without the person's rows",
    ),
    FileKind(
        "HOME/clinic.duckdb.wal",
        Category.IDENTITY,
        "the encrypted log of the store's last changes",
        "folded into the store and removed",
    ),
    FileKind(
        "HOME/clinic.duckdb.spill/*",
        Category.IDENTITY,
        "what a query could not hold in memory; encrypted with a key that ends with the process",
        "removed when the query ends, or at the next start after a crash",
    ),
    FileKind("HOME/DEMO", Category.NONE, "the mark of a synthetic clinic", "kept"),
    FileKind("HOME.keys/master.key", Category.NONE, "the master key that opens the store", "kept"),
    FileKind(
        "HOME.anchors/*",
        Category.NONE,
        "the heads of the audit chains, signed; hashes only",
        "kept",
    ),
)
