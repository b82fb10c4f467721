"""Workers prepare files side by side, and outlive a file that breaks one of them."""

import io
import secrets
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from lib.domain.media import Kind, Rendition
from lib.media.files import ORIGINAL, MediaFiles
from lib.media.prepared import Format
from lib.media.workers import Workers


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(count=1)
    yield made
    made.close()


def test_a_photograph_is_prepared(workers: Workers, tmp_path: Path) -> None:
    files, media_id, key = MediaFiles(tmp_path), uuid4(), secrets.token_bytes(32)
    content = io.BytesIO()
    Image.radial_gradient("L").resize((2000, 1500)).convert("RGB").save(content, "JPEG")
    source = files.incoming(media_id, ORIGINAL, key)
    with source.writer() as writer:
        writer.write(content.getvalue())
    names = (Rendition.THUMBNAIL, Rendition.PREVIEW)
    prepared = workers.prepare(
        source, {name: files.incoming(media_id, name, key) for name in names}
    )
    assert (prepared.kind, prepared.format) == (Kind.PHOTOGRAPH, Format.JPEG)
    assert (prepared.width, prepared.height) == (2000, 1500)
    files.settle(media_id)
    sizes = {}
    for name in names:
        with files.sealed(media_id, name, key).reader() as reader:
            sizes[name] = Image.open(reader).size
    assert sizes == {Rendition.THUMBNAIL: (320, 240), Rendition.PREVIEW: (1600, 1200)}
