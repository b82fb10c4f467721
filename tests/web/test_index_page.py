"""The one page: Streamlit's, without inline scripts."""

import re

import pytest

from lib.web import index_page

PAGE = index_page.build("Juno & Desk").decode()


def test_there_is_no_inline_script() -> None:
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", PAGE, re.DOTALL)
    assert len(scripts) >= 2
    assert all(not body.strip() for body in scripts)
    assert not re.search(r"\son\w+=", PAGE)


def test_the_guard_runs_before_streamlit() -> None:
    sources = re.findall(r"<script[^>]*src=\"([^\"]+)\"", PAGE)
    assert sources[0] == "/desk/guard.js"
    assert sources[1].startswith("/static/js/index.")


def test_every_address_in_it_is_absolute_and_ours() -> None:
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"", PAGE)
    assert all(re.match(r"/(static|desk)/", address) for address in addresses)


def test_it_bears_our_name_and_not_streamlits() -> None:
    assert "<title>Juno &amp; Desk</title>" in PAGE
    assert "Streamlit app" not in PAGE


def test_a_page_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="no script"):
        index_page.build("x", "<html><body></body></html>")
