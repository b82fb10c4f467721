"""A media key lies in two places, and once deleted in one it never comes back in the other."""

import os
import secrets
import shutil
import stat
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lib.errors import MediaKeyKeepingError, MediaKeyMissingError, SealedFileKeyError
from lib.media.files import ORIGINAL, MediaFiles
from lib.media.keys import MediaKeys
from lib.settings import Settings

MASTER = secrets.token_bytes(32)


@pytest.fixture
def keys(settings: Settings) -> MediaKeys:
    return MediaKeys.of(settings, MASTER)


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_key_is_read_again_and_lies_in_both_places(keys: MediaKeys, settings: Settings) -> None:
    key_id = keys.make()
    key = keys.get(key_id)
    assert len(key) == 32
    assert key == MediaKeys.of(settings, MASTER).get(key_id)
    assert names(keys.folder) == names(keys.mirror) == {f"{key_id}.key"}
    assert keys.folder == settings.home.parent / "clinic.keys" / "media"
    assert keys.mirror == settings.home.parent / "clinic.keys.mirror" / "media"


def test_the_mirror_may_lie_elsewhere(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"key_mirror": tmp_path / "other"})
    assert MediaKeys.of(elsewhere, MASTER).mirror == tmp_path / "other" / "media"


def test_no_two_keys_are_the_same(keys: MediaKeys) -> None:
    made = [keys.make() for _ in range(5)]
    assert len({keys.get(key_id) for key_id in made}) == 5
    assert keys.key_ids() == set(made)


def test_files_and_folders_of_keys_are_private(keys: MediaKeys) -> None:
    key_id = keys.make()
    for folder in (keys.folder, keys.mirror):
        places = (folder / f"{key_id}.key", folder, folder.parent)
        assert [stat.S_IMODE(place.stat().st_mode) for place in places] == [0o600, 0o700, 0o700]


def test_a_key_file_says_nothing_without_the_master_key(
    keys: MediaKeys, settings: Settings
) -> None:
    key_id = keys.make()
    key = keys.get(key_id)
    assert key not in (keys.folder / f"{key_id}.key").read_bytes()
    with pytest.raises(SealedFileKeyError):
        MediaKeys.of(settings, secrets.token_bytes(32)).get(key_id)


def test_a_key_file_under_another_id_does_not_open(keys: MediaKeys) -> None:
    key_id, other = keys.make(), uuid4()
    shutil.copy(keys.folder / f"{key_id}.key", keys.folder / f"{other}.key")
    with pytest.raises(SealedFileKeyError):
        keys.get(other)


@pytest.mark.parametrize("content", [b"", b"\x01", b"\x02" + b"x" * 60])
def test_a_key_file_that_was_changed_does_not_open(keys: MediaKeys, content: bytes) -> None:
    key_id = keys.make()
    (keys.folder / f"{key_id}.key").write_bytes(content)
    with pytest.raises(SealedFileKeyError):
        keys.get(key_id)


def test_deleting_the_key_makes_every_copy_unreadable(keys: MediaKeys, tmp_path: Path) -> None:
    media_id, key_id = uuid4(), keys.make()
    files = MediaFiles(tmp_path / "clinic")
    with files.sealed(media_id, ORIGINAL, keys.get(key_id)).writer() as writer:
        writer.write(b"a face")
    backup = tmp_path / "backup"
    shutil.copytree(files.root, backup / "media")
    keys.delete(key_id)
    assert names(keys.folder) == names(keys.mirror) == {f"{key_id}.deleted"}
    assert keys.key_ids() == frozenset()
    with pytest.raises(MediaKeyMissingError):
        keys.get(key_id)
    everything = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert [content for content in everything if b"a face" in content] == []


def test_deleting_twice_or_what_never_was_changes_nothing(keys: MediaKeys) -> None:
    key_id = keys.make()
    keys.delete(key_id)
    keys.delete(key_id)
    keys.delete(uuid4())
    assert keys.key_ids() == frozenset()


def test_a_place_that_lost_its_keys_gets_them_back(keys: MediaKeys) -> None:
    made = {keys.make(): None for _ in range(3)}
    kept = {key_id: keys.get(key_id) for key_id in made}
    shutil.rmtree(keys.mirror)
    assert keys.reconcile() == 3
    shutil.rmtree(keys.folder)
    assert keys.reconcile() == 3
    assert {key_id: keys.get(key_id) for key_id in made} == kept
    assert keys.reconcile() == 0


def test_a_mirror_restored_from_an_old_copy_does_not_bring_a_deleted_key_back(
    keys: MediaKeys, tmp_path: Path
) -> None:
    key_id, kept = keys.make(), keys.make()
    shutil.copytree(keys.mirror, tmp_path / "old")
    keys.delete(key_id)
    shutil.rmtree(keys.mirror)
    shutil.copytree(tmp_path / "old", keys.mirror)
    assert keys.reconcile() == 2
    assert names(keys.folder) == names(keys.mirror) == {f"{key_id}.deleted", f"{kept}.key"}


def test_what_an_interruption_left_is_removed(keys: MediaKeys) -> None:
    key_id = keys.make()
    (keys.folder / f"{key_id}.key.abc.part").write_bytes(b"half")
    (keys.mirror / "readme.txt").write_text("not a key")
    assert keys.reconcile() == 1
    assert names(keys.folder) == {f"{key_id}.key"}


def test_a_key_that_cannot_lie_in_both_places_is_not_made(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    unwritable = settings.model_copy(update={"key_mirror": tmp_path / "file"})
    keys = MediaKeys.of(unwritable, MASTER)
    with pytest.raises(MediaKeyKeepingError):
        keys.make()
    assert keys.key_ids() == frozenset()


def test_a_deletion_that_could_not_end_is_ended_at_the_next_start(
    settings: Settings, tmp_path: Path
) -> None:
    keys = MediaKeys.of(settings, MASTER)
    key_id = keys.make()
    aside = tmp_path / "aside"
    keys.mirror.rename(aside)
    keys.mirror.write_text("the disk is away")
    with pytest.raises(MediaKeyKeepingError):
        keys.delete(key_id)
    with pytest.raises(MediaKeyMissingError):
        keys.get(key_id)
    os.unlink(keys.mirror)  # noqa: PTH108 - says that a file, not the folder, goes
    aside.rename(keys.mirror)
    keys.reconcile()
    assert names(keys.folder) == names(keys.mirror) == {f"{key_id}.deleted"}


@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(losses=st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), max_size=8))
def test_whatever_gets_lost_on_one_side_both_places_agree_and_nothing_deleted_returns(
    settings: Settings, losses: list[tuple[int, bool, bool]]
) -> None:
    keys = MediaKeys(
        settings.home / secrets.token_hex(4), settings.home / secrets.token_hex(4), MASTER
    )
    made = [keys.make() for _ in range(4)]
    deleted = set()
    for number, is_deletion, is_mirror in losses:
        if is_deletion:
            keys.delete(made[number])
            deleted.add(made[number])
        else:
            place = keys.mirror if is_mirror else keys.folder
            (place / f"{made[number]}.key").unlink(missing_ok=True)
        keys.reconcile()
    assert names(keys.folder) == names(keys.mirror)
    assert keys.key_ids() == set(made) - deleted
