"""How phone numbers are dialled in the clinic's country; knows no patient's number."""

from dataclasses import dataclass
from datetime import date

import phonenumbers

# Typed in full, a number has at least nine digits after its trunk prefix; fewer are the end of one.
FULL_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Dialling:
    """A country's calling code, and what is dialled before a number within it (often 0)."""

    calling_code: str = "44"
    trunk: str = "0"

    @classmethod
    def of_region(cls, region: str) -> "Dialling":
        """Return how numbers are dialled in a region (`GB`); in one not known, without any code."""
        code = phonenumbers.country_code_for_region(region)
        trunk = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True)
        return cls(str(code or ""), trunk or "")

    def ends(self, digits: str) -> list[str]:
        """Return what a stored number ends with: the digits, or without the trunk prefix."""
        national = digits.removeprefix(self.calling_code)
        if self.trunk and len(digits) > FULL_NUMBER and national.startswith(self.trunk):
            return [digits, national.removeprefix(self.trunk)]
        return [digits]

    def starts(self, digits: str) -> list[str]:
        """Return what a stored number (calling code first) may start with.

        Where the trunk prefix is 0, a number without it is no start of one within the country.
        """
        found = [digits] if digits.startswith(self.calling_code) else []
        if self.trunk and digits.startswith(self.trunk):
            found.append(self.calling_code + digits.removeprefix(self.trunk))
        elif self.trunk != "0":
            found.append(self.calling_code + digits)
        return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Locale:
    """What the meaning of a typed part depends on: the day, and how numbers are dialled."""

    today: date
    dialling: Dialling
