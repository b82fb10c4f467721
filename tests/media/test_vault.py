"""A clinic's vault opens with its two key folders in agreement, or says why they are not."""

import logging
import shutil

import pytest

from lib.media.files import ORIGINAL
from lib.media.vault import Vault
from lib.settings import Settings
from tests.media.conftest import plain

MASTER = b"m" * 32


def test_what_was_sealed_is_read_after_the_clinic_was_opened_again(settings: Settings) -> None:
    vault = Vault.of(settings, MASTER)
    key_id = vault.keys.make()
    with vault.sealed(key_id, ORIGINAL, key_id).writer() as writer:
        writer.write(b"bits")
    vault.close()
    shutil.rmtree(vault.keys.folder)
    again = Vault.of(settings, MASTER)
    assert plain(again.sealed(key_id, ORIGINAL, key_id)) == b"bits"
    again.close()


def test_a_clinic_opens_though_its_mirror_is_away(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    vault = Vault.of(settings, MASTER)
    vault.keys.make()
    shutil.rmtree(vault.keys.mirror)
    vault.keys.mirror.write_text("not a folder")
    with caplog.at_level(logging.ERROR):
        Vault.of(settings, MASTER)
    assert [record.name for record in caplog.records] == ["lib.media.vault"]
