"""The page for the browser's printer: everything is text, whatever it says."""

import re
from html.parser import HTMLParser

import pytest

from lib.paper import html
from tests.paper.sheets import HOSTILE, NAMES, PICTURE, sheet

HREF = "/print/record/1.pdf"
TAGS_WITH_ADDRESS = {"script", "link", "a", "img", "iframe"}


class Page(HTMLParser):
    """What a browser would make of the page: tags, addresses, handlers and text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.text: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("text", [*HOSTILE, *NAMES])
def test_whatever_a_text_holds_it_is_shown_and_does_nothing(text: str) -> None:
    plain, page = Page(html.render(sheet(), HREF)), Page(html.render(sheet(text, name=text), HREF))
    assert page.tags - {"br"} == plain.tags - {"br"}
    assert (page.addresses, page.handlers) == (plain.addresses, [])
    lines = [part.strip() for part in text.split("\n")]
    said = [part.strip() for part in page.text]
    assert all(line in said for line in lines)


def test_the_page_brings_only_our_own_files() -> None:
    page = Page(html.render(sheet(), HREF))
    assert page.addresses == [
        *("/desk/guard.js", "/desk/print.js", "/desk/icon.svg", "/desk/print.css"),
        *(HREF, PICTURE),
    ]
    assert "<style" not in html.render(sheet(), HREF)


def test_the_language_and_title_are_said_and_the_banner_heads_a_table() -> None:
    page = html.render(sheet(died="Deceased 01-Nov-2026 (41y)"), HREF)
    assert '<html lang="en-GB">' in page
    assert "<title>Patient record</title>" in page
    head = re.search(r"<thead>(.*?)</thead>", page, re.DOTALL)
    assert head is not None
    assert "HART, Anna (Ms)" in head[1]
    assert "Deceased 01-Nov-2026 (41y)" in head[1]


def test_a_drawing_has_its_points_in_its_own_measure_and_says_itself_in_words() -> None:
    page = html.render(sheet("A face with one point"), HREF)
    assert 'aria-label="A face with one point"' in page
    assert '<circle cx="100.0" cy="60.0"' in page
