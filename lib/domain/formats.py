"""How dates, times, money, names and numbers are written, on screens and on paper (NHS CUI).

Pure: whoever writes a moment says on whose clock.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers

from lib.domain.ages import ADULT_YEARS, years_old

NOT_KNOWN = "Not known"
NONE = "\N{EN DASH}"
# Written out, because strftime follows the machine's language.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_IN_YEAR = 12
SEXES = {"female": "Female", "male": "Male", "other": "Other", "not_known": NOT_KNOWN}


def day(value: date | None, absent: str = NOT_KNOWN) -> str:
    """Return a date like `14-Jul-1945`."""
    return f"{value.day:02}-{MONTHS[value.month - 1]}-{value.year:04}" if value else absent


def moment(value: datetime | None, zone: ZoneInfo, absent: str = NONE) -> str:
    """Return a stored moment (UTC without a zone) as a clock there shows: `22-Nov-2026 14:05`."""
    if value is None:
        return absent
    there = value.replace(tzinfo=UTC).astimezone(zone)
    return f"{day(there.date())} {there:%H:%M}"


def money(pence: int | None, absent: str = NONE) -> str:
    """Return an amount in pence like `£1,250.00`."""
    if pence is None:
        return absent
    sign = "\N{MINUS SIGN}" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"


def figure(value: int) -> str:
    """Return a whole number like `12,500`."""
    return f"{value:,}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 treatment`, `12 treatments`."""
    return f"{figure(number)} {one if number == 1 else many or one + 's'}"


def dose(amount: Decimal | None, unit: str) -> str:
    """Return a dose without trailing zeros, like `12.5 units`; nothing when none is kept."""
    if amount is None:
        return ""
    # `normalize` alone would write 20 as 2E+1.
    noun = "units" if unit == "unit" and amount != 1 else unit
    return f"{amount.normalize():f} {noun}".strip()


def age(born_on: date | None, on: date) -> str:
    """Return the age on a day as the banner writes it: `61y`, under 18 with months, `17y 3m`."""
    if born_on is None or born_on > on:
        return ""
    years = years_old(born_on, on)
    if years >= ADULT_YEARS:
        return f"{years}y"
    months = (on.month - born_on.month - (on.day < born_on.day)) % MONTHS_IN_YEAR
    return f"{years}y {months}m"


def born(born_on: date | None, on: date, deceased_on: date | None = None) -> str:
    """Return date of birth and age, `14-Jul-1945 (61y)`; the dead grow no older."""
    years = "" if deceased_on else age(born_on, on)
    return f"{day(born_on)} ({years})" if years else day(born_on)


def died(born_on: date | None, deceased_on: date) -> str:
    """Return date of death and the age reached, `02-Mar-2020 (74y)`."""
    years = age(born_on, deceased_on)
    return f"{day(deceased_on)} ({years})" if years else day(deceased_on)


def name(family: str, given: str, title: str | None = None) -> str:
    """Return a name as the banner writes it: `FAMILY, Given (Title)`."""
    written = ", ".join(part for part in (family.upper(), given) if part) or NOT_KNOWN
    return f"{written} ({title})" if title else written


def sex(value: str) -> str:
    """Return the word for a recorded sex."""
    return SEXES.get(value, NOT_KNOWN)


def phone(number: str) -> str:
    """Return a stored number (E.164) as it is dialled here, like `07700 900123`."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    is_british = parsed.country_code == phonenumbers.country_code_for_region("GB")
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if is_british
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return str(phonenumbers.format_number(parsed, form))


def words(value: str) -> str:
    """Return a stored word as a sentence begins it: `skin_care` as `Skin care`."""
    spaced = value.replace("_", " ")
    return spaced[:1].upper() + spaced[1:]
