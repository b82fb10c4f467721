"""The words that programs and people use in a medical history, and what they mean here; pure.

A word that means nothing here raises `InvalidInputError`, whose message never repeats it.
"""

from typing import TypeVar

from lib.domain.history import Kind, Status
from lib.domain.patient import is_nothing
from lib.domain.search.folding import fold
from lib.errors import InvalidInputError

T = TypeVar("T")

KINDS = {
    **dict.fromkeys(
        (
            *("condition", "conditions", "diagnosis", "problem", "problems", "illness", "disease"),
            *("medical condition", "medical conditions", "medical history", "past medical history"),
        ),
        Kind.CONDITION,
    ),
    **dict.fromkeys(
        ("allergy", "allergies", "allergen", "intolerance", "drug allergy", "sensitivity"),
        Kind.ALLERGY,
    ),
    **dict.fromkeys(
        (
            *("medicine", "medicines", "medication", "medications", "drug", "drugs"),
            *("current medication", "current medications", "prescription"),
        ),
        Kind.MEDICINE,
    ),
    **dict.fromkeys(("contraindication", "contraindications", "caution"), Kind.CONTRAINDICATION),
    **dict.fromkeys(("no known allergies", "nka", "nkda"), Kind.NO_KNOWN_ALLERGIES),
}
# What stands where an allergy would, when somebody asked and there is none.
NO_ALLERGIES = frozenset(
    {
        *("no known allergies", "no known drug allergies", "nka", "nkda", "none known"),
        *("no allergies", "no allergy", "no known allergy", "none", "nil", "nil known"),
    }
)
NO_ALLERGIES_NAME = "No known allergies"
SEVERITIES = {
    **dict.fromkeys(("mild", "low", "minor", "slight"), "mild"),
    **dict.fromkeys(("moderate", "medium"), "moderate"),
    **dict.fromkeys(
        ("severe", "high", "serious", "major", "life threatening", "anaphylaxis"), "severe"
    ),
}
STATUSES = {
    **dict.fromkeys(
        ("active", "current", "ongoing", "yes", "y", "true", "1", "open", "present"), Status.ACTIVE
    ),
    **dict.fromkeys(
        (
            *("resolved", "inactive", "past", "ended", "stopped", "no", "n", "false", "0"),
            *("closed", "historic", "historical", "recovered"),
        ),
        Status.RESOLVED,
    ),
    **dict.fromkeys(
        ("entered in error", "error", "deleted", "void", "incorrect"), Status.ENTERED_IN_ERROR
    ),
}
SOURCES = {
    **dict.fromkeys(("patient", "client", "self", "self reported", "questionnaire"), "patient"),
    **dict.fromkeys(
        (
            *("gp", "doctor", "nurse", "practitioner", "clinician", "professional", "hospital"),
            *("pharmacist", "consultant", "dentist", "gp letter", "surgery"),
        ),
        "professional",
    ),
    **dict.fromkeys(
        ("third party", "relative", "family", "carer", "parent", "partner", "friend"),
        "third_party",
    ),
}


def kind_of(text: str) -> Kind | None:
    """Return what an entry is about; None for nothing."""
    message = (
        "this is not a kind of entry we know; write condition, allergy, medicine or "
        "contraindication"
    )
    return None if is_nothing(text) else _meaning(KINDS, text, message)


def severity_of(text: str) -> str | None:
    """Return how severe it is; None for nothing."""
    message = "this is not a severity we know; write mild, moderate or severe"
    return None if is_nothing(text) else _meaning(SEVERITIES, text, message)


def status_of(text: str) -> Status | None:
    """Return how an entry stands; None for nothing."""
    message = "this is not a status we know; write active, resolved or entered in error"
    return None if is_nothing(text) else _meaning(STATUSES, text, message)


def source_of(text: str) -> tuple[str, str]:
    """Return who said it, with the words that the file has where they say more."""
    if is_nothing(text):
        return "", ""
    folded = fold(text)
    known = SOURCES.get(folded)
    plain = folded in {"patient", "professional", "third party"}
    return known or "third_party", "" if plain else " ".join(text.split())


def is_no_allergies(name: str) -> bool:
    """Tell whether an allergy's name says that there is none."""
    return fold(name) in NO_ALLERGIES


def _meaning(words: dict[str, T], text: str, message: str) -> T:
    try:
        return words[fold(text)]
    except KeyError:
        raise InvalidInputError(message) from None
