"""Whom a row speaks of: the columns that name a patient in files of treatments or history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from lib.domain import patient
from lib.imports import contacts
from lib.imports.digests import PART
from lib.imports.fields import Field
from lib.imports.forms import Need, Ways
from lib.imports.reading import Reader

Row = TypeVar("Row")


class PersonField(Field):
    """One thing by which a row names its patient."""

    PATIENT_ID = "patient's id in the other system"
    GIVEN_NAMES = "patient's given names"
    FAMILY_NAME = "patient's family name"
    FULL_NAME = "patient's full name"
    BORN_ON = "patient's date of birth"
    PHONE = "patient's phone"
    EMAIL = "patient's email"
    POSTCODE = "patient's postcode"


PERSON = r"(?:patient|client|guest|customer|member)s?"
WAYS: Ways = (
    (
        PersonField.PATIENT_ID,
        (
            rf"{PERSON} ?(?:id|uid|guid|uuid|code|number|no|num|ref|reference)",
            r"(?:chart|record|hospital|mrn) ?(?:number|no|num)?",
        ),
    ),
    (
        PersonField.GIVEN_NAMES,
        (rf"(?:{PERSON} )?(?:first|given|christian|fore) ?names?|forename\(s\)|first",),
    ),
    (PersonField.FAMILY_NAME, (rf"(?:{PERSON} )?(?:last|family|sur) ?name|last",)),
    (
        PersonField.FULL_NAME,
        (rf"{PERSON}(?: (?:full |display )?name)?|(?:full|display) ?name", r"name"),
    ),
    (
        PersonField.BORN_ON,
        (rf"(?:{PERSON} )?(?:date of birth|dob|d o b|birth ?date|birth ?day|born(?: on)?)",),
    ),
    (
        PersonField.PHONE,
        (rf"(?:{PERSON} )?(?:mobile|cell|phone|tel|telephone|contact)(?: ?(?:phone|number|no))?",),
    ),
    (PersonField.EMAIL, (rf"(?:{PERSON} )?e ?mail(?: ?address)?",)),
    (PersonField.POSTCODE, (rf"(?:{PERSON} )?(?:post ?code|zip|zip ?code|postal ?code)",)),
)
SHARED = frozenset({PersonField.PHONE, PersonField.EMAIL, PersonField.GIVEN_NAMES})
NAMING = frozenset(
    {
        *(PersonField.PATIENT_ID, PersonField.GIVEN_NAMES, PersonField.FAMILY_NAME),
        PersonField.FULL_NAME,
    }
)
NEED = Need(
    NAMING,
    "No column says whose row it is. Say which one has the patient's id or name.",
    PersonField.PATIENT_ID,
)
GIVES_WAY: dict[Field, frozenset[Field]] = {
    PersonField.FULL_NAME: frozenset({PersonField.FAMILY_NAME, PersonField.GIVEN_NAMES})
}
# Told of the first of these that the file has.
COLUMNS = (
    *(PersonField.PATIENT_ID, PersonField.FULL_NAME, PersonField.FAMILY_NAME),
    PersonField.GIVEN_NAMES,
)


class Mention(NamedTuple):
    """What a file says of one person, whom several of its rows may speak of."""

    external_id: str
    given: str
    family: str
    born_on: date | None
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    postcode: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """The different people whom a file speaks of, and which of them each row means."""

    people: list[Mention]
    who: list[int]

    def take(self, places: Sequence[int]) -> "Mentions":
        """Return the mentions of these rows only; the people stay."""
        return Mentions(self.people, [self.who[place] for place in places])


@dataclass(frozen=True, slots=True)
class Rows(Generic[Row]):
    """The good rows of a file, and whom each speaks of; the column to tell faults of theirs by."""

    mentions: Mentions
    rows: list[Row]
    column: str

    def mention_of(self, place: int) -> Mention:
        """Return whom a row speaks of."""
        return self.mentions.people[self.mentions.who[place]]


def read(reader: Reader) -> Mentions:
    """Return whom each row speaks of; a row that names nobody is rejected."""
    texts = {field: reader.text(field) for field in PersonField}
    given, family = texts[PersonField.GIVEN_NAMES], texts[PersonField.FAMILY_NAME]
    titles = [""] * reader.size
    contacts.split_names(
        reader, PersonField.FULL_NAME, {"title": titles, "given": given, "family": family}
    )
    born = reader.days(PersonField.BORN_ON)
    phones = contacts.phones(reader, {PersonField.PHONE: None})
    numbers = [tuple(phone.number for phone in row) for row in phones]
    emails = contacts.emails(reader, PersonField.EMAIL)
    postcodes = contacts.postcodes(reader, PersonField.POSTCODE, [""] * reader.size)
    ids = texts[PersonField.PATIENT_ID]
    _check(reader, ids, (given, family), born)
    seen: dict[tuple[object, ...], int] = {}
    rows = zip(ids, given, family, born, numbers, emails, postcodes, strict=True)
    who = [seen.setdefault(row, len(seen)) for row in rows]
    return Mentions([Mention(*row) for row in seen], who)  # type: ignore[arg-type]


def text_of(mention: Mention) -> str:
    """Return all that is said of a person as one text, for a digest."""
    parts = (mention.external_id, mention.given, mention.family, str(mention.born_on or ""))
    return PART.join((*parts, *mention.phones, *mention.emails, mention.postcode))


def said_of(mention: Mention) -> dict[str, str]:
    """Return a mention as a row of text that `read` would read again."""
    said = {
        PersonField.PATIENT_ID: mention.external_id,
        PersonField.GIVEN_NAMES: mention.given,
        PersonField.FAMILY_NAME: mention.family,
        PersonField.BORN_ON: str(mention.born_on or ""),
        PersonField.PHONE: "; ".join(mention.phones),
        PersonField.EMAIL: "; ".join(mention.emails),
        PersonField.POSTCODE: mention.postcode,
    }
    return {field.value: text for field, text in said.items() if text}


def _check(
    reader: Reader,
    ids: list[str],
    names: tuple[list[str], list[str]],
    born: list[date | None],
) -> None:
    column = next(found[0] for one in COLUMNS if (found := reader.mapping.of(one)))
    for place, said in enumerate(zip(ids, *names, strict=True)):
        if not any(said):
            reader.reject(place, column, "", "the row has neither an id nor a name of a patient")
    columns = reader.mapping.of(PersonField.BORN_ON)
    faults = {
        day: fault[1]
        for day in set(born)
        if (fault := patient.fault_of_dates(day, None, None, reader.circumstances.as_of))
    }
    for place, day in enumerate(born if faults else ()):
        if day in faults:
            reader.reject(place, columns[0], reader.cells[columns[0]][place], faults[day])
