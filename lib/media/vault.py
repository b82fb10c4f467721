"""A clinic's media in one hand: its files, its keys and the workers that open them."""

import logging
from dataclasses import dataclass
from uuid import UUID

from lib.media.files import MediaFiles
from lib.media.keys import MediaKeys
from lib.media.sealing import SealedFile
from lib.media.workers import Workers
from lib.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vault:
    """Made with the clinic and closed with it; no process starts before it is needed."""

    files: MediaFiles
    keys: MediaKeys
    workers: Workers

    @classmethod
    def of(cls, settings: Settings, master_key: bytes) -> "Vault":
        """Return the vault of the clinic that the settings name; both key folders then agree.

        Where one of them cannot be written to, the clinic opens all the same.
        """
        keys = MediaKeys.of(settings, master_key)
        try:
            keys.reconcile()
        except OSError:
            log.exception("The two folders of media keys could not be made to agree.")
        return cls(MediaFiles(settings.home), keys, Workers())

    def sealed(self, media_id: UUID, name: str, key_id: UUID) -> SealedFile:
        """Return a file in its place with its key; raises what `MediaKeys.get` raises."""
        return self.files.sealed(media_id, name, self.keys.get(key_id))

    def close(self) -> None:
        """End the workers."""
        self.workers.close()
