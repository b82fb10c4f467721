"""What a column of a patient file can be; the headings it goes by are elsewhere."""

from enum import StrEnum


class Field(StrEnum):
    """One thing that is stored of a patient; the words are those of the mapping and the screen."""

    EXTERNAL_ID = "id in the other system"
    TITLE = "title"
    GIVEN_NAMES = "given names"
    FAMILY_NAME = "family name"
    FULL_NAME = "full name"
    PREFERRED_NAME = "preferred name"
    FORMER_FAMILY_NAME = "former family name"
    SEX = "sex"
    BORN_ON = "date of birth"
    DECEASED_ON = "date of death"
    REGISTERED_ON = "registered on"
    MOBILE_PHONE = "mobile phone"
    HOME_PHONE = "home phone"
    WORK_PHONE = "work phone"
    OTHER_PHONE = "phone"
    EMAIL = "email"
    ADDRESS_LINE_1 = "address line 1"
    ADDRESS_LINE_2 = "address line 2"
    ADDRESS_LINE_3 = "address line 3"
    TOWN = "town"
    COUNTY = "county"
    POSTCODE = "postcode"
    COUNTRY = "country"
    ACCEPTS_EMAIL = "accepts marketing by email"
    ACCEPTS_SMS = "accepts marketing by SMS"
    ACCEPTS_PHONE = "accepts marketing by phone"
    ACCEPTS_POST = "accepts marketing by post"
    HOW_WE_KNOW_THEM = "how we know them"
    ADJUSTMENT = "reasonable adjustment"
    NOTE = "note"


# Fields that several columns may share, in the order of the file.
PHONES = (Field.MOBILE_PHONE, Field.HOME_PHONE, Field.WORK_PHONE, Field.OTHER_PHONE)
LINES = (Field.ADDRESS_LINE_1, Field.ADDRESS_LINE_2, Field.ADDRESS_LINE_3)
SHARED = frozenset({*PHONES, *LINES, Field.EMAIL, Field.GIVEN_NAMES, Field.ADJUSTMENT, Field.NOTE})
ACCEPTANCES = {
    Field.ACCEPTS_EMAIL: "email",
    Field.ACCEPTS_SMS: "sms",
    Field.ACCEPTS_PHONE: "phone",
    Field.ACCEPTS_POST: "post",
}
