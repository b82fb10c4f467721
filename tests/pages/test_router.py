"""Which screen is drawn at an address, for whom."""

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
