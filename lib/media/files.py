"""Where sealed files lie, and moving them into place; knows neither keys' owners nor rows."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from lib.domain.media import Rendition
from lib.media import folders
from lib.media.sealing import SealedFile

ORIGINAL = "original"
NAMES = (ORIGINAL, *(str(rendition) for rendition in Rendition))
# What lies beside a stream while it is made (`streams`).
DRAFT = f"{Rendition.STREAM}.draft"


class MediaFiles:
    """The folder `media` in a clinic's home; `incoming` in it holds what is not yet in place."""

    def __init__(self, home: Path) -> None:
        self.root = home / "media"

    @property
    def incoming_folder(self) -> Path:
        """Return the folder of what is being brought in."""
        return self.root / "incoming"

    def path_of(self, media_id: UUID, name: str) -> Path:
        """Return where the original or a rendition lies once it is in place."""
        return self.root / media_id.hex[:2] / f"{media_id}.{name}"

    def sealed(self, media_id: UUID, name: str, key: bytes) -> SealedFile:
        """Return a file in its place; `name` is `original` or a rendition's."""
        return SealedFile(self.path_of(media_id, name), key, f"{media_id}/{name}")

    def incoming(self, media_id: UUID, name: str, key: bytes) -> SealedFile:
        """Return a file that is being brought in, bound to the name that it will have in place."""
        path = self.incoming_folder / f"{media_id}.{name}"
        return SealedFile(path, key, f"{media_id}/{name}")

    def settle(self, media_id: UUID) -> None:
        """Move everything of an item that was brought in to its place, the original last.

        May be repeated after a crash: what is in place already stays there.
        """
        for name in reversed(NAMES):
            source, target = self._incoming_path(media_id, name), self.path_of(media_id, name)
            if source.exists():
                folders.make_private(target.parent)
                source.rename(target)
                folders.sync(target.parent)
        if self.incoming_folder.exists():
            folders.sync(self.incoming_folder)

    def remove(self, media_id: UUID) -> None:
        """Remove everything of an item, in place or coming in; nothing there is not an error."""
        for name in (*NAMES, DRAFT):
            self.path_of(media_id, name).unlink(missing_ok=True)
            self._incoming_path(media_id, name).unlink(missing_ok=True)

    def placed(self) -> Iterator[tuple[UUID, str, Path]]:
        """Yield id, name and path of every file in place, in no order."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/*.*"):
            media_id = _id_of(path)
            if media_id:
                yield media_id, path.suffix[1:], path

    def arriving(self) -> Iterator[Path]:
        """Yield every file that is coming in, or that an interruption left."""
        yield from self.incoming_folder.glob("*")

    def _incoming_path(self, media_id: UUID, name: str) -> Path:
        return self.incoming_folder / f"{media_id}.{name}"


def _id_of(path: Path) -> UUID | None:
    try:
        return UUID(path.name.split(".", 1)[0])
    except ValueError:
        return None
