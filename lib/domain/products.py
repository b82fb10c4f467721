"""The groups that products belong to, and how names and lot numbers are compared; pure."""

from enum import StrEnum

from lib.domain.patient import is_nothing
from lib.domain.search.folding import fold
from lib.errors import InvalidInputError


class Group(StrEnum):
    """What a product is used as; the words are those of the store."""

    TOXIN = "toxin"
    FILLER = "filler"
    SKIN_BOOSTER = "skin_booster"
    SKIN_CARE = "skin_care"
    DEVICE = "device"
    OTHER = "other"


# What clinics call them, folded.
WORDS = {
    **dict.fromkeys(
        (
            *("toxin", "toxins", "botulinum toxin", "botulinum toxins", "botox", "anti wrinkle"),
            *("neurotoxin", "neurotoxins", "wrinkle relaxing", "anti wrinkle injections"),
        ),
        Group.TOXIN,
    ),
    **dict.fromkeys(
        ("filler", "fillers", "dermal filler", "dermal fillers", "ha filler", "ha fillers"),
        Group.FILLER,
    ),
    **dict.fromkeys(
        ("skin booster", "skin boosters", "booster", "boosters", "polynucleotide"),
        Group.SKIN_BOOSTER,
    ),
    **dict.fromkeys(
        (
            *("skin care", "skincare", "cosmeceutical", "cosmeceuticals", "peel", "peels"),
            *("chemical peel", "chemical peels", "topical", "topicals", "retail"),
        ),
        Group.SKIN_CARE,
    ),
    **dict.fromkeys(
        ("device", "devices", "laser", "equipment", "consumable", "consumables"), Group.DEVICE
    ),
    **dict.fromkeys(("other", "misc", "miscellaneous"), Group.OTHER),
}


def group_of(text: str) -> Group | None:
    """Return the group that a word means, None for nothing. Raises `InvalidInputError`."""
    if is_nothing(text):
        return None
    try:
        return WORDS[fold(text)]
    except KeyError:
        message = (
            "this is not a product group we know; write toxin, filler, skin booster, skin care, "
            "device or other"
        )
        raise InvalidInputError(message, field="product group") from None


def product_key(name: str) -> str:
    """Return a product's name as it is compared: no case, no marks, one blank between words."""
    return fold(name) or name.casefold()


def lot_key(lot_number: str) -> str:
    """Return a lot number as it is compared: no blanks, no case."""
    return "".join(lot_number.split()).casefold()
