"""Turning a table's text into checked values of patients.

Knows nothing of what is stored already.
"""

from collections.abc import Callable

from lib.domain import patient
from lib.domain.patient import PhoneKind
from lib.imports import contacts
from lib.imports.fields import Field
from lib.imports.mapping import Mapping
from lib.imports.patients.fields import ACCEPTANCES, LINES, PatientField
from lib.imports.patients.form import FORM
from lib.imports.patients.people import People, take
from lib.imports.reading import Checked, Circumstances, Reader
from lib.imports.table import Table

DATES = (PatientField.BORN_ON, PatientField.DECEASED_ON, PatientField.REGISTERED_ON)
# The column that a missing name is told of is the first of these that the file has.
NAME_FIELDS = (PatientField.FAMILY_NAME, PatientField.FULL_NAME, PatientField.GIVEN_NAMES)
# Joined by a line break, each with its heading, when several columns are taken for one field.
HEADED: frozenset[Field] = frozenset({PatientField.NOTE, PatientField.ADJUSTMENT})
TEXTS = (
    *(PatientField.EXTERNAL_ID, PatientField.TITLE, PatientField.GIVEN_NAMES),
    *(PatientField.FAMILY_NAME, PatientField.PREFERRED_NAME, PatientField.FORMER_FAMILY_NAME),
    *(*LINES, PatientField.TOWN, PatientField.COUNTY, PatientField.COUNTRY),
    *(PatientField.HOW_WE_KNOW_THEM, PatientField.ADJUSTMENT, PatientField.NOTE),
)
KINDS: dict[Field, PhoneKind | None] = {
    PatientField.MOBILE_PHONE: PhoneKind.MOBILE,
    PatientField.HOME_PHONE: PhoneKind.HOME,
    PatientField.WORK_PHONE: PhoneKind.WORK,
    PatientField.OTHER_PHONE: None,
}


def check(
    table: Table,
    mapping: Mapping,
    circumstances: Circumstances,
    tick: Callable[[int], None],
) -> Checked[People]:
    """Return the values that the mapped columns hold, and every fault with its line and column.

    A row with any fault is left out as a whole. `tick` is told how many rows are done.
    Raises `InvalidInputError` when the mapping does not fit the table.
    """
    mapping.check(FORM, table.columns)
    reader = Reader(table, mapping, circumstances, HEADED)
    total = table.size
    people = _people(reader, lambda share: tick(int(share * total)))
    _check_names(reader, people)
    _check_dates(reader, people)
    _check_ids(reader, people)
    good = take(people, reader.good) if reader.bad else people
    return Checked(good, reader.faults, tuple(reader.warnings))


def _people(reader: Reader, tick: Callable[[float], None]) -> People:
    texts = {field_: reader.text(field_) for field_ in TEXTS}
    parts = {
        "title": texts[PatientField.TITLE],
        "given": texts[PatientField.GIVEN_NAMES],
        "family": texts[PatientField.FAMILY_NAME],
    }
    contacts.split_names(reader, PatientField.FULL_NAME, parts)
    tick(0.2)
    days = {field_: reader.days(field_) for field_ in DATES}
    tick(0.4)
    phones = contacts.phones(reader, KINDS)
    tick(0.7)
    emails = contacts.emails(reader, PatientField.EMAIL)
    postcodes = contacts.postcodes(reader, PatientField.POSTCODE, texts[PatientField.COUNTRY])
    tick(0.9)
    sexes = reader.single(PatientField.SEX, lambda cell: patient.sex_of(cell).value, "not_known")
    acceptances = {
        field_: reader.single(field_, patient.acceptance_of, None) for field_ in ACCEPTANCES
    }
    return People(
        lines=reader.table.lines,
        texts=texts,
        postcodes=postcodes,
        sexes=sexes,
        dates=days,
        phones=phones,
        emails=emails,
        acceptances=acceptances,
    )


def _check_names(reader: Reader, people: People) -> None:
    columns = (reader.mapping.of(field_) for field_ in NAME_FIELDS)
    column = next(found[0] for found in columns if found)
    given, family = people.texts[PatientField.GIVEN_NAMES], people.texts[PatientField.FAMILY_NAME]
    for place, (first, last) in enumerate(zip(given, family, strict=True)):
        if not first and not last:
            reader.reject(place, column, "", "the row has neither a given nor a family name")


def _check_dates(reader: Reader, people: People) -> None:
    if not reader.mapping.of(*DATES):
        return
    days = zip(*(people.dates[field_] for field_ in DATES), strict=True)
    for place, (born, died, registered) in enumerate(days):
        fault = patient.fault_of_dates(born, died, registered, reader.circumstances.as_of)
        if fault:
            column = reader.mapping.of(PatientField[fault[0].upper()])[0]
            reader.reject(place, column, reader.cells[column][place], fault[1])


def _check_ids(reader: Reader, people: People) -> None:
    """Reject every row whose id another row has too: which of them is right is not ours."""
    columns = reader.mapping.of(PatientField.EXTERNAL_ID)
    if not columns:
        return
    places: dict[str, list[int]] = {}
    for place, external_id in enumerate(people.texts[PatientField.EXTERNAL_ID]):
        if external_id:
            places.setdefault(external_id, []).append(place)
    for external_id, sharing in places.items():
        for place in sharing if len(sharing) > 1 else ():
            other = next(one for one in sharing if one != place)
            reason = f"the same id is on line {people.lines[other]}"
            reader.reject(place, columns[0], external_id, reason)
