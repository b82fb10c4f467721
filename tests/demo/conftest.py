"""One synthetic clinic, built once for every test that only reads it."""

import pickle
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.demo.clinic import Built, build
from lib.services.clinic import STORE_FILE
from lib.settings import Settings
from lib.store import keys
from lib.store.connection import Store
from tests.templates import built_once, copy_of

AS_OF = date(2026, 11, 20)
PATIENTS = 3_000
SEED = 7

Ask = Callable[[str], list[tuple[Any, ...]]]


def settings_of(home: Path) -> Settings:
    """Return the settings of a small clinic in `home`."""
    return Settings(home=home, memory_limit="1GB", threads=1)


def ignore(stage: str, done: int, of: int) -> None:
    """Take no notice of progress."""
    del stage, done, of


def open_store(settings: Settings) -> Store:
    """Open a built clinic's store."""
    return Store.open(settings.home / STORE_FILE, keys.load(settings))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Built]:
    def build_in(folder: Path) -> None:
        told = build(settings_of(folder / "clinic"), PATIENTS, SEED, AS_OF, ignore)
        (folder / "built.pickle").write_bytes(pickle.dumps(told))

    once = built_once(tmp_path_factory, "three-thousand", build_in)
    home = copy_of(once / "clinic", tmp_path_factory.mktemp("demo"))
    return settings_of(home), pickle.loads((once / "built.pickle").read_bytes())  # noqa: S301 - ours


@pytest.fixture(scope="session")
def store(built: tuple[Settings, Built]) -> Iterator[Store]:
    opened = open_store(built[0])
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def ask(store: Store) -> Ask:
    """Return a function that gives the rows of a query on the synthetic clinic."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        with store.reading() as cursor:
            return cursor.execute(sql).fetchall()

    return rows
