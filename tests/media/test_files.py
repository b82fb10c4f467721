"""Files of media lie by their ids, and get into place together or not at all."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from lib.domain.media import Rendition
from lib.errors import SealedFileMissingError
from lib.media.files import NAMES, ORIGINAL, MediaFiles
from tests.media.conftest import plain

MEDIA_ID = UUID("01a20000-0000-7000-8000-00000000abcd")
KEY = b"k" * 32


@pytest.fixture
def files(tmp_path: Path) -> MediaFiles:
    return MediaFiles(tmp_path / "clinic")


def bring_in(files: MediaFiles, media_id: UUID, *names: str) -> None:
    for name in names:
        with files.incoming(media_id, name, KEY).writer() as writer:
            writer.write(name.encode())


def test_a_file_lies_by_its_id_and_says_nothing_else(files: MediaFiles) -> None:
    assert files.path_of(MEDIA_ID, ORIGINAL) == (
        files.root / "01" / "01a20000-0000-7000-8000-00000000abcd.original"
    )
    assert NAMES == ("original", "thumbnail", "preview", "stream")


def test_what_came_in_is_read_in_its_place_under_the_same_name(files: MediaFiles) -> None:
    bring_in(files, MEDIA_ID, ORIGINAL, Rendition.THUMBNAIL)
    with pytest.raises(SealedFileMissingError):
        files.sealed(MEDIA_ID, ORIGINAL, KEY).reader()
    files.settle(MEDIA_ID)
    assert plain(files.sealed(MEDIA_ID, ORIGINAL, KEY)) == b"original"
    assert plain(files.sealed(MEDIA_ID, Rendition.THUMBNAIL, KEY)) == b"thumbnail"
    assert list(files.arriving()) == []


def test_settling_again_changes_nothing(files: MediaFiles) -> None:
    bring_in(files, MEDIA_ID, ORIGINAL)
    files.settle(MEDIA_ID)
    files.settle(MEDIA_ID)
    assert {(media_id, name) for media_id, name, _ in files.placed()} == {(MEDIA_ID, "original")}


def test_settling_what_never_came_in_is_nothing(files: MediaFiles) -> None:
    files.settle(MEDIA_ID)
    assert list(files.placed()) == list(files.arriving()) == []


def test_removing_takes_everything_of_one_item_alone(files: MediaFiles) -> None:
    other = uuid4()
    bring_in(files, MEDIA_ID, *NAMES)
    bring_in(files, other, ORIGINAL)
    files.settle(MEDIA_ID)
    files.settle(other)
    bring_in(files, MEDIA_ID, ORIGINAL, "stream.draft")
    files.remove(MEDIA_ID)
    files.remove(MEDIA_ID)
    assert [media_id for media_id, _, _ in files.placed()] == [other]
    assert list(files.arriving()) == []


def test_what_is_not_ours_is_not_listed(files: MediaFiles) -> None:
    bring_in(files, MEDIA_ID, ORIGINAL)
    files.settle(MEDIA_ID)
    (files.root / "01" / "notes.txt").write_text("somebody's")
    assert [name for _, name, _ in files.placed()] == ["original"]
