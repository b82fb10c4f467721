"""The rules for a patient's single values."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.patient import (
    Phone,
    PhoneKind,
    Sex,
    SplitName,
    acceptance_of,
    email_of,
    fault_of_dates,
    is_nothing,
    kind_of_phone,
    parsed_phone_number,
    phone_number_of,
    phones_of,
    postcode_of,
    sex_of,
    split_name,
)
from lib.errors import InvalidInputError

AS_OF = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("given_text", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900-123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("7700900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("(020) 7946 0018", "+442079460018"),
        ("020 7946 0018 ext. 12", "+442079460018"),
        ("+353 85 012 3456", "+353850123456"),
        ("001 212 555 0123", "+12125550123"),
        ("+61 412 345 678", "+61412345678"),
    ],
)
def test_a_number_is_kept_in_international_form(given_text: str, number: str) -> None:
    assert phone_number_of(given_text, "GB") == number


@pytest.mark.parametrize("text", ["12", "ask her sister", "0770090012345678", "+999 12", "12/3"])
def test_what_cannot_be_dialled_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not a phone number") as refusal:
        phone_number_of(text, "GB")
    assert text not in refusal.value.message


PUNCTUATED = st.text(alphabet="0123456789 -()+", min_size=7, max_size=18)
UK_LIKE = st.builds(
    lambda prefix, digits, gap: f"{prefix}{digits[:gap]} {digits[gap:]}",
    st.sampled_from(["0", "+44", "+44 ", "0044", "+44 (0)", "+44(0)", "(0)", "44"]),
    st.text(alphabet="0123456789", min_size=9, max_size=11),
    st.integers(min_value=0, max_value=9),
)


@given(PUNCTUATED | UK_LIKE)
def test_the_short_way_for_british_numbers_agrees_with_phonenumbers(text: str) -> None:
    try:
        expected = parsed_phone_number(text, "GB")
    except InvalidInputError:
        expected = None
    try:
        found = phone_number_of(text, "GB")
    except InvalidInputError:
        found = None
    assert found == expected


def test_a_number_without_prefix_belongs_to_the_clinics_country() -> None:
    assert phone_number_of("085 012 3456", "IE") == "+353850123456"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+447700900123", PhoneKind.MOBILE),
        ("+442079460018", PhoneKind.OTHER),
        ("+447012345678", PhoneKind.OTHER),
        ("+353850123456", PhoneKind.OTHER),
    ],
)
def test_a_british_mobile_is_known_by_its_number(number: str, kind: PhoneKind) -> None:
    assert kind_of_phone(number) is kind


def test_several_numbers_in_one_cell_are_all_kept() -> None:
    assert phones_of("Mobile: 07700 900123; Home 020 7946 0018, n/a", None, "GB") == (
        Phone(PhoneKind.MOBILE, "+447700900123", "07700 900123"),
        Phone(PhoneKind.HOME, "+442079460018", "020 7946 0018"),
    )


def test_the_column_says_where_a_number_rings_unless_a_label_does() -> None:
    kinds = [
        phone.kind for phone in phones_of("020 7946 0018 / w: 020 7946 0019", PhoneKind.HOME, "GB")
    ]
    assert kinds == [PhoneKind.HOME, PhoneKind.WORK]


def test_a_json_list_of_numbers_is_read() -> None:
    text = '[{"number": "07700900123", "phone_type": "Mobile"}, {"number": "02079460018"}]'
    assert phones_of(text, None, "GB") == (
        Phone(PhoneKind.MOBILE, "+447700900123", "07700900123"),
        Phone(PhoneKind.OTHER, "+442079460018", "02079460018"),
    )


@pytest.mark.parametrize("text", ["[", "[1]", '[{"phone_type": "Mobile"}]', '[["a"]]'])
def test_a_broken_list_of_numbers_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not a list"):
        phones_of(text, None, "GB")


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("F", Sex.FEMALE),
        (" female ", Sex.FEMALE),
        ("2", Sex.FEMALE),
        ("Male", Sex.MALE),
        ("Non-binary", Sex.OTHER),
        ("", Sex.NOT_KNOWN),
        ("Prefer not to say", Sex.NOT_KNOWN),
    ],
)
def test_sex_is_read_from_the_words_people_use(text: str, sex: Sex) -> None:
    assert sex_of(text) is sex


def test_an_unknown_word_for_sex_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="not a sex we know"):
        sex_of("banana")


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("Yes", True),
        ("true", True),
        ("1", True),
        ("No", False),
        ("FALSE", False),
        ("", None),
        ("n/a", None),
    ],
)
def test_an_acceptance_is_yes_no_or_not_stated(text: str, *, accepted: bool | None) -> None:
    assert acceptance_of(text) is accepted


def test_a_word_that_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="neither yes nor no"):
        acceptance_of("maybe")


@pytest.mark.parametrize("text", ["zoë@example.co.uk", "o'brien+clinic@example.com"])
def test_an_email_is_kept_as_given(text: str) -> None:
    assert email_of(f" {text} ") == text


@pytest.mark.parametrize("text", ["nobody", "a@b", "a b@example.com", "a@example.", "@example.com"])
def test_what_is_no_email_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not an email"):
        email_of(text)


@pytest.mark.parametrize(
    ("text", "country", "postcode"),
    [
        ("sw1a1aa", "", "SW1A 1AA"),
        (" b1  1hq ", "United Kingdom", "B1 1HQ"),
        ("GIR0AA", "", "GIR 0AA"),
        ("4011", "", "4011"),
        ("D02 X285", "Ireland", "D02 X285"),
        ("m11aa", "France", "m11aa"),
        ("not a postcode", "", "not a postcode"),
    ],
)
def test_uk_postcodes_get_their_form_and_others_are_kept(
    text: str, country: str, postcode: str
) -> None:
    assert postcode_of(text, country) == postcode


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("Elizabeth Jane Taylor", SplitName("", "Elizabeth Jane", "Taylor")),
        ("Mrs. Mary O'Brien", SplitName("Mrs.", "Mary", "O'Brien")),
        ("Prof Dr Anna van der Berg", SplitName("Prof Dr", "Anna", "van der Berg")),
        ("BERG, Anna van der", SplitName("", "Anna van der", "BERG")),
        ("Smith, Mr John", SplitName("Mr", "John", "Smith")),
        ("Madonna", SplitName("", "", "Madonna")),
        ("Di Bella", SplitName("", "Di", "Bella")),
        ("Miss", SplitName("", "", "Miss")),
        ("", SplitName("", "", "")),
    ],
)
def test_a_full_name_is_taken_apart(text: str, split: SplitName) -> None:
    assert split_name(text) == split


@given(st.lists(st.text(alphabet="abcdéÖ'-.", min_size=1, max_size=8), max_size=6))
def test_no_word_of_a_full_name_is_lost(words: list[str]) -> None:
    split = split_name(" ".join(words))
    assert " ".join(filter(None, (split.title, split.given, split.family))).split() == words


@pytest.mark.parametrize("text", ["", " - ", "N/A", "None", "not known"])
def test_ways_of_writing_nothing_are_known(text: str) -> None:
    assert is_nothing(text)


@pytest.mark.parametrize(
    ("born", "died", "registered", "field"),
    [
        (None, None, None, None),
        (date(1900, 1, 1), None, None, None),
        (date(1899, 12, 31), None, None, "born_on"),
        (AS_OF, None, AS_OF, None),
        (date(2026, 11, 24), None, None, "born_on"),
        (date(1980, 5, 2), date(1980, 5, 1), None, "deceased_on"),
        (date(1980, 5, 2), date(1980, 5, 2), date(1980, 5, 1), "registered_on"),
        (None, date(2026, 11, 24), None, "deceased_on"),
        (None, None, date(2026, 11, 24), "registered_on"),
    ],
)
def test_dates_that_cannot_all_be_true_are_found(
    born: date | None, died: date | None, registered: date | None, field: str | None
) -> None:
    fault = fault_of_dates(born, died, registered, AS_OF)
    assert (fault[0] if fault else None) == field
