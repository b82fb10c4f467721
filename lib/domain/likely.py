"""What is known of somebody who is being registered, as far as it has been typed; pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Typed:
    """The part of a new patient that others may be recognised by. Phones are E.164."""

    given: str
    family: str
    born_on: date | None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    postcode: str = ""
