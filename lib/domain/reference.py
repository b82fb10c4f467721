"""The short reference that people read out and type: its form and its check letter; pure.

Where the number comes from is the store's business.
"""

import re
from collections.abc import Iterable

# Without I, O and S, which are read as 1, 0 and 5. Twenty-three letters, a prime: as 10 and 9 have
# an inverse modulo 23, one wrong digit or two neighbours swapped always change the letter.
LETTERS = "PQRTUVWXYZABCDEFGHJKLMN"
TYPED = re.compile(r"J([0-9]{1,12})([A-Z])")
LOOKALIKES = str.maketrans("OIS", "015")


def reference_of(number: int) -> str:
    """Return the reference of a patient's running number, like `J00042K`.

    Raises `ValueError` for a negative number.
    """
    if number < 0:
        message = f"a running number is not negative: {number}"
        raise ValueError(message)
    return f"J{number:05}{LETTERS[number % len(LETTERS)]}"


def references_of(numbers: Iterable[int]) -> list[str]:
    """Return the references of many running numbers, in their order."""
    return [reference_of(number) for number in numbers]


def normalise_reference(text: str) -> str | None:
    """Return the reference that `text` means, or None when it is none.

    Case, spaces, hyphens and missing leading zeros do not matter, nor does a letter O, I or S
    typed for a digit; a check letter that does not fit does.
    """
    squeezed = re.sub(r"[\s-]", "", text).upper()
    match = TYPED.fullmatch(squeezed[:1] + squeezed[1:-1].translate(LOOKALIKES) + squeezed[-1:])
    if match is None:
        return None
    reference = reference_of(int(match[1]))
    return reference if reference[-1] == match[2] else None


def is_reference(text: str) -> bool:
    """Tell whether `text` is a reference whose check letter fits, however it is typed."""
    return normalise_reference(text) is not None
