"""Where the master key comes from, and what happens when it is not there."""

import stat
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from lib.errors import KeyMissingError
from lib.settings import Settings
from lib.store import keys

HEX = "ab" * 32


class Keychain(KeyringBackend):
    """A keychain in memory: the library's own way to plug one in."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def keychain() -> Keychain:
    backend = Keychain()
    keyring.set_keyring(backend)
    return backend


def test_a_new_key_is_kept_beside_the_home_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "clinic")
    key = keys.create(settings)
    file = tmp_path / "clinic.keys" / "master.key"
    assert keys.load(settings) == key
    assert len(key) == keys.KEY_BYTES
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_is_never_written_over_another(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "clinic")
    keys.create(settings)
    with pytest.raises(FileExistsError):
        keys.create(settings)


def test_the_environment_outranks_the_key_file(tmp_path: Path) -> None:
    keys.create(Settings(home=tmp_path / "clinic"))
    assert keys.load(Settings(home=tmp_path / "clinic", key=HEX)) == bytes.fromhex(HEX)


def test_the_keychain_is_asked_when_there_is_no_file(tmp_path: Path, keychain: Keychain) -> None:
    settings = Settings(home=tmp_path / "clinic")
    keychain.set_password(keys.SERVICE, str(settings.home.resolve()), HEX)
    assert keys.load(settings) == bytes.fromhex(HEX)


def test_a_missing_key_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError, match=r"clinic\.keys"):
        keys.load(Settings(home=tmp_path / "clinic"))


@pytest.mark.parametrize("content", ["", "ab", "zz" * 32, "ab" * 31, "ab" * 33, "\xe9"])
def test_a_key_of_the_wrong_form_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "some.key"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(KeyMissingError, match="64 hexadecimal digits"):
        keys.load(Settings(home=tmp_path / "clinic", key_file=file))


def test_the_key_is_not_shown_when_settings_are_printed() -> None:
    assert HEX not in repr(Settings(key=HEX))
