"""Reading the one search box: what each part of the typed text may stand for.

Pure. A part can be several things at once (`1945` is a year and the end of a phone number); which
of them it is, only the patients on file decide.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from lib.domain.reference import normalise_reference
from lib.domain.search import dates
from lib.domain.search.dates import Reading
from lib.domain.search.folding import APOSTROPHES, SYLLABIC, fold, forms

MOST_TOKENS = 12
MOST_CHARACTERS = 200
FEWEST_PHONE_DIGITS = 3
FEWEST_SPACED_DIGITS = 7

EMAIL = re.compile(r"[^\s,;]*@[^\s,;]*")
PHONE = re.compile(r"(?<![^\s,;])(?:\+|\(|\d)[\d\s().+\-]*\d(?![^\s,;])")
POSTCODE = re.compile(
    r"(?<![^\s,;])(?:[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}|gir\s*0aa"
    r"|[A-Za-z]{1,2}\d[A-Za-z\d]?(?:\s+\d(?:[A-Za-z]{0,2}))?)(?![^\s,;])",
    re.IGNORECASE,
)
SEGMENT = re.compile(r"[^\s,;]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One part of the typed text with everything it may be; an empty field means it is not that.

    `word` is a folded name word; `phone` digits only; `code` what a reference or another system's
    number is compared with (small letters, no spaces). `parts` is the same text read as several
    tokens, for where the whole fits nobody.
    """

    text: str
    word: str = ""
    born: tuple[Reading, ...] = ()
    phone: str = ""
    email: str = ""
    postcode: str = ""
    code: str = ""
    parts: tuple["Token", ...] = ()

    def kinds(self) -> tuple[str, ...]:
        """Return the names of what this may be; for the audit trail, which never has the text."""
        fields = ("word", "born", "phone", "email", "postcode", "code")
        return tuple(name for name in fields if getattr(self, name))


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, in order. `is_cut` says that some of it was more than is looked at."""

    tokens: tuple[Token, ...]
    is_cut: bool = False

    def kinds(self) -> str:
        """Return the kinds of the tokens, sorted, each once, as one line."""
        return " ".join(sorted({kind for token in self.tokens for kind in token.kinds()}))


Reader = Callable[[re.Match[str], date], list[Token]]


def parse(text: str, today: date) -> Query:
    """Return what `text` may mean. Never fails: what is nothing else is a name."""
    tokens = _tokens(text[:MOST_CHARACTERS].replace("\0", " "), today)
    is_cut = len(tokens) > MOST_TOKENS or len(text) > MOST_CHARACTERS
    return Query(tuple(tokens[:MOST_TOKENS]), is_cut)


def _tokens(text: str, today: date, *, is_part: bool = False) -> list[Token]:
    spans: list[tuple[int, int, list[Token]]] = []
    free = text
    for pattern, reader in PART_READERS if is_part else READERS:
        for match in pattern.finditer(free):
            tokens = reader(match, today)
            if tokens:
                spans.append((match.start(), match.end(), tokens))
                gap = " " * (match.end() - match.start())
                free = free[: match.start()] + gap + free[match.end() :]
    return [token for _, _, tokens in sorted(spans, key=lambda span: span[0]) for token in tokens]


def _read_email(match: re.Match[str], _today: date) -> list[Token]:
    email = match[0].lower()
    return [Token(match[0], email=email)] if email.strip("@.") else []


def _read_date_in_words(match: re.Match[str], today: date) -> list[Token]:
    readings = dates.of_words(match, today)
    if not _is_useful(readings):
        return []
    return [Token(match[0], born=readings, parts=_parts(match[0], today))]


def _read_date_in_figures(match: re.Match[str], today: date) -> list[Token]:
    readings = dates.of_figures(match["a"], match["b"], match["c"], today)
    if not _is_useful(readings):
        return []
    digits = "".join(character for character in match[0] if character.isdigit())
    return [Token(match[0], born=readings, phone=digits, parts=_parts(match[0], today))]


def _read_part_of_date(match: re.Match[str], today: date) -> list[Token]:
    readings = dates.of_two_figures(match["a"], match["b"], today)
    return [Token(match[0], born=readings)] if _is_useful(readings) else []


def _read_phone(match: re.Match[str], today: date) -> list[Token]:
    digits = digits_of_phone(match[0])
    pieces = match[0].split()
    if len(digits) < FEWEST_SPACED_DIGITS:
        return []
    if len(pieces) == 1:
        return [_digits(match[0], digits, today)]
    whole = Token(match[0], phone=digits, parts=_parts(match[0], today))
    return [whole]


def _read_postcode(match: re.Match[str], today: date) -> list[Token]:
    postcode = "".join(match[0].upper().split())
    code = _code(postcode)
    parts = _parts(match[0], today) if len(match[0].split()) > 1 else ()
    return [Token(match[0], word=fold(code), postcode=postcode, code=code, parts=parts)]


def _read_segment(match: re.Match[str], today: date) -> list[Token]:
    text = match[0]
    bare = text.strip("().[]{}\"'")
    if bare.isascii() and bare.isdigit():
        return [_digits(text, bare, today)]
    words = fold(APOSTROPHES.sub(" ", text)).split()
    if SYLLABIC.search(text):
        syllables = tuple(Token(part, word=part) for part in forms(text)[1:])
        return [Token(text, word="".join(words), parts=syllables)]
    if not any(character.isdigit() for character in text):
        return [Token(word, word=word) for word in words]
    code = _code(text)
    parts = tuple(_piece(word, today) for word in words) if len(words) > 1 else ()
    return [Token(text, word="".join(words), code=code, email=_handle(text.lower()), parts=parts)]


def _piece(word: str, today: date) -> Token:
    return _digits(word, word, today) if word.isdigit() else Token(word, word=word, code=word)


def _code(text: str) -> str:
    """Return a reference as it is written on file, anything else in small letters."""
    return (normalise_reference(text) or text).lower()


def _handle(text: str) -> str:
    """Return a name-with-figures that may begin an email address (`liz.jones84`)."""
    return text if text[0].isalpha() and len(text) >= len("abc1") else ""


def _digits(text: str, digits: str, today: date) -> Token:
    return Token(
        text,
        born=dates.of_digits(digits, today),
        phone=digits if len(digits) >= FEWEST_PHONE_DIGITS else "",
        postcode=digits if len(digits) >= FEWEST_PHONE_DIGITS else "",
        code=digits,
    )


def _parts(text: str, today: date) -> tuple[Token, ...]:
    found = tuple(_tokens(text, today, is_part=True))
    return found if len(found) > 1 else ()


def digits_of_phone(text: str) -> str:
    """Return the digits typed for a phone number, without the prefix for calling abroad."""
    bare = text.replace("(0)", "")
    digits = "".join(character for character in bare if character.isascii() and character.isdigit())
    return digits.removeprefix("00") if bare.lstrip("( ").startswith("00") else digits


def _is_useful(readings: tuple[Reading, ...]) -> bool:
    return any(reading.spans or reading.figures for reading in readings)


def _word_dates() -> Iterator[tuple[re.Pattern[str], Reader]]:
    for pattern in dates.IN_WORDS:
        yield pattern, _read_date_in_words


READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (EMAIL, _read_email),
    *_word_dates(),
    (dates.IN_FIGURES, _read_date_in_figures),
    (dates.TWO_FIGURES, _read_part_of_date),
    (PHONE, _read_phone),
    (POSTCODE, _read_postcode),
    (SEGMENT, _read_segment),
)
PART_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = ((SEGMENT, _read_segment),)
