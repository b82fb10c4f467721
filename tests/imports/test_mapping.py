"""Which column is which field: guessed from headings, given as JSON, checked against the file."""

import pytest

from lib.domain.dates import Order
from lib.errors import InvalidInputError
from lib.imports.fields import Field
from lib.imports.headings import field_of, guess, plain_heading
from lib.imports.mapping import Mapping

CLINIKO = {
    "id": Field.EXTERNAL_ID,
    "title": Field.TITLE,
    "first_name": Field.GIVEN_NAMES,
    "last_name": Field.FAMILY_NAME,
    "preferred_first_name": Field.PREFERRED_NAME,
    "date_of_birth": Field.BORN_ON,
    "sex": Field.SEX,
    "gender_identity": None,
    "email": Field.EMAIL,
    "address_1": Field.ADDRESS_LINE_1,
    "address_2": Field.ADDRESS_LINE_2,
    "address_3": Field.ADDRESS_LINE_3,
    "city": Field.TOWN,
    "state": Field.COUNTY,
    "post_code": Field.POSTCODE,
    "country": Field.COUNTRY,
    "patient_phone_numbers": Field.OTHER_PHONE,
    "accepted_email_marketing": Field.ACCEPTS_EMAIL,
    "accepted_sms_marketing": Field.ACCEPTS_SMS,
    "accepted_privacy_policy": None,
    "referral_source": Field.HOW_WE_KNOW_THEM,
    "notes": Field.NOTE,
    "appointment_notes": None,
    "emergency_contact": None,
    "created_at": Field.REGISTERED_ON,
    "medicare": None,
    "occupation": None,
}
FEBRL = {
    "rec_id": Field.EXTERNAL_ID,
    "given_name": Field.GIVEN_NAMES,
    "surname": Field.FAMILY_NAME,
    "street_number": Field.ADDRESS_LINE_1,
    "address_1": Field.ADDRESS_LINE_1,
    "address_2": Field.ADDRESS_LINE_2,
    "suburb": Field.TOWN,
    "postcode": Field.POSTCODE,
    "state": Field.COUNTY,
    "date_of_birth": Field.BORN_ON,
    "soc_sec_id": None,
}
SEMBLE = {
    "title": Field.TITLE,
    "first": Field.GIVEN_NAMES,
    "last": Field.FAMILY_NAME,
    "birthSurname": Field.FORMER_FAMILY_NAME,
    "email": Field.EMAIL,
    "dob": Field.BORN_ON,
    "placeOfBirth": None,
    "sex": Field.SEX,
    "address": Field.ADDRESS_LINE_1,
    "city": Field.TOWN,
    "postcode": Field.POSTCODE,
    "country": Field.COUNTRY,
    "phoneNumber": Field.OTHER_PHONE,
    "comments": Field.NOTE,
}
PLAIN = {
    "Client ID": Field.EXTERNAL_ID,
    "Salutation": Field.TITLE,
    "Forename(s)": Field.GIVEN_NAMES,
    "Middle Name": Field.GIVEN_NAMES,
    "SURNAME": Field.FAMILY_NAME,
    "Known as": Field.PREFERRED_NAME,
    "Maiden name": Field.FORMER_FAMILY_NAME,
    "D.O.B. (dd/mm/yyyy)": Field.BORN_ON,
    "Date of death": Field.DECEASED_ON,
    "Mobile Number": Field.MOBILE_PHONE,
    "Home Tel": Field.HOME_PHONE,
    "Phone (work)": Field.WORK_PHONE,
    "E-mail Address": Field.EMAIL,
    "Address Line 1": Field.ADDRESS_LINE_1,
    "Address line 2": Field.ADDRESS_LINE_2,
    "Town/City": Field.TOWN,
    "County": Field.COUNTY,
    "Zip Code": Field.POSTCODE,
    "Marketing Email": Field.ACCEPTS_EMAIL,
    "SMS opt-in": Field.ACCEPTS_SMS,
    "Phone consent": Field.ACCEPTS_PHONE,
    "Postal marketing": Field.ACCEPTS_POST,
    "Client Since": Field.REGISTERED_ON,
    "How did you hear about us?": Field.HOW_WE_KNOW_THEM,
    "Reasonable adjustments": Field.ADJUSTMENT,
    "Client notes": Field.NOTE,
    "Loyalty points": None,
    "Next appointment": None,
}


@pytest.mark.parametrize("headings", [CLINIKO, FEBRL, SEMBLE, PLAIN])
def test_headings_of_common_exports_are_known(headings: dict[str, Field | None]) -> None:
    expected = {heading: field for heading, field in headings.items() if field}
    assert guess(list(headings)) == expected


def test_a_field_for_one_column_goes_to_the_surest_heading() -> None:
    assert guess(["gender", "sex", "name"]) == {"sex": Field.SEX, "name": Field.FULL_NAME}
    assert guess(["created", "registered on"]) == {"registered on": Field.REGISTERED_ON}
    assert guess(["id", "external_id"]) == {"external_id": Field.EXTERNAL_ID}


def test_a_full_name_gives_way_to_its_parts() -> None:
    assert Field.FULL_NAME not in guess(["name", "first name", "surname"]).values()
    assert guess(["name", "surname"])["name"] is Field.FULL_NAME


@pytest.mark.parametrize("heading", ["", "???", "id card colour", "名前", "next of kin phone"])
def test_other_headings_are_not_guessed(heading: str) -> None:
    assert field_of(heading) is None


def test_a_heading_is_made_plain() -> None:
    assert plain_heading(" Date-of_Birth (dd/mm) ") == "date of birth"
    assert plain_heading("firstName") == "first name"
    assert plain_heading("Prénom") == "prenom"


def test_a_mapping_survives_its_json() -> None:
    mapping = Mapping(
        {"A": Field.GIVEN_NAMES, "B": Field.BORN_ON},
        system="old desk",
        date_order=Order.MONTH_FIRST,
    )
    assert Mapping.from_json(mapping.to_json()) == mapping
    assert Mapping.from_json(Mapping({"A": Field.NOTE}).to_json()) == Mapping({"A": Field.NOTE})


def test_fields_may_be_written_by_word_or_name() -> None:
    text = '{"A": "date of birth", "B": "BORN_ON", "C": "Family_name", "D": null, "E": ""}'
    assert Mapping.from_json(text).columns == {
        "A": Field.BORN_ON,
        "B": Field.BORN_ON,
        "C": Field.FAMILY_NAME,
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
        Mapping.from_json(text)


def test_a_mapping_must_fit_its_file() -> None:
    columns = ("a", "b", "c")
    Mapping({"a": Field.FAMILY_NAME}).check(columns)
    Mapping({"a": Field.FULL_NAME, "b": Field.NOTE, "c": Field.NOTE}).check(columns)
    with pytest.raises(InvalidInputError, match="no column “x”"):
        Mapping({"x": Field.FAMILY_NAME}).check(columns)
    with pytest.raises(InvalidInputError, match="2 columns are said to be the date of birth"):
        Mapping({"a": Field.BORN_ON, "b": Field.BORN_ON, "c": Field.FULL_NAME}).check(columns)
    with pytest.raises(InvalidInputError, match="No column holds a name"):
        Mapping({"a": Field.EMAIL}).check(columns)


def test_columns_without_a_field_are_listed() -> None:
    assert Mapping({"a": Field.NOTE}).unmapped(("a", "b", "c")) == ("b", "c")
