"""The open clinic that every service works on: store, settings, keys, search index and media."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

from lib.domain.search.dialling import Dialling
from lib.media.vault import Vault
from lib.search.index import LiveIndex
from lib.services.backups import swapping
from lib.services.backups.turns import Watch, nobody
from lib.settings import Settings
from lib.store import clinic_settings, keys
from lib.store.clinic_settings import Name
from lib.store.connection import Store, StoreOptions

STORE_FILE = "clinic.duckdb"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Clinic:
    """One open clinic. Made once per process; handed to every service."""

    store: Store
    settings: Settings
    master_key: bytes = field(repr=False)
    search: LiveIndex
    media: Vault
    is_demo: bool = False

    @property
    def home(self) -> Path:
        """Return the folder that holds the store."""
        return self.settings.home

    def close(self) -> None:
        """Let go of the store and end the workers."""
        self.media.close()
        self.store.close()


def exists(settings: Settings) -> bool:
    """Tell whether the home holds a store already."""
    return (settings.home / STORE_FILE).exists()


def open_clinic(settings: Settings, *, watch: Watch = nobody) -> Clinic:
    """Open the clinic in `settings.home`, making an empty one (with a new key) where none is.

    A restore that was interrupted is finished or undone first, and disposals that a restored store
    does not know are repeated: nobody gets a clinic in which somebody disposed of is back. Raises
    the store's errors (`StoreInUseError`, `WrongKeyError`, …) and `RestoreError`.
    """
    said = swapping.settle(settings.home)
    if said:
        log.warning(said)
    # Repeating works on an open clinic, so it stands on this module.
    from lib.services.backups import replaying  # noqa: PLC0415

    clinic = open_unrepeated(settings)
    try:
        replaying.catch_up(clinic, watch=watch)
    except BaseException:
        clinic.close()
        raise
    return clinic


def open_unrepeated(settings: Settings) -> Clinic:
    """Open the clinic as it lies there; for whoever repeats disposals, and nobody else."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = keys.load(settings) if exists(settings) else _first_key(settings)
    options = StoreOptions(memory_limit=settings.memory_limit, threads=settings.threads)
    return clinic_with(settings, key, Store.open(settings.home / STORE_FILE, key, options))


def clinic_with(settings: Settings, key: bytes, store: Store) -> Clinic:
    """Return the clinic of an open store."""
    return Clinic(
        store=store,
        settings=settings,
        master_key=key,
        search=LiveIndex(store, Dialling.of_region(settings.phone_region)),
        media=Vault.of(settings, key),
        is_demo=_is_synthetic(store),
    )


def _is_synthetic(store: Store) -> bool:
    # Told by the sealed store itself: a file beside it would let anybody who can write there turn
    # the second factor of a real clinic off.
    with store.reading() as cursor:
        return clinic_settings.get_setting(cursor, Name.ORIGIN) == clinic_settings.SYNTHETIC


def _first_key(settings: Settings) -> bytes:
    file = settings.key_file or keys.default_key_file(settings.home)
    if settings.key or file.exists():
        return keys.load(settings)
    return keys.create(settings)
