"""How a written name becomes the plain words it is searched by; knows no patient and no index.

Accents, scripts, case, hyphens and apostrophes make no difference: `O'Brien`, `O'BRIEN`,
`obrien` and `o brien` share a word, and so do `Müller`, `Muller` and `Mueller`.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

NOT_A_WORD = re.compile(r"[^a-z0-9]+")
APOSTROPHES = re.compile(r"['’‘`ʼʻ´′]")  # noqa: RUF001 - these are what people type
CAPITALISED = re.compile(r"[A-Z][a-z]*")
# How German and the Nordic languages spell these letters where they are not on the keyboard.
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
SYLLABIC = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")


def fold(text: str) -> str:
    """Return `text` in small plain Latin letters and digits, its words one space apart."""
    plain = APOSTROPHES.sub("", _plain(APOSTROPHES.sub("", text)))
    return " ".join(NOT_A_WORD.sub(" ", plain).split())


@lru_cache(maxsize=4096)
def forms(written: str) -> tuple[str, ...]:
    """Return every word by which one written word is found, the joined form first.

    `Smith-O'Neill` gives smithoneill, smith, oneill, o and neill. Nothing searchable gives nothing.
    """
    if written.isascii() and written.isalpha():
        return (written.lower(),)
    found = [_joined(written), *_parts(written)]
    spelt = unicodedata.normalize("NFC", written.lower()).translate(SPELT_OUT)
    if spelt != written.lower():
        found.append(_joined(spelt))
    return tuple(dict.fromkeys(word for word in found if word))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return anyascii(unicodedata.normalize("NFC", bare)).lower()


def _joined(written: str) -> str:
    return NOT_A_WORD.sub("", _plain(written))


def _parts(written: str) -> list[str]:
    if SYLLABIC.search(written):
        # One character is one syllable: 王小明 is found by wang, xiao and ming as well.
        return [part.lower() for part in CAPITALISED.findall(anyascii(written))]
    normal = unicodedata.normalize("NFKC", written)
    by_hyphen = _split(APOSTROPHES.sub("", normal))
    by_any_mark = _split(APOSTROPHES.sub(" ", normal))
    return [_joined(part) for part in (*by_hyphen, *by_any_mark)]


def _split(text: str) -> list[str]:
    return re.sub(r"[^\w]+|_", " ", text).split()
