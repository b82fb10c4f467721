"""The server's start and end."""

import asyncio
from pathlib import Path

import pytest

from lib.domain.access import Role
from lib.errors import StoreError, StoreInUseError
from lib.services import running
from lib.services.clinic import open_clinic
from lib.settings import Settings, settings
from lib.web import lifespan
from tests.web.conftest import open_session


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the process's settings at an empty home."""
    monkeypatch.setenv("CLINIC_HOME", str(tmp_path / "clinic"))
    monkeypatch.setenv("CLINIC_THREADS", "1")
    settings.cache_clear()
    yield tmp_path / "clinic"
    settings.cache_clear()


async def serve_for_a_moment() -> Settings:
    async with lifespan.open_for_server(None):
        return running.clinic().settings


def test_the_clinic_is_open_while_the_server_runs(home: Path) -> None:
    assert asyncio.run(serve_for_a_moment()).home == home
    with pytest.raises(StoreError):
        running.clinic()
    open_clinic(settings()).close()


def test_an_empty_clinic_has_its_code_printed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(serve_for_a_moment())
    assert "set-up code is" in capsys.readouterr().out
    assert home.exists()


def test_a_clinic_with_people_prints_no_code(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = open_clinic(settings())
    open_session(clinic, "sam", Role.ADMINISTRATOR)
    clinic.close()
    asyncio.run(serve_for_a_moment())
    assert "code" not in capsys.readouterr().out
    assert home.exists()


def test_a_store_that_cannot_be_opened_says_why_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    (home / "clinic.duckdb").write_bytes(b"not a store at all" * 1000)
    keys = home.parent / "clinic.keys"
    keys.mkdir()
    (keys / "master.key").write_text("11" * 32)
    with pytest.raises(StoreError) as caught:
        asyncio.run(serve_for_a_moment())
    assert not isinstance(caught.value, StoreInUseError)
    assert capsys.readouterr().err.strip() == caught.value.message
