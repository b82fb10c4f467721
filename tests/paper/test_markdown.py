"""Markdown as passages: what it may say, and that nothing in it is ever carried out."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from lib.paper import html, markdown, pdf
from lib.paper.sheet import Passage, Prose, Run, Sheet
from tests.paper.sheets import HOSTILE

TEXT = """\
# Your pictures

We ask **each time**, and *never* assume.
Say no to any of them.

- on our website
- in talks

  with students

1. First
2. Second

> Quoted

---

[Ask us](https://evil.example/x) ![a face](https://evil.example/y.png)
"""
OWN_TAGS = re.compile(r"</?(?:p|h[3-6]|ul|ol|li|blockquote|strong|em)>|<hr>|<br>")


def test_passages_tell_headings_lists_quotations_and_stress() -> None:
    assert markdown.passages(TEXT) == (
        Passage("heading", (Run("Your pictures"),), 1),
        Passage(
            "paragraph",
            (
                Run("We ask "),
                Run("each time", is_strong=True),
                Run(", and "),
                Run("never", is_emphasis=True),
                Run(" assume."),
                Run(" "),
                Run("Say no to any of them."),
            ),
        ),
        Passage("bullet", (Run("on our website"),), 1),
        Passage("bullet", (Run("in talks"),), 1),
        Passage("paragraph", (Run("with students"),), 1),
        Passage("numbered", (Run("First"),), 1, 1),
        Passage("numbered", (Run("Second"),), 1, 2),
        Passage("quote", (Run("Quoted"),), 1),
        Passage("rule", ()),
        Passage(
            "paragraph",
            (Run("Ask us"), Run(" (https://evil.example/x)"), Run(" "), Run("a face")),
        ),
    )


def test_html_has_no_address_that_could_be_fetched_or_followed() -> None:
    made = markdown.html_of(TEXT)
    assert "href" not in made
    assert "<img" not in made
    assert made.startswith("<h3>Your pictures</h3><p>We ask <strong>each time</strong>")
    assert made.count("<ul>") == made.count("</ul>") == 2 - 1
    assert "<ol><li>First</li><li>Second</li></ol><blockquote>Quoted</blockquote><hr>" in made


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reads_as_it_was_typed(text: str) -> None:
    assert OWN_TAGS.sub("", markdown.html_of(text)).count("<") == 0


@given(st.text(alphabet="<>&\"'`*_-#[]()!\\ \n1.abc:/", max_size=60))
def test_whatever_is_typed_html_holds_only_our_own_tags(text: str) -> None:
    bare = OWN_TAGS.sub("", markdown.html_of(text))
    assert "<" not in bare
    assert ">" not in bare


@given(st.text(alphabet="<>*_-#[]()! \n1.ab\x00\u202e", max_size=60))
def test_tags_are_always_closed_in_order(text: str) -> None:
    open_tags: list[str] = []
    for close, tag in re.findall(r"<(/?)([a-z0-9]+)>", markdown.html_of(text)):
        if tag in {"hr", "br"}:
            continue
        if close:
            assert open_tags.pop() == tag
        else:
            open_tags.append(tag)
    assert open_tags == []


def test_only_a_line_that_is_ended_on_purpose_ends() -> None:
    made = markdown.html_of("one\ntwo  \nthree\\\nfour")
    assert made == "<p>one two<br>three<br>four</p>"


def test_words_alone_are_a_passage_a_line() -> None:
    assert markdown.plain_of("# One\n\n- *two*\n- three") == "One\ntwo\nthree"


def test_fenced_text_stands_as_it_was_typed_and_nothing_is_nothing() -> None:
    assert markdown.passages("```\n<b>x</b>\n```") == (Passage("paragraph", (Run("<b>x</b>"),)),)
    assert markdown.passages("") == ()


def test_a_sheet_sets_passages_on_a_page_and_in_a_file() -> None:
    prose = Prose("The form", markdown.passages(TEXT), is_large=True)
    sheet = Sheet("Consent form", "consent-form", "Printed by nobody.", None, (prose,))
    page = html.render(sheet, "/print/x.pdf")
    assert page.count('role="list"') == 2
    assert "<strong>each time</strong>" in page
    assert "evil.example/y.png" not in page
    read = PdfReader(io.BytesIO(pdf.render(sheet)))
    text = "\n".join(one.extract_text() for one in read.pages)
    assert "each time" in text
    assert "/Annots" not in {key for one in read.pages for key in one}
