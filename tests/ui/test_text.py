"""Text that people typed stays text."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lib.ui.text import JOINER, LINE_ENDS, as_html, plain

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
EVIL = (
    "<script>alert(1)</script>",
    "[x](http://evil)",
    r"$\LaTeX$ :red[x]",
    "![x](http://evil/x.png)",
    "# heading",
    "1. one",
    "`code` **bold** _it_ ~~gone~~",
    "http://evil.example www.evil.example someone@evil.example",
    ":smile: :material/home: -> <- (c) >= --",
    "&lt;b&gt; &#58;",
)


def shown(text: str) -> str:
    """Return what a reader of Markdown would show; fail on anything that is not plain text."""
    (opening, inline, closing) = READER.parse(plain(text)) or [None] * 3
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    kinds = {child.type for child in inline.children}
    assert kinds <= {"text", "text_special"}
    return "".join(child.content for child in inline.children).replace(JOINER, "")


@pytest.mark.parametrize("text", EVIL)
def test_nothing_that_markdown_knows_survives(text: str) -> None:
    assert shown(text) == text


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_what_is_shown_is_what_was_typed(text: str) -> None:
    expected = LINE_ENDS.sub(" ", text).strip()
    if expected.replace(JOINER, "").strip():
        assert shown(text) == expected.replace(JOINER, "")


@pytest.mark.parametrize("second", [":smile:", ":material/home:", "a@b.example", "www.a.b", "->"])
def test_what_a_second_pass_looks_for_is_broken_up(second: str) -> None:
    unescaped = plain(second).replace("\\", "")
    assert second not in unescaped


def test_line_ends_become_spaces() -> None:
    assert plain("Anna\r\n\u2028Hart\n") == "Anna Hart"


@given(st.text(max_size=60))
def test_html_shows_exactly_the_text(text: str) -> None:
    made = as_html(text)
    assert not set(made) & set("<>\"'")
    assert html.unescape(made) == text
