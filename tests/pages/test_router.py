"""Which screen is drawn at an address, for whom."""

import ast
from pathlib import Path

import pytest

from lib.domain.access import Role, permissions_of
from lib.ui import navigation
from lib.ui.navigation import PageSpec
from tests.pages.conftest import OpenPage


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("spec", navigation.PAGES, ids=lambda spec: spec.url_path)
def test_every_page_opens_or_refuses_for_every_role(
    open_page: OpenPage, spec: PageSpec, role: Role
) -> None:
    screen = open_page(spec.url_path, role)
    may = spec.permission is None or spec.permission in permissions_of(frozenset({role}))
    titles = [title.value for title in screen.title]
    assert not screen.exception
    assert ("Not permitted" in titles) is not may


def test_no_page_lies_flat_in_its_folder() -> None:
    # Streamlit opens such a file by its name, before app.py has run.
    assert list((navigation.ROOT / "pages").glob("*.py")) == []


@pytest.mark.parametrize(
    "file", sorted((navigation.ROOT / "pages").rglob("*.py")), ids=lambda file: file.stem
)
def test_the_first_statement_of_every_page_is_its_guard(file: Path) -> None:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    first = next(one for one in body[1:] if not isinstance(one, ast.Import | ast.ImportFrom))
    assert isinstance(first, ast.Assign | ast.Expr)
    assert ast.unparse(first.value).startswith("session.require(")


def test_every_page_has_its_place_in_the_navigation() -> None:
    files = {
        file.relative_to(navigation.ROOT) for file in (navigation.ROOT / "pages").rglob("*.py")
    }
    assert {Path(spec.path) for spec in navigation.PAGES} >= files
