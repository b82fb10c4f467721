"""The stylesheet and the typeface come from this machine, and nothing else does."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lib.web import styles


@pytest.fixture
def client() -> TestClient:
    """Serve only the styles."""
    return TestClient(Starlette(routes=styles.routes()))


def test_every_font_that_the_stylesheet_names_is_served(client: TestClient) -> None:
    sheet = client.get(styles.STYLESHEET)
    named = re.findall(r'url\("([^"]+)"\)', sheet.text)
    assert sheet.headers["content-type"].startswith("text/css")
    assert len(named) == len(styles.FONTS) == 5
    for address in named:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "font/woff2"
        assert answer.content[:4] == b"wOF2"


@pytest.mark.parametrize("name", ["LICENSE-Inter.txt", "..%2Fdesk.css", "nothing.woff2"])
def test_nothing_else_is_served_from_the_fonts_folder(client: TestClient, name: str) -> None:
    assert client.get(f"/desk/fonts/{name}").status_code == 404


def test_the_typeface_comes_with_its_licence() -> None:
    licence = (styles.ASSETS / "fonts" / "LICENSE-Inter.txt").read_text("utf-8")
    assert "SIL Open Font License" in licence


def test_the_stylesheet_asks_for_nothing_from_elsewhere(client: TestClient) -> None:
    assert "//" not in client.get(styles.STYLESHEET).text.replace("/*", "").replace("*/", "")
