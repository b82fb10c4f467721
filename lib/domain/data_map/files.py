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
        "HOME/clinic.duckdb.next*",
        Category.IDENTITY,
        "the store while it is rewritten without the rows of those who are gone; encrypted with "
        "the same key",
        "becomes the store, or is removed when the rewrite ends or at the next start after a crash",
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
        "HOME/media/*",
        Category.MEDIA,
        "originals and renditions, each sealed with a key of its own from the patient's media key; "
        "originals that wait until a person has said whose they are, each under a key of its own",
        "removed; every copy in a back-up is unreadable once the patient's media keys are deleted",
    ),
    FileKind(
        "HOME/media/incoming/*",
        Category.MEDIA,
        "sealed files that are being brought in",
        "moved or removed when the bringing in ends, or at the next start after a crash",
    ),
    FileKind(
        "HOME/evidence/*",
        Category.CONSENT,
        "scans and emails that show a consent, each sealed with a key of its own from the "
        "patient's media key",
        "removed; every copy in a back-up is unreadable once the patient's media keys are deleted",
    ),
    FileKind(
        "HOME/evidence/incoming/*",
        Category.CONSENT,
        "files that were uploaded and not kept yet, sealed with keys that end with the process",
        "removed when they are kept or after an hour, or at the next start after a crash",
    ),
    FileKind(
        "HOME.keys/media/*",
        Category.MEDIA,
        "a media key each, wrapped by the master key; or the mark that one was deleted",
        "the patient's keys are deleted; a mark without personal data stays, so that no old copy "
        "brings them back",
    ),
    FileKind(
        "HOME.keys.mirror/media/*",
        Category.MEDIA,
        "the second copy of every media key and mark",
        "deleted with the first",
    ),
    FileKind(
        "HOME.keys/disposals/*.pending",
        Category.IDENTITY,
        "what is searched for after a disposal, sealed with a key derived from the master key",
        "removed once the disposal is proved",
    ),
    FileKind(
        "HOME.keys/disposals/*.facts",
        Category.CLINICAL,
        "what a batch that is anonymised is counted by, sealed likewise until it is counted",
        "removed when the last record of the batch is gone",
    ),
    FileKind(
        "HOME.keys/disposals/ledger.jsonl",
        Category.NONE,
        "which records are gone, as keyed digests of their ids, for a restored back-up",
        "kept, with a line for the record",
    ),
    FileKind(
        "HOME.keys.mirror/disposals/ledger.jsonl",
        Category.NONE,
        "the second copy of the ledger",
        "kept, with a line for the record",
    ),
    FileKind(
        "HOME.anchors/*",
        Category.NONE,
        "the heads of the audit chains, signed; hashes only",
        "kept",
    ),
    FileKind(
        "HOME.backups/*",
        Category.IDENTITY,
        "back-ups: the encrypted store as it was, sealed files of photographs, video and evidence, "
        "anchors, and a manifest that names files and counts rows; never a key",
        "removed after their days; until then photographs and video of whoever was disposed of "
        "cannot be opened, and a restore repeats every later disposal",
    ),
    FileKind(
        "HOME.backups/checking-*",
        Category.IDENTITY,
        "the encrypted store of a back-up that is being checked",
        "removed when the check ends, or at the next one after a crash",
    ),
    FileKind(
        "HOME.restoring/*",
        Category.IDENTITY,
        "a clinic that is being restored: encrypted and sealed as in its back-up",
        "moved to its place when it is whole, or removed at the next start after a crash",
    ),
    FileKind(
        "HOME.before-restore-*",
        Category.IDENTITY,
        "the home that a restore set aside, encrypted and sealed as it was",
        "removed like a back-up after its days, or at once on demand",
    ),
)
