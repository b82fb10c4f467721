"""Which column is which field: guessed from headings, given as JSON, checked against the file."""

import pytest

from lib.domain.dates import Order
from lib.errors import InvalidInputError
from lib.imports.headings import fields_of, guess, plain_heading
from lib.imports.mapping import Mapping
from lib.imports.patients.fields import PatientField
from lib.imports.patients.form import FORM

CLINIKO = {
    "id": PatientField.EXTERNAL_ID,
    "title": PatientField.TITLE,
    "first_name": PatientField.GIVEN_NAMES,
    "last_name": PatientField.FAMILY_NAME,
    "preferred_first_name": PatientField.PREFERRED_NAME,
    "date_of_birth": PatientField.BORN_ON,
    "sex": PatientField.SEX,
    "gender_identity": None,
    "email": PatientField.EMAIL,
    "address_1": PatientField.ADDRESS_LINE_1,
    "address_2": PatientField.ADDRESS_LINE_2,
    "address_3": PatientField.ADDRESS_LINE_3,
    "city": PatientField.TOWN,
    "state": PatientField.COUNTY,
    "post_code": PatientField.POSTCODE,
    "country": PatientField.COUNTRY,
    "patient_phone_numbers": PatientField.OTHER_PHONE,
    "accepted_email_marketing": PatientField.ACCEPTS_EMAIL,
    "accepted_sms_marketing": PatientField.ACCEPTS_SMS,
    "accepted_privacy_policy": None,
    "referral_source": PatientField.HOW_WE_KNOW_THEM,
    "notes": PatientField.NOTE,
    "appointment_notes": None,
    "emergency_contact": None,
    "created_at": PatientField.REGISTERED_ON,
    "medicare": None,
    "occupation": None,
}
FEBRL = {
    "rec_id": PatientField.EXTERNAL_ID,
    "given_name": PatientField.GIVEN_NAMES,
    "surname": PatientField.FAMILY_NAME,
    "street_number": PatientField.ADDRESS_LINE_1,
    "address_1": PatientField.ADDRESS_LINE_1,
    "address_2": PatientField.ADDRESS_LINE_2,
    "suburb": PatientField.TOWN,
    "postcode": PatientField.POSTCODE,
    "state": PatientField.COUNTY,
    "date_of_birth": PatientField.BORN_ON,
    "soc_sec_id": None,
}
SEMBLE = {
    "title": PatientField.TITLE,
    "first": PatientField.GIVEN_NAMES,
    "last": PatientField.FAMILY_NAME,
    "birthSurname": PatientField.FORMER_FAMILY_NAME,
    "email": PatientField.EMAIL,
    "dob": PatientField.BORN_ON,
    "placeOfBirth": None,
    "sex": PatientField.SEX,
    "address": PatientField.ADDRESS_LINE_1,
    "city": PatientField.TOWN,
    "postcode": PatientField.POSTCODE,
    "country": PatientField.COUNTRY,
    "phoneNumber": PatientField.OTHER_PHONE,
    "comments": PatientField.NOTE,
}
PLAIN = {
    "Client ID": PatientField.EXTERNAL_ID,
    "Salutation": PatientField.TITLE,
    "Forename(s)": PatientField.GIVEN_NAMES,
    "Middle Name": PatientField.GIVEN_NAMES,
    "SURNAME": PatientField.FAMILY_NAME,
    "Known as": PatientField.PREFERRED_NAME,
    "Maiden name": PatientField.FORMER_FAMILY_NAME,
    "D.O.B. (dd/mm/yyyy)": PatientField.BORN_ON,
    "Date of death": PatientField.DECEASED_ON,
    "Mobile Number": PatientField.MOBILE_PHONE,
    "Home Tel": PatientField.HOME_PHONE,
    "Phone (work)": PatientField.WORK_PHONE,
    "E-mail Address": PatientField.EMAIL,
    "Address Line 1": PatientField.ADDRESS_LINE_1,
    "Address line 2": PatientField.ADDRESS_LINE_2,
    "Town/City": PatientField.TOWN,
    "County": PatientField.COUNTY,
    "Zip Code": PatientField.POSTCODE,
    "Marketing Email": PatientField.ACCEPTS_EMAIL,
    "SMS opt-in": PatientField.ACCEPTS_SMS,
    "Phone consent": PatientField.ACCEPTS_PHONE,
    "Postal marketing": PatientField.ACCEPTS_POST,
    "Client Since": PatientField.REGISTERED_ON,
    "How did you hear about us?": PatientField.HOW_WE_KNOW_THEM,
    "Reasonable adjustments": PatientField.ADJUSTMENT,
    "Client notes": PatientField.NOTE,
    "Loyalty points": None,
    "Next appointment": None,
}


@pytest.mark.parametrize("headings", [CLINIKO, FEBRL, SEMBLE, PLAIN])
def test_headings_of_common_exports_are_known(headings: dict[str, PatientField | None]) -> None:
    expected = {heading: field for heading, field in headings.items() if field}
    assert guess(FORM, list(headings)) == expected


def test_a_field_for_one_column_goes_to_the_surest_heading() -> None:
    assert guess(FORM, ["gender", "sex", "name"]) == {
        "sex": PatientField.SEX,
        "name": PatientField.FULL_NAME,
    }
    assert guess(FORM, ["created", "registered on"]) == {
        "registered on": PatientField.REGISTERED_ON
    }
    assert guess(FORM, ["id", "external_id"]) == {"external_id": PatientField.EXTERNAL_ID}


def test_a_full_name_gives_way_to_its_parts() -> None:
    assert PatientField.FULL_NAME not in guess(FORM, ["name", "first name", "surname"]).values()
    assert guess(FORM, ["name", "surname"])["name"] is PatientField.FULL_NAME


@pytest.mark.parametrize("heading", ["", "???", "id card colour", "名前", "next of kin phone"])
def test_other_headings_are_not_guessed(heading: str) -> None:
    assert fields_of(FORM, heading) == []


def test_a_heading_is_made_plain() -> None:
    assert plain_heading(" Date-of_Birth (dd/mm) ") == "date of birth"
    assert plain_heading("firstName") == "first name"
    assert plain_heading("Prénom") == "prenom"


def test_a_mapping_survives_its_json() -> None:
    mapping = Mapping(
        {"A": PatientField.GIVEN_NAMES, "B": PatientField.BORN_ON},
        system="old desk",
        date_order=Order.MONTH_FIRST,
    )
    assert Mapping.from_json(FORM, mapping.to_json()) == mapping
    assert Mapping.from_json(FORM, Mapping({"A": PatientField.NOTE}).to_json()) == Mapping(
        {"A": PatientField.NOTE}
    )


def test_fields_may_be_written_by_word_or_name() -> None:
    text = '{"A": "date of birth", "B": "BORN_ON", "C": "Family_name", "D": null, "E": ""}'
    assert Mapping.from_json(FORM, text).columns == {
        "A": PatientField.BORN_ON,
        "B": PatientField.BORN_ON,
        "C": PatientField.FAMILY_NAME,
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", "not JSON"),
        ("[1]", "not an object"),
        ('{"A": "shoe size"}', "not a field we know"),
        ('{"columns": {"A": "title"}, "date_order": "year first"}', "date order"),
    ],
)
def test_another_mapping_is_refused(text: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        Mapping.from_json(FORM, text)


def test_a_mapping_must_fit_its_file() -> None:
    columns = ("a", "b", "c")
    Mapping({"a": PatientField.FAMILY_NAME}).check(FORM, columns)
    Mapping({"a": PatientField.FULL_NAME, "b": PatientField.NOTE, "c": PatientField.NOTE}).check(
        FORM, columns
    )
    with pytest.raises(InvalidInputError, match="no column “x”"):
        Mapping({"x": PatientField.FAMILY_NAME}).check(FORM, columns)
    with pytest.raises(InvalidInputError, match="2 columns are said to be the date of birth"):
        Mapping(
            {"a": PatientField.BORN_ON, "b": PatientField.BORN_ON, "c": PatientField.FULL_NAME}
        ).check(FORM, columns)
    with pytest.raises(InvalidInputError, match="No column holds a name"):
        Mapping({"a": PatientField.EMAIL}).check(FORM, columns)


def test_columns_without_a_field_are_listed() -> None:
    assert Mapping({"a": PatientField.NOTE}).unmapped(("a", "b", "c")) == ("b", "c")
