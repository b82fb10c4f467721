"""Addresses of screens."""

from pathlib import Path
from uuid import UUID

import pytest

from lib.ui import navigation


def test_every_screen_has_its_file_and_an_address_of_its_own() -> None:
    assert all((navigation.ROOT / Path(spec.path)).exists() for spec in navigation.PAGES)
    assert len({navigation.href(spec) for spec in navigation.PAGES}) == len(navigation.PAGES)


def test_the_first_screen_is_at_the_root() -> None:
    assert navigation.href(navigation.PAGES[0]) == "/"


def test_a_record_is_addressed_by_an_opaque_id_alone() -> None:
    key = UUID(int=7)
    assert navigation.record_href(key) == f"/patient?id={key}"


def test_a_file_that_is_no_screen_is_refused() -> None:
    assert navigation.by_path(navigation.HOME.path) is navigation.HOME
    with pytest.raises(KeyError):
        navigation.by_path("pages/elsewhere.py")


@pytest.mark.parametrize("address", ["https://evil.example/patients", "/elsewhere", "", "//x/"])
def test_an_address_that_is_not_ours_is_not_followed(address: str) -> None:
    # Following would leave the script by an exception.
    navigation.follow(address)
