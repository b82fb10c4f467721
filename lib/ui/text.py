"""Text that people typed, made safe where Streamlit reads Markdown; knows no screen.

Most of what a patient's record says is drawn by components, as text content. Titles, messages and
labels go through Streamlit's Markdown, which has more in it than a name should be able to reach:
links, images, HTML, mathematics, colours, emoji and icons.
"""

import html
import re

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# An escaped character is plain again after parsing, and a second pass looks for addresses, emoji
# and arrows in what is plain. A joiner without width between the characters keeps it from finding
# any.
JOINER = "\u2060"
SECOND_PASS = re.compile(
    r"(:(?=\S)|@|(?<=www)\.|<(?=-)|-(?=[->])|[<>!~=](?==)|\((?=[cr]\)))", re.IGNORECASE
)
LINE_ENDS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def as_html(text: str) -> str:
    """Return HTML that shows exactly `text`; for `st.html` alone, and never inside a tag."""
    return html.escape(text, quote=True)


def plain(text: str) -> str:
    """Return Markdown that shows exactly `text`, on one line, whatever it holds."""
    one_line = LINE_ENDS.sub(" ", text).strip()
    joined = SECOND_PASS.sub(rf"\1{JOINER}", one_line)
    return PUNCTUATION.sub(r"\\\1", joined)
