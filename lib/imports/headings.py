"""Guessing from its heading what a column is; looks at no value.

Sources: Cliniko's API reference for patients (docs.api.cliniko.com), Semble's
CreatePatientDataInput (docs.semble.io), the Febrl data sets. The rest are plain synonyms of what
clinics write above such columns, not claims about any program.
"""

import re
import unicodedata
from collections.abc import Sequence

from lib.imports.fields import SHARED, Field

PERSON = r"(?:(?:patient|client|guest|customer|contact|person|member)s? )?"
OF_HOME = r"(?:home |address |postal )?"
ACCEPTS = r"(?:accept(?:s|ed)?|allow(?:s|ed)?|receives?|agree(?:s|d)?(?: to)?)"
AGREED = r"(?:marketing|opt ?in|consent|marketing (?:consent|opt ?in|accepted))"
BY = r"marketing (?:(?:by|via) )?"
PHONE = r"(?:phone|tel|telephone)"
NUMBER = r"(?: ?(?:phone|tel|telephone|number|no|num|phone number|phone no))"

# A heading, in small letters with single blanks, must match one of the ways as a whole; the fields
# are tried in this order.
WAYS: tuple[tuple[Field, tuple[str, ...]], ...] = (
    (
        Field.EXTERNAL_ID,
        (
            r"(?:external|legacy|source|system) ?id",
            rf"{PERSON}(?:id|uid|guid|uuid|code|number|no|num|ref|reference)",
            r"(?:rec|record|old reference|file) ?id",
            r"(?:chart|record|file|old reference|hospital|mrn) ?(?:number|no|num)?",
        ),
    ),
    (Field.TITLE, (r"title|salutation|prefix|honorific|name (?:title|prefix)",)),
    (
        Field.PREFERRED_NAME,
        (r"(?:preferred|chosen)(?: (?:first )?name)?|known as(?: name)?|nick ?name|goes by|alias",),
    ),
    (
        Field.FORMER_FAMILY_NAME,
        (r"(?:maiden|former|previous|birth) ?(?:family )?(?:name|surname|last name)|nee",),
    ),
    (
        Field.GIVEN_NAMES,
        (
            rf"{PERSON}(?:first|given|christian|fore) ?names?|forename\(s\)|first",
            r"(?:middle|second|other) ?(?:names?|initials?)|middle",
        ),
    ),
    (Field.FAMILY_NAME, (rf"{PERSON}(?:last|family|sur) ?name|last",)),
    (
        Field.FULL_NAME,
        (rf"{PERSON}(?:full |display )?name", r"label|patient|client|guest|customer"),
    ),
    (Field.SEX, (r"(?:legal |birth |biological )?sex(?: at birth)?", r"gender(?: identity)?")),
    (
        Field.BORN_ON,
        (rf"{PERSON}(?:date of birth|dob|d o b|birth ?date|birth ?day|born(?: on)?)",),
    ),
    (
        Field.DECEASED_ON,
        (r"date of death|dod|deceased (?:on|date)|date deceased|died(?: on)?",),
    ),
    (
        Field.REGISTERED_ON,
        (
            (
                r"(?:registered|registration|joined|client since|patient since)"
                r"(?: (?:on|at|date|since))?"
            ),
            r"date (?:registered|joined)|join(?:ed|ing)? date",
            r"(?:created|added|sign ?up)(?: (?:on|at|date))?|date (?:created|added)|creation date",
        ),
    ),
    (
        Field.MOBILE_PHONE,
        (
            rf"{PERSON}(?:mobile|mob|cell|cellular|cell ?phone|sms){NUMBER}?",
            rf"{PHONE} ?\(?mobile\)?",
        ),
    ),
    (
        Field.HOME_PHONE,
        (rf"(?:home|evening){NUMBER}|landline{NUMBER}?", rf"{PHONE} ?\(?home\)?"),
    ),
    (
        Field.WORK_PHONE,
        (rf"(?:work|office|business|daytime){NUMBER}", rf"{PHONE} ?\(?work\)?"),
    ),
    (
        Field.OTHER_PHONE,
        (
            (
                rf"{PERSON}(?:other |primary |secondary |contact |alternative |alt )?"
                rf"{PHONE}(?: ?(?:numbers?|no|num|nos))?(?: ?[1-4])?"
            ),
            rf"{PERSON}contact (?:numbers?|no)",
        ),
    ),
    (
        Field.EMAIL,
        (
            (
                rf"{PERSON}(?:primary |secondary |home |work |other |alternative )?"
                r"e ?mail(?: ?address(?:es)?)?(?: ?[1-4])?"
            ),
        ),
    ),
    (
        Field.ADDRESS_LINE_1,
        (
            r"(?:street|house|building|flat|unit) ?(?:number|no|name)|house",
            (
                rf"{PERSON}(?:home |street |postal |mailing |residential |full )?"
                r"(?:address|addr|street)(?: ?(?:line)? ?(?:1|one))?"
            ),
        ),
    ),
    (Field.ADDRESS_LINE_2, (r"(?:street )?(?:address|addr|street) ?(?:line)? ?(?:2|two)",)),
    (
        Field.ADDRESS_LINE_3,
        (r"(?:street )?(?:address|addr|street) ?(?:line)? ?(?:3|three)", r"locality|district|area"),
    ),
    (
        Field.TOWN,
        (rf"{OF_HOME}(?:town|city|suburb|post ?town|town ?/ ?city|city ?/ ?town)",),
    ),
    (
        Field.COUNTY,
        (rf"{OF_HOME}(?:county|state|province|region|(?:county|state) ?/ ?[a-z]+)",),
    ),
    (
        Field.POSTCODE,
        (rf"{OF_HOME}(?:post ?code|zip|zip ?code|postal ?code|p ?code|eircode)",),
    ),
    (Field.COUNTRY, (rf"{OF_HOME}country(?: ?(?:code|name))?",)),
    (
        Field.ACCEPTS_EMAIL,
        (rf"{ACCEPTS} e ?mail marketing", rf"e ?mail {AGREED}", rf"{BY}e ?mails?"),
    ),
    (
        Field.ACCEPTS_SMS,
        (rf"{ACCEPTS} (?:sms|text) marketing", rf"(?:sms|text) {AGREED}", rf"{BY}(?:sms|texts?)"),
    ),
    (
        Field.ACCEPTS_PHONE,
        (
            rf"{ACCEPTS} (?:tele)?phone marketing",
            rf"(?:(?:tele)?phone|call) {AGREED}",
            rf"{BY}(?:(?:tele)?phone|calls?)",
        ),
    ),
    (
        Field.ACCEPTS_POST,
        (
            rf"{ACCEPTS} (?:post|postal|mail) marketing",
            rf"(?:post|postal|letter) {AGREED}",
            rf"{BY}(?:post|letters?)",
        ),
    ),
    (
        Field.HOW_WE_KNOW_THEM,
        (
            r"(?:referral|lead|marketing|client|patient|acquisition) source|referral|source",
            r"referred by|how did you hear(?: about us)?|heard (?:about us )?(?:from|via)",
        ),
    ),
    (
        Field.ADJUSTMENT,
        (
            r"(?:reasonable )?adjustments?|accessibility(?: needs)?",
            r"(?:access|communication|special) (?:needs|requirements)",
        ),
    ),
    (
        Field.NOTE,
        (
            rf"{PERSON}(?:general |private |admin )?notes?",
            rf"{PERSON}(?:comments?|remarks?|memo)",
        ),
    ),
)
PATTERNS = tuple((field, re.compile(way)) for field, ways in WAYS for way in ways)


def plain_heading(heading: str) -> str:
    """Return a heading as the patterns see it: `Date-of_Birth (dd/mm)` is `date of birth`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    folded = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    without_hint = re.sub(r"\((?!home|work|mobile|s\))[^)]*\)", " ", folded)
    return " ".join(re.sub(r"[^a-z0-9()/]+", " ", without_hint).split())


def field_of(heading: str) -> tuple[int, Field] | None:
    """Return the field that a heading speaks of, with its rank (lower is surer), or None."""
    plain = plain_heading(heading)
    for rank, (field, pattern) in enumerate(PATTERNS):
        if pattern.fullmatch(plain):
            return rank, field
    return None


def guess(columns: Sequence[str]) -> dict[str, Field]:
    """Return what each column most likely is; columns that match nothing are left out.

    A field that only one column can fill goes to the surest heading, the first in the file on a
    tie. A full name gives way to given and family names.
    """
    found = {column: match for column in columns if (match := field_of(column))}
    taken: dict[Field, str] = {}
    for column, (_, field) in sorted(found.items(), key=lambda item: item[1][0]):
        taken.setdefault(field, column)
    guessed = {
        column: field
        for column, (_, field) in found.items()
        if field in SHARED or taken[field] == column
    }
    if Field.FAMILY_NAME in guessed.values() and Field.GIVEN_NAMES in guessed.values():
        return {name: field for name, field in guessed.items() if field is not Field.FULL_NAME}
    return guessed
