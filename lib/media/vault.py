"""A clinic's media in one hand: its files, its keys and the workers that open them."""

from dataclasses import dataclass
from uuid import UUID

from lib.media.files import MediaFiles
from lib.media.keys import MediaKeys
from lib.media.sealing import SealedFile
from lib.media.workers import Workers
from lib.settings import Settings


@dataclass(frozen=True, slots=True)
class Vault:
    """Made with the clinic and closed with it; no process starts before it is needed."""

    files: MediaFiles
    keys: MediaKeys
    workers: Workers

    @classmethod
    def of(cls, settings: Settings, master_key: bytes) -> "Vault":
        """Return the vault of the clinic that the settings name."""
        return cls(MediaFiles(settings.home), MediaKeys.of(settings, master_key), Workers())

    def sealed(self, media_id: UUID, name: str, key_id: UUID) -> SealedFile:
        """Return a file in its place with its key; raises what `MediaKeys.get` raises."""
        return self.files.sealed(media_id, name, self.keys.get(key_id))

    def close(self) -> None:
        """End the workers."""
        self.workers.close()
