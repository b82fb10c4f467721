"""What people write in Markdown as plain passages: the only way in which its text is ever shown.

HTML, images and links are not carried out: HTML reads as it was typed, an image as its words, a
link as its words with the address after them. Screens and paper draw passages as text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lib.paper.sheet import Passage, Run, clean

PLAIN = "paragraph"
HEADING = "heading"
BULLET = "bullet"
NUMBERED = "numbered"
QUOTE = "quote"
RULE = "rule"
TAGS = {PLAIN: "p", HEADING: "h{level}", BULLET: "li", NUMBERED: "li", QUOTE: "blockquote"}
LISTS = {BULLET: "ul", NUMBERED: "ol"}
# What stands alone on a page begins with a heading of its own (h1), and the form's name (h2).
FIRST_LEVEL = 3
DEEPEST = 6
INSIDE = {
    "bullet_list_open": BULLET,
    "bullet_list_close": BULLET,
    "ordered_list_open": NUMBERED,
    "ordered_list_close": NUMBERED,
    "blockquote_open": QUOTE,
    "blockquote_close": QUOTE,
}


@cache
def _parser() -> MarkdownIt:
    # Commonmark, and nothing of it that could be more than text: no HTML, no entities to decode.
    return MarkdownIt("commonmark", {"html": False}).disable(
        ["code", "reference", "html_block", "html_inline"]
    )


def passages(text: str) -> tuple[Passage, ...]:
    """Return the passages of a text in reading order; never fails, whatever was typed."""
    return tuple(_passages(_parser().parse(clean(text))))


def html_of(text: str) -> str:
    """Return the passages as HTML: our own few tags without attributes, every text escaped."""
    return "".join(_tagged(passages(text)))


def plain_of(text: str) -> str:
    """Return the words alone, a passage a line; for what is compared and heard."""
    return "\n".join("".join(run.text for run in one.runs) for one in passages(text))


@dataclass(slots=True)
class _Place:
    """Where in the text the parser is: the lists and quotations around it, and their numbers."""

    around: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    level: int = 0
    is_begun: bool = False

    def move(self, token: Token) -> None:
        """Go into a block, or out of it."""
        if token.type in INSIDE:
            self._enter(token, INSIDE[token.type])
        elif token.type == "list_item_open":
            self.numbers[-1] += 1
            self.is_begun = False
        elif token.type in {"heading_open", "heading_close"}:
            self.level = int(token.tag[1:]) if token.nesting == 1 else 0

    def _enter(self, token: Token, kind: str) -> None:
        if token.nesting == 1:
            self.around.append(kind)
            self.numbers.append(int(token.attrs.get("start", 1)) - 1)
        else:
            self.around.pop()
            self.numbers.pop()

    def passage(self, runs: tuple[Run, ...]) -> Passage:
        """Return what stands here; the second paragraph of an item is a paragraph."""
        kind = HEADING if self.level else (self.around[-1] if self.around else PLAIN)
        if kind in LISTS:
            kind, self.is_begun = (PLAIN if self.is_begun else kind), True
        number = self.numbers[-1] if kind == NUMBERED else 0
        return Passage(kind, runs, self.level or len(self.around), number)


def _passages(tokens: Sequence[Token]) -> Iterable[Passage]:
    place = _Place()
    for token in tokens:
        place.move(token)
        if token.type == "hr":
            yield Passage(RULE, ())
        elif token.type in {"inline", "fence"}:
            runs = tuple(_runs(token))
            if runs:
                yield place.passage(runs)


def _runs(token: Token) -> Iterable[Run]:
    if token.type == "fence":
        yield Run(token.content.strip("\n"))
        return
    strong = emphasis = 0
    hrefs: list[str] = []
    for child in token.children or ():
        if child.type in {"strong_open", "strong_close"}:
            strong += child.nesting
        elif child.type in {"em_open", "em_close"}:
            emphasis += child.nesting
        elif child.type == "link_open":
            hrefs.append(str(child.attrs.get("href", "")))
        else:
            words = f" ({hrefs.pop()})" if child.type == "link_close" else _words(child)
            if words:
                yield Run(words, strong > 0, emphasis > 0)


def _words(token: Token) -> str:
    # A line that ends where the text box was full is no new line: two spaces, or a backslash, are.
    return {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)


def _tagged(found: Sequence[Passage]) -> Iterable[str]:
    inside = ""
    for one in found:
        wanted = LISTS.get(one.kind, "")
        if wanted != inside:
            yield f"</{inside}>" if inside else ""
            yield f"<{wanted}>" if wanted else ""
            inside = wanted
        yield _tagged_one(one)
    if inside:
        yield f"</{inside}>"


def _tagged_one(one: Passage) -> str:
    if one.kind == RULE:
        return "<hr>"
    depth = min(one.level + FIRST_LEVEL - 1, DEEPEST)
    tag = TAGS[one.kind].format(level=depth)
    return f"<{tag}>{''.join(map(_tagged_run, one.runs))}</{tag}>"


def _tagged_run(run: Run) -> str:
    words = escape(run.text).replace("\n", "<br>")
    words = f"<em>{words}</em>" if run.is_emphasis else words
    return f"<strong>{words}</strong>" if run.is_strong else words
