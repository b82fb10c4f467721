"""Ages and birthdays; pure, the day is an argument."""

from datetime import date

ADULT_YEARS = 18


def birthday(born_on: date, years: int) -> date:
    """Return the day on which somebody completes `years` (rule C4: 29 February becomes 1 March)."""
    year = born_on.year + years
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def years_old(born_on: date, on: date) -> int:
    """Return the completed years on a day; negative before birth."""
    years = on.year - born_on.year
    return years if birthday(born_on, years) <= on else years - 1


def is_minor(born_on: date | None, on: date) -> bool:
    """Tell whether somebody is under 18 on a day; nobody is whose birthday is not known."""
    return born_on is not None and birthday(born_on, ADULT_YEARS) > on
