"""Text as it is searched in: one form for however a name, number or id was written; pure.

Case, accents, Unicode's two ways of writing them, apostrophes and kinds of hyphen make no
difference. Written for the proof of a disposal alone: it shares nothing with the search of the
desk, so that a fault in one does not hide in the other.
"""

import re
import unicodedata

# Stands between two values, so that nothing is found across them.
BETWEEN = "\x1e"
APOSTROPHES = dict.fromkeys(map(ord, "'’‘`ʼʻ´′"))  # noqa: RUF001 - these are what people type
HYPHENS = dict.fromkeys(map(ord, "-‐‑‒–—−_\u00a0\t\n\r"), " ")  # noqa: RUF001 - likewise
# Letters that Unicode does not take apart, and that people write without their stroke.
STROKES = {
    ord("ø"): "o",
    ord("ł"): "l",
    ord("đ"): "d",
    ord("ð"): "d",
    ord("æ"): "ae",
    ord("œ"): "oe",
}
MARKS = APOSTROPHES | HYPHENS | STROKES
COMBINING = re.compile("[\u0300-\u036f]+")
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
SPACES = re.compile(" {2,}")
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return text in one form; `BETWEEN` stays, and every run of spaces becomes one."""
    if text.isascii():
        plain = text.lower().translate(MARKS)
    else:
        apart = unicodedata.normalize("NFKD", text.casefold().translate(APOSTROPHES))
        plain = COMBINING.sub("", apart).translate(MARKS)
    return SPACES.sub(" ", plain)


def forms(name: str) -> frozenset[str]:
    """Return every form in which one written name can stand in folded text.

    `Smith-O'Neill` gives `smith oneill`, `smithoneill` and `smith o neill`; `Müller` also
    `mueller`.
    """
    by_space = name.translate(dict.fromkeys(APOSTROPHES, " "))
    spelt = unicodedata.normalize("NFC", name).lower().translate(SPELT_OUT)
    folded = {fold(one).strip() for one in (name, by_space, spelt)}
    return frozenset(filter(None, folded | {one.replace(" ", "") for one in folded}))


def words(text: str) -> list[str]:
    """Return the words of folded text."""
    return WORD.findall(text)


def stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether what lies between two places is not a part of a longer word or number."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (
        after.isalnum() and text[end - 1].isalnum()
    )
