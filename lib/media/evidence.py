"""Where sealed evidence of consent lies: coming in, then in its place; knows neither rows nor keys.

A file that comes in is sealed with a key that lives in memory alone; only once it belongs to a
patient is it sealed again, with the patient's. What an interruption leaves can never be read.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from lib.media.sealing import FRAME_BYTES, SealedFile

SUFFIX = ".evidence"
MARK = ".taking"


class EvidenceFiles:
    """The folder `evidence` in a clinic's home; `incoming` in it holds what nobody kept yet."""

    def __init__(self, home: Path) -> None:
        self.root = home / "evidence"
        self.incoming_folder = self.root / "incoming"

    def sealed(self, evidence_id: UUID, key: bytes) -> SealedFile:
        """Return a file in its place."""
        return SealedFile(self.path_of(evidence_id), key, f"{evidence_id}/evidence")

    def incoming(self, evidence_id: UUID, key: bytes) -> SealedFile:
        """Return a file that comes in; it is bound to another name than the one in its place."""
        path = self.incoming_folder / f"{evidence_id}{SUFFIX}"
        return SealedFile(path, key, f"{evidence_id}/incoming")

    def path_of(self, evidence_id: UUID) -> Path:
        """Return where a file lies once it is kept."""
        return self.root / evidence_id.hex[:2] / f"{evidence_id}{SUFFIX}"

    def mark_of(self, evidence_id: UUID) -> Path:
        """Return the empty file that says that a file is on its way into the store."""
        return self.incoming_folder / f"{evidence_id}{MARK}"

    def remove_incoming(self, evidence_id: UUID) -> None:
        """Remove a file that came in; nothing there is not an error."""
        (self.incoming_folder / f"{evidence_id}{SUFFIX}").unlink(missing_ok=True)

    def arriving(self) -> Iterator[Path]:
        """Yield everything that is coming in, or that an interruption left."""
        yield from self.incoming_folder.glob("*")

    def placed(self) -> Iterator[UUID]:
        """Yield the id of every file in its place, in no order."""
        for path in self.root.glob(f"[0-9a-f][0-9a-f]/*{SUFFIX}"):
            with suppress(ValueError):
                yield UUID(path.name.removesuffix(SUFFIX))


def seal_again(source: SealedFile, target: SealedFile) -> None:
    """Copy a sealed file under another key and name, a frame at a time, and see it on disk.

    Raises a `SealedFileError` or `OSError`; nothing of the copy is left then.
    """
    with source.reader() as reader, target.writer() as writer:
        while piece := reader.read(FRAME_BYTES):
            writer.write(piece)
