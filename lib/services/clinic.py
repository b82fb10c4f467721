"""The open clinic that every service works on: store, settings, keys, search index and media."""

from dataclasses import dataclass, field
from pathlib import Path

from lib.domain.search.dialling import Dialling
from lib.media.vault import Vault
from lib.search.index import LiveIndex
from lib.settings import Settings
from lib.store import clinic_settings, keys
from lib.store.clinic_settings import Name
from lib.store.connection import Store, StoreOptions

STORE_FILE = "clinic.duckdb"


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


def open_clinic(settings: Settings) -> Clinic:
    """Open the clinic in `settings.home`, making an empty one (with a new key) where none is.

    Raises the store's errors (`StoreInUseError`, `WrongKeyError`, …).
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = keys.load(settings) if exists(settings) else _first_key(settings)
    options = StoreOptions(memory_limit=settings.memory_limit, threads=settings.threads)
    store = Store.open(settings.home / STORE_FILE, key, options)
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
