"""The tree of errors whose messages are safe to show to the person at the screen.

A message never carries a patient's name or value; it says what happened and what to do next.
"""

from collections.abc import Mapping
from uuid import UUID


class ClinicError(Exception):
    """Something went wrong that the person can be told about, in one plain sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotPermittedError(ClinicError):
    """The person's roles do not allow what was asked."""


class PurposeNotPermittedError(NotPermittedError):
    """The patient has not agreed to this use of pictures (rules D2 and D3)."""


class NotSignedInError(ClinicError):
    """There is no live session, or it was ended."""


class SignInRefusedError(ClinicError):
    """The credentials, the code or the state of the account do not let this person in."""


class NotFoundError(ClinicError):
    """What was asked for does not exist, or is not known under that identifier."""


class MergedError(NotFoundError):
    """The record was merged into another, which is where everything of it is now."""

    def __init__(self, message: str, *, survivor_id: UUID) -> None:
        super().__init__(message)
        self.survivor_id = survivor_id


class MergeRefusedError(ClinicError):
    """Two records cannot be merged, or a merge not undone, as things stand; nothing was changed."""


class DisposalRefusedError(ClinicError):
    """A disposal cannot be proposed, decided or carried out as asked; the message says why."""


class MediaRemovedError(NotFoundError):
    """The picture was removed from its gallery; only those who look at removed ones see it."""


class GroundNeededError(ClinicError):
    """The record is restricted; a ground must be named before it is used (rule E1)."""


class InvalidInputError(ClinicError):
    """A value was refused; `field` names the input it came from."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class SavedAlreadyError(InvalidInputError):
    """What has the form's id was saved before and says something else; nothing was changed."""


class MediaRefusedError(InvalidInputError):
    """A file was not taken in as a photograph or video; the sentence says why, of this file."""


class UnderAgeError(ClinicError):
    """The law forbids the treatment at the patient's age (rule C4); nothing was saved."""


class WarningsOpenError(ClinicError):
    """Something speaks against the treatment, and nobody has said why it goes ahead."""


class StaleVersionError(ClinicError):
    """Somebody else changed the same thing since it was opened.

    Where the two can be told apart, `theirs` is what it says now, field by field as a form would
    show it, `version` that version's number and `by` the name of the person who saved it.
    """

    def __init__(
        self,
        message: str,
        *,
        theirs: Mapping[str, object] | None = None,
        version: int = 0,
        by: str = "",
    ) -> None:
        super().__init__(message)
        self.theirs = theirs or {}
        self.version = version
        self.by = by


class ImportRefusedError(ClinicError):
    """The file cannot be read as what it was said to be; nothing was changed."""


class ImportCancelledError(ClinicError):
    """The person stopped the import before it was written; nothing was changed."""


class SearchRunningError(ClinicError):
    """A search for duplicates is under way already; one runs at a time."""


class SearchCancelledError(ClinicError):
    """The person stopped the search for duplicates; nothing was changed."""


class StoreError(ClinicError):
    """The store could not do what was asked."""


class StoreInUseError(StoreError):
    """Another process has the store open."""


class WrongKeyError(StoreError):
    """The key does not open this store."""


class TamperedStoreError(StoreError):
    """The store's bytes are not the bytes that were written."""


class NewerStoreError(StoreError):
    """The store was written by a newer version of the software."""


class KeyMissingError(StoreError):
    """No master key was found where the settings say it is kept."""


class StoreBusyError(StoreError):
    """The store's file is being copied or exchanged: reading works, writing has to wait."""


class ConflictError(StoreError):
    """Two people wrote the same row at once, and retrying did not settle it."""


class BackupError(ClinicError):
    """A back-up could not be made, checked or removed; the clinic itself is as it was."""


class BackupRunningError(BackupError):
    """A back-up is being made, checked or restored already; one at a time."""


class BackupDamagedError(BackupError):
    """What lies there is not the back-up that was made, or not this clinic's."""


class RestoreError(ClinicError):
    """A back-up could not be restored; the sentence says what stands now and what to do."""


class NotProvedError(ClinicError):
    """Something of a person was found after their record went; `findings` say where, not what."""

    def __init__(self, message: str, findings: tuple[str, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class SealedFileError(ClinicError):
    """A sealed file cannot be read as it is; its subclasses tell why."""


class MediaKeyMissingError(SealedFileError):
    """The key is gone: what it sealed was erased, or the key folder was lost."""


class MediaSpaceError(ClinicError):
    """A file could not be kept, because the disk is full or cannot be written to."""


class MediaKeyKeepingError(ClinicError):
    """A media key could not be kept, or not be deleted, in both of its places."""


class SealedFileMissingError(SealedFileError):
    """There is no file where it should be."""


class SealedFileKeyError(SealedFileError):
    """The key is another than the one that sealed the file, or the file's beginning was changed."""


class SealedFileMovedError(SealedFileError):
    """The file was sealed under another name: it lies where another belongs."""


class SealedFileCutError(SealedFileError):
    """The end of the file is missing."""


class SealedFileAlteredError(SealedFileError):
    """The file's bytes are not those that were written, or not in that order."""


class SealedFileNewerError(SealedFileError):
    """The file was sealed by a newer version of the software."""
