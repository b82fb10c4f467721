"""Sealed files in a temporary folder, and the small corpus that other software made."""

import itertools
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.domain.media import Rendition
from lib.media import preparing
from lib.media.prepared import Prepared
from lib.media.sealing import SealedFile

CORPUS = Path(__file__).parent / "data"
STILLS = (Rendition.THUMBNAIL, Rendition.PREVIEW)

Seal = Callable[[bytes], SealedFile]
Prepare = Callable[[bytes], tuple[Prepared, dict[Rendition, bytes]]]


@pytest.fixture
def key() -> bytes:
    """Return a patient's key."""
    return secrets.token_bytes(32)


@pytest.fixture
def seal(tmp_path: Path, key: bytes) -> Seal:
    """Return what seals bytes as an original of its own."""
    numbers = itertools.count()

    def sealed(content: bytes) -> SealedFile:
        number = next(numbers)
        file = SealedFile(tmp_path / f"{number}.original", key, f"{number}/original")
        with file.writer() as writer:
            writer.write(content)
        return file

    return sealed


@pytest.fixture
def prepare(seal: Seal, tmp_path: Path, key: bytes) -> Prepare:
    """Return what prepares bytes in this process, and gives the renditions' plain bytes too."""

    def prepared(content: bytes) -> tuple[Prepared, dict[Rendition, bytes]]:
        targets = {
            name: SealedFile(tmp_path / f"out.{name}", key, f"out/{name}") for name in STILLS
        }
        found = preparing.prepare(seal(content), targets)
        return found, {name: plain(file) for name, file in targets.items()}

    return prepared


def plain(file: SealedFile) -> bytes:
    """Return everything that a sealed file holds."""
    with file.reader() as reader:
        return reader.readall()
