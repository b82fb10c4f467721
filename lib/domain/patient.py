"""The rules for a patient's single values: phones, emails, postcodes, sex, names; pure.

A value that breaks its rule raises `InvalidInputError`, whose message never repeats the value.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import phonenumbers

from lib.errors import InvalidInputError

EARLIEST_BIRTH = date(1900, 1, 1)


class Sex(StrEnum):
    """The sex that is recorded; the words are those of the store."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NOT_KNOWN = "not_known"


class PhoneKind(StrEnum):
    """Where a number rings; the words are those of the store."""

    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    OTHER = "other"


class Phone(NamedTuple):
    """A number in international form (E.164), as it was given, and where it rings."""

    kind: PhoneKind
    number: str
    as_given: str


@dataclass(frozen=True, slots=True)
class SplitName:
    """A full name taken apart."""

    title: str
    given: str
    family: str


# What people and programs write for "nothing". Names are not compared with it: Null is a surname.
NOTHING = frozenset(
    {"", "-", "--", "n/a", "na", "n.a.", "none", "null", "nil", "unknown", "not known", "tbc", "?"}
)

# ISO/IEC 5218 is where the figures come from.
SEXES = {
    **dict.fromkeys(("f", "female", "woman", "w", "girl", "trans woman", "2"), Sex.FEMALE),
    **dict.fromkeys(("m", "male", "man", "boy", "trans man", "1"), Sex.MALE),
    **dict.fromkeys(
        (
            *("x", "o", "other", "non-binary", "nonbinary", "non binary", "intersex", "9", "nb"),
            *("indeterminate", "transgender", "genderfluid", "gender fluid", "agender", "diverse"),
        ),
        Sex.OTHER,
    ),
    **dict.fromkeys(
        (
            *("0", "u", "not specified", "unspecified", "prefer not to say", "not_known"),
            *("not stated", "undisclosed", "not disclosed", "not recorded", "rather not say"),
        ),
        Sex.NOT_KNOWN,
    ),
}

YES = frozenset({"yes", "y", "true", "t", "1", "1.0", "opted in", "opt in", "opt-in", "accepted"})
NO = frozenset(
    {"no", "n", "false", "f", "0", "0.0", "opted out", "opt out", "opt-out", "rejected", "declined"}
)
YES |= {"subscribed", "on", "agreed", "x", "✓", "checked"}
NO |= {"unsubscribed", "off", "refused", "withdrawn", "unchecked"}

EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]{2,}")

# The United Kingdom's form: outward code and inward code, GIR 0AA among them.
UK_POSTCODE = re.compile(r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")

UK_NAMES = frozenset(
    {"uk", "gb", "gbr", "united kingdom", "great britain", "england", "scotland", "wales"}
    | {"northern ireland", "u.k.", "britain", "jersey", "guernsey", "isle of man"}
)

# Ten digits after the trunk 0 or +44, beginning 1, 2, 3, 7 or 8: what phonenumbers makes of those
# is known beforehand, and asking it costs fifty times as much. A property test compares the two.
UK_PLAIN = re.compile(r"(?:\+44|0044|0)([12378][0-9]{9})")
UK_PUNCTUATION = str.maketrans("", "", " -()")
UK_TRUNK = "(0)"

# A list of words reads better as one line of words.
TITLES = frozenset(
    "mr mrs ms miss mx master dr prof professor rev reverend sir dame lady lord hon fr "  # noqa: SIM905
    "sister".split()
)
PARTICLES = frozenset(
    "van von de der den del della di da dos du la le ter ten te bin binti ibn al el st "  # noqa: SIM905
    "st. mac mc ap o' san santa".split()
)


def is_nothing(text: str) -> bool:
    """Tell whether `text` is one of the ways of writing that there is no value."""
    return text.strip().casefold() in NOTHING


def sex_of(text: str) -> Sex:
    """Return the sex that a word, a letter or an ISO 5218 figure means."""
    key = text.strip().casefold()
    if key in NOTHING:
        return Sex.NOT_KNOWN
    try:
        return SEXES[key]
    except KeyError:
        message = "this is not a sex we know; write female, male, other or not known"
        raise InvalidInputError(message, field="sex") from None


def acceptance_of(text: str) -> bool | None:
    """Return whether somebody accepts being contacted; None when nothing was stated."""
    key = text.strip().casefold()
    if key in NOTHING:
        return None
    if key in YES:
        return True
    if key in NO:
        return False
    message = "this is neither yes nor no"
    raise InvalidInputError(message)


def email_of(text: str) -> str:
    """Return an email address as given, without the space around it."""
    email = text.strip()
    if not EMAIL.fullmatch(email):
        message = "this is not an email address"
        raise InvalidInputError(message, field="email")
    return email


def emails_of(text: str) -> tuple[str, ...]:
    """Return every email address in one cell; they are parted by blanks, commas or semicolons."""
    if EMAIL.fullmatch(text):
        return (text,)
    parts = () if is_nothing(text) else re.split(r"[\s;,]+", text.strip())
    return tuple(dict.fromkeys(email_of(part) for part in parts if part))


def postcode_of(text: str, country: str = "") -> str:
    """Return a UK postcode in its usual form (`SW1A 1AA`), any other as it was given."""
    given = text.strip()
    squeezed = re.sub(r"\s", "", given).upper()
    match = UK_POSTCODE.fullmatch(squeezed)
    is_foreign = bool(country) and country.casefold() not in UK_NAMES
    if match is None or is_foreign:
        return given
    return f"{match[1]} {match[2]}"


def phone_number_of(text: str, region: str) -> str:
    """Return a phone number in E.164; `region` is the country of numbers without a prefix.

    A number is accepted when its length is possible in its country: ranges that are not in use yet,
    or set aside for fiction, stay possible.
    """
    if region == "GB":
        squeezed = text.strip().replace(UK_TRUNK, "", 1) if text.strip()[:1] == "+" else text
        if match := UK_PLAIN.fullmatch(squeezed.translate(UK_PUNCTUATION)):
            return f"+44{match[1]}"
    return parsed_phone_number(text, region)


def parsed_phone_number(text: str, region: str) -> str:
    """Return what phonenumbers makes of a number, in E.164 (see `phone_number_of`)."""
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        message = "this is not a phone number that can be dialled"
        raise InvalidInputError(message, field="phone")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def kind_of_phone(number: str) -> PhoneKind:
    """Return where a number in E.164 rings when nobody says: a UK mobile is known by its 7."""
    is_mobile = number.startswith("+447") and not number.startswith(("+4470", "+4476"))
    return PhoneKind.MOBILE if is_mobile else PhoneKind.OTHER


PHONE_LABELS = {
    **dict.fromkeys(("mobile", "mob", "m", "cell", "cellphone"), PhoneKind.MOBILE),
    **dict.fromkeys(("home", "h", "landline", "house"), PhoneKind.HOME),
    **dict.fromkeys(("work", "w", "office", "business"), PhoneKind.WORK),
    **dict.fromkeys(("other", "phone", "tel", "t", "telephone", "fax"), PhoneKind.OTHER),
}
PHONE_LABEL = re.compile(r"\s*([A-Za-z]+)\s*[:.=]?\s*(?=[+(\d])")
PHONE_SEPARATORS = re.compile(r"[;,\n|]+|\s+(?:or|and|/)\s+|(?<=\d)/(?=[+0(])")


def phones_of(text: str, kind: PhoneKind | None, region: str) -> tuple[Phone, ...]:
    """Return every number in one cell: `07700 900123; Home: 020 7946 0018`, or a JSON list.

    `kind` is where they ring unless a label says otherwise; None lets the number itself tell.
    """
    if region == "GB" and (match := UK_PLAIN.fullmatch(text.translate(UK_PUNCTUATION))):
        number = f"+44{match[1]}"
        return (Phone(kind or kind_of_phone(number), number, text.strip()),)
    if text.lstrip().startswith("["):
        return _phones_of_json(text, kind, region)
    parts = [part for part in PHONE_SEPARATORS.split(text) if not is_nothing(part)]
    return tuple(_labelled_phone(part, kind, region) for part in parts)


def _labelled_phone(part: str, kind: PhoneKind | None, region: str) -> Phone:
    label = PHONE_LABEL.match(part)
    named = PHONE_LABELS.get(label[1].lower()) if label else None
    given = part[label.end() :].strip() if label and named else part.strip()
    number = phone_number_of(given, region)
    return Phone(named or kind or kind_of_phone(number), number, given)


def _phones_of_json(text: str, kind: PhoneKind | None, region: str) -> tuple[Phone, ...]:
    # Cliniko's API gives patient_phone_numbers as [{"number": …, "phone_type": …}].
    try:
        found = [(str(row["number"]), str(row.get("phone_type", ""))) for row in json.loads(text)]
    except (ValueError, TypeError, KeyError, AttributeError):
        message = "this is not a list of phone numbers"
        raise InvalidInputError(message, field="phone") from None
    numbers = [(phone_number_of(given, region), given, label.lower()) for given, label in found]
    return tuple(
        Phone(PHONE_LABELS.get(label) or kind or kind_of_phone(number), number, given)
        for number, given, label in numbers
    )


def split_name(text: str) -> SplitName:
    """Return title, given names and family name of a full name; one word alone is the family name.

    `FAMILY, Given` is read by its comma. Otherwise the last word is the family name, with the
    particles before it (van der Berg, de la Cruz); no word is dropped or changed.
    """
    before, comma, after = text.strip().partition(",")
    if comma:
        title, given = _without_title(after.split())
        return SplitName(title, " ".join(given), before.strip())
    title, words = _without_title(text.split())
    start = max(len(words) - 1, 0)
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    return SplitName(title, " ".join(words[:start]), " ".join(words[start:]))


def _without_title(words: list[str]) -> tuple[str, list[str]]:
    count = 0
    while count < len(words) - 1 and words[count].rstrip(".").casefold() in TITLES:
        count += 1
    return " ".join(words[:count]), words[count:]


def fault_of_dates(
    born_on: date | None, deceased_on: date | None, registered_on: date | None, as_of: date
) -> tuple[str, str] | None:
    """Return the field and the reason why these dates cannot all be true, or None."""
    if born_on and not EARLIEST_BIRTH <= born_on <= as_of:
        when = "in the future" if born_on > as_of else "before 1900"
        return "born_on", f"the date of birth is {when}"
    later = (
        ("deceased_on", "date of death", deceased_on),
        ("registered_on", "date of registration", registered_on),
    )
    for field, name, day in later:
        if day and day > as_of:
            return field, f"the {name} is in the future"
        if day and born_on and day < born_on:
            return field, f"the {name} is before the date of birth"
    return None
