"""From text to checked values: every fault with its line, column, value and reason."""

from datetime import date

import pytest

from lib.domain.dates import Order
from lib.domain.patient import PhoneKind
from lib.imports.mapping import Mapping
from lib.imports.patients.checking import check
from lib.imports.patients.fields import PatientField
from lib.imports.patients.form import FORM
from lib.imports.patients.people import People
from lib.imports.reading import Checked, Circumstances
from lib.imports.source import read_table

AS_OF = date(2026, 11, 23)


def checked(text: str, *, mapping: Mapping | None = None) -> Checked[People]:
    table = read_table(text.encode())
    chosen = mapping or Mapping.guessed(FORM, table.columns)
    return check(table, chosen, Circumstances(AS_OF), lambda _: None)


def faults(text: str) -> list[tuple[int, str, str, str]]:
    return [(row.line, row.column, row.value, row.reason) for row in checked(text).rejected]


def test_a_good_row_gives_its_values() -> None:
    people = checked(
        "id,title,first_name,last_name,dob,sex,mobile,home phone,email,address_1,city,post_code,"
        "country,email marketing,sms marketing,referral source,notes\n"
        "7,Ms,Zoë,O'Brien,14/07/1945,F,07700 900123,020 7946 0018,zoe@example.com,1 High St,Leeds,"
        "ls11aa,UK,yes,no,Friend,=SUM(A1)\n"
    ).content
    assert len(people) == 1
    assert people.texts[PatientField.FAMILY_NAME] == ["O'Brien"]
    assert people.texts[PatientField.NOTE] == ["=SUM(A1)"]
    assert people.dates[PatientField.BORN_ON] == [date(1945, 7, 14)]
    assert people.sexes == ["female"]
    assert [(phone.kind, phone.number) for phone in people.phones[0]] == [
        (PhoneKind.MOBILE, "+447700900123"),
        (PhoneKind.HOME, "+442079460018"),
    ]
    assert people.emails == [("zoe@example.com",)]
    assert people.postcodes == ["LS1 1AA"]
    assert people.acceptances[PatientField.ACCEPTS_EMAIL] == [True]
    assert people.acceptances[PatientField.ACCEPTS_SMS] == [False]
    assert people.acceptances[PatientField.ACCEPTS_POST] == [None]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("dob", "31/02/1980", "this is not a date that exists; write it like 14/07/1945"),
        ("dob", "1980", "this is a year, not a date"),
        ("dob", "01/01/2027", "the date of birth is in the future"),
        ("dob", "01/01/1850", "the date of birth is before 1900"),
        ("mobile", "12", "this is not a phone number that can be dialled"),
        ("email", "nobody", "this is not an email address"),
        ("sex", "banana", "this is not a sex we know; write female, male, other or not known"),
        ("email marketing", "maybe", "this is neither yes nor no"),
    ],
)
def test_a_bad_value_rejects_its_row_and_says_why(column: str, value: str, reason: str) -> None:
    text = f"surname,{column}\nLee,\nRoe,{value}\nPoe,\n"
    assert faults(text) == [(3, column, value, reason)]
    assert checked(text).content.texts[PatientField.FAMILY_NAME] == ["Lee", "Poe"]


def test_every_fault_of_a_row_is_told() -> None:
    text = "surname,dob,email\nLee,x,y\n"
    assert [fault[1] for fault in faults(text)] == ["dob", "email"]


def test_a_row_without_any_name_is_rejected() -> None:
    assert faults("first name,surname,dob\n , ,1980-01-01\nA,,1980-01-01\n") == [
        (2, "surname", "", "the row has neither a given nor a family name")
    ]


def test_a_registration_before_birth_is_rejected() -> None:
    text = "surname,dob,registered on\nLee,01/02/1980,31/01/1980\n"
    reason = "the date of registration is before the date of birth"
    assert faults(text) == [(2, "registered on", "31/01/1980", reason)]


def test_rows_that_share_an_id_are_all_rejected_and_name_each_other() -> None:
    assert faults("id,surname\n1,A\n2,B\n1,C\n,D\n,E\n") == [
        (2, "id", "1", "the same id is on line 4"),
        (4, "id", "1", "the same id is on line 2"),
    ]


def test_uneven_rows_are_among_the_rejected_in_their_place() -> None:
    assert [fault[0] for fault in faults("id,surname\n1\n2,\n3,A,B\n")] == [2, 3, 4]


def test_words_for_nothing_are_nothing_but_a_name_is_a_name() -> None:
    people = checked("surname,mobile,email,dob\nNull,n/a,none,unknown\n").content
    assert people.texts[PatientField.FAMILY_NAME] == ["Null"]
    assert people.phones == [()]
    assert people.emails == [()]
    assert people.dates[PatientField.BORN_ON] == [None]


def test_several_columns_and_cells_of_phones_and_emails_are_all_kept_once() -> None:
    people = checked(
        "surname,mobile,phone 1,phone 2,email,email 2\n"
        "Lee,07700900123,+44 7700 900123,020 7946 0018,a@x.com; b@x.com,a@x.com\n"
    ).content
    assert [phone.number for phone in people.phones[0]] == ["+447700900123", "+442079460018"]
    assert people.emails == [("a@x.com", "b@x.com")]


def test_one_column_with_the_same_number_twice_gives_it_once() -> None:
    people = checked("surname,phone\nLee,07700 900123; 07700900123\n").content
    assert [phone.as_given for phone in people.phones[0]] == ["07700 900123"]


def test_columns_of_one_address_line_or_name_are_joined_in_file_order() -> None:
    people = checked(
        "given name,middle name,surname,street number,address 1\nAnn,Jo,Lee,6,High St\nB,,C,,Mews\n"
    ).content
    assert people.texts[PatientField.GIVEN_NAMES] == ["Ann Jo", "B"]
    assert people.texts[PatientField.ADDRESS_LINE_1] == ["6 High St", "Mews"]


def test_several_notes_keep_their_headings() -> None:
    people = checked("surname,notes,comments\nLee,one,two\nRoe,,three\n").content
    assert people.texts[PatientField.NOTE] == ["notes: one\ncomments: two", "comments: three"]


def test_a_full_name_is_split_where_its_parts_are_missing() -> None:
    people = checked('name,title\nMrs Ann Lee,Dr\n"ROE, Bob",\n').content
    assert people.texts[PatientField.TITLE] == ["Dr", ""]
    assert people.texts[PatientField.GIVEN_NAMES] == ["Ann", "Bob"]
    assert people.texts[PatientField.FAMILY_NAME] == ["Lee", "ROE"]


@pytest.mark.parametrize(
    ("dates", "first", "words"),
    [
        (["03/04/1985", "25/12/1990"], date(1985, 4, 3), None),
        (["03/04/1985", "12/25/1990"], date(1985, 3, 4), "month first"),
        (["03/04/1985", "05/06/1990"], date(1985, 4, 3), "No date in “dob” shows"),
        (["13/04/1985", "03/04/85"], date(1985, 4, 13), "years of two digits"),
        (["14/04/1985", "04/15/1985"], date(1985, 4, 14), "others only month first"),
    ],
)
def test_a_column_of_dates_is_read_in_one_order(
    dates: list[str], first: date, words: str | None
) -> None:
    found = checked("surname,dob\n" + "".join(f"Lee,{day}\n" for day in dates))
    assert found.content.dates[PatientField.BORN_ON][0] == first
    assert bool(found.warnings) == bool(words)
    assert words is None or words in found.warnings[0]


def test_the_person_may_set_the_order_of_dates() -> None:
    columns = {"surname": PatientField.FAMILY_NAME, "dob": PatientField.BORN_ON}
    mapping = Mapping(columns, date_order=Order.MONTH_FIRST)
    found = checked("surname,dob\nLee,03/04/1985\n", mapping=mapping)
    assert found.content.dates[PatientField.BORN_ON] == [date(1985, 3, 4)]
    assert found.warnings == ()


def test_progress_is_told() -> None:
    told: list[int] = []
    table = read_table(b"surname\n" + b"Lee\n" * 10)
    check(table, Mapping.guessed(FORM, table.columns), Circumstances(AS_OF), told.append)
    assert told == sorted(told)
    assert told[-1] == 9
