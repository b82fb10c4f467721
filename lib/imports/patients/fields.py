"""What a column of a patient file can be; the headings it goes by are elsewhere."""

from lib.imports.fields import Field


class PatientField(Field):
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
PHONES = (
    PatientField.MOBILE_PHONE,
    PatientField.HOME_PHONE,
    PatientField.WORK_PHONE,
    PatientField.OTHER_PHONE,
)
LINES = (PatientField.ADDRESS_LINE_1, PatientField.ADDRESS_LINE_2, PatientField.ADDRESS_LINE_3)
SHARED = frozenset(
    {
        *PHONES,
        *LINES,
        PatientField.EMAIL,
        PatientField.GIVEN_NAMES,
        PatientField.ADJUSTMENT,
        PatientField.NOTE,
    }
)
ACCEPTANCES = {
    PatientField.ACCEPTS_EMAIL: "email",
    PatientField.ACCEPTS_SMS: "sms",
    PatientField.ACCEPTS_PHONE: "phone",
    PatientField.ACCEPTS_POST: "post",
}
