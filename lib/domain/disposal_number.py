"""The number that stands for a record once it is gone, as people read it out and type it; pure."""

import re

TYPED = re.compile(r"D0*([0-9]{1,12})")


def normalise_disposal_number(text: str) -> str | None:
    """Return the number of a disposal that `text` means, like `D-000123`, or None when it is none.

    Case, spaces, hyphens and missing leading zeros do not matter.
    """
    match = TYPED.fullmatch(re.sub(r"[\s-]", "", text).upper())
    return f"D-{int(match[1]):06}" if match else None
