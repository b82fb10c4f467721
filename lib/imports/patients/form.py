"""The columns of a patient list, and the headings that they go by.

Sources: Cliniko's API reference for patients (docs.api.cliniko.com), Semble's
CreatePatientDataInput (docs.semble.io), the Febrl data sets. The rest are plain synonyms of what
clinics write above such columns, not claims about any program.
"""

from lib.imports.forms import Form, Need, Ways
from lib.imports.patients.fields import SHARED, PatientField

PERSON = r"(?:(?:patient|client|guest|customer|contact|person|member)s? )?"
OF_HOME = r"(?:home |address |postal )?"
ACCEPTS = r"(?:accept(?:s|ed)?|allow(?:s|ed)?|receives?|agree(?:s|d)?(?: to)?)"
AGREED = r"(?:marketing|opt ?in|consent|marketing (?:consent|opt ?in|accepted))"
BY = r"marketing (?:(?:by|via) )?"
PHONE = r"(?:phone|tel|telephone)"
NUMBER = r"(?: ?(?:phone|tel|telephone|number|no|num|phone number|phone no))"

WAYS: Ways = (
    (
        PatientField.EXTERNAL_ID,
        (
            r"(?:external|legacy|source|system) ?id",
            rf"{PERSON}(?:id|uid|guid|uuid|code|number|no|num|ref|reference)",
            r"(?:rec|record|old reference|file) ?id",
            r"(?:chart|record|file|old reference|hospital|mrn) ?(?:number|no|num)?",
        ),
    ),
    (PatientField.TITLE, (r"title|salutation|prefix|honorific|name (?:title|prefix)",)),
    (
        PatientField.PREFERRED_NAME,
        (r"(?:preferred|chosen)(?: (?:first )?name)?|known as(?: name)?|nick ?name|goes by|alias",),
    ),
    (
        PatientField.FORMER_FAMILY_NAME,
        (r"(?:maiden|former|previous|birth) ?(?:family )?(?:name|surname|last name)|nee",),
    ),
    (
        PatientField.GIVEN_NAMES,
        (
            rf"{PERSON}(?:first|given|christian|fore) ?names?|forename\(s\)|first",
            r"(?:middle|second|other) ?(?:names?|initials?)|middle",
        ),
    ),
    (PatientField.FAMILY_NAME, (rf"{PERSON}(?:last|family|sur) ?name|last",)),
    (
        PatientField.FULL_NAME,
        (rf"{PERSON}(?:full |display )?name", r"label|patient|client|guest|customer"),
    ),
    (
        PatientField.SEX,
        (r"(?:legal |birth |biological )?sex(?: at birth)?", r"gender(?: identity)?"),
    ),
    (
        PatientField.BORN_ON,
        (rf"{PERSON}(?:date of birth|dob|d o b|birth ?date|birth ?day|born(?: on)?)",),
    ),
    (
        PatientField.DECEASED_ON,
        (r"date of death|dod|deceased (?:on|date)|date deceased|died(?: on)?",),
    ),
    (
        PatientField.REGISTERED_ON,
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
        PatientField.MOBILE_PHONE,
        (
            rf"{PERSON}(?:mobile|mob|cell|cellular|cell ?phone|sms){NUMBER}?",
            rf"{PHONE} ?\(?mobile\)?",
        ),
    ),
    (
        PatientField.HOME_PHONE,
        (rf"(?:home|evening){NUMBER}|landline{NUMBER}?", rf"{PHONE} ?\(?home\)?"),
    ),
    (
        PatientField.WORK_PHONE,
        (rf"(?:work|office|business|daytime){NUMBER}", rf"{PHONE} ?\(?work\)?"),
    ),
    (
        PatientField.OTHER_PHONE,
        (
            (
                rf"{PERSON}(?:other |primary |secondary |contact |alternative |alt )?"
                rf"{PHONE}(?: ?(?:numbers?|no|num|nos))?(?: ?[1-4])?"
            ),
            rf"{PERSON}contact (?:numbers?|no)",
        ),
    ),
    (
        PatientField.EMAIL,
        (
            (
                rf"{PERSON}(?:primary |secondary |home |work |other |alternative )?"
                r"e ?mail(?: ?address(?:es)?)?(?: ?[1-4])?"
            ),
        ),
    ),
    (
        PatientField.ADDRESS_LINE_1,
        (
            r"(?:street|house|building|flat|unit) ?(?:number|no|name)|house",
            (
                rf"{PERSON}(?:home |street |postal |mailing |residential |full )?"
                r"(?:address|addr|street)(?: ?(?:line)? ?(?:1|one))?"
            ),
        ),
    ),
    (PatientField.ADDRESS_LINE_2, (r"(?:street )?(?:address|addr|street) ?(?:line)? ?(?:2|two)",)),
    (
        PatientField.ADDRESS_LINE_3,
        (r"(?:street )?(?:address|addr|street) ?(?:line)? ?(?:3|three)", r"locality|district|area"),
    ),
    (
        PatientField.TOWN,
        (rf"{OF_HOME}(?:town|city|suburb|post ?town|town ?/ ?city|city ?/ ?town)",),
    ),
    (
        PatientField.COUNTY,
        (rf"{OF_HOME}(?:county|state|province|region|(?:county|state) ?/ ?[a-z]+)",),
    ),
    (
        PatientField.POSTCODE,
        (rf"{OF_HOME}(?:post ?code|zip|zip ?code|postal ?code|p ?code|eircode)",),
    ),
    (PatientField.COUNTRY, (rf"{OF_HOME}country(?: ?(?:code|name))?",)),
    (
        PatientField.ACCEPTS_EMAIL,
        (rf"{ACCEPTS} e ?mail marketing", rf"e ?mail {AGREED}", rf"{BY}e ?mails?"),
    ),
    (
        PatientField.ACCEPTS_SMS,
        (rf"{ACCEPTS} (?:sms|text) marketing", rf"(?:sms|text) {AGREED}", rf"{BY}(?:sms|texts?)"),
    ),
    (
        PatientField.ACCEPTS_PHONE,
        (
            rf"{ACCEPTS} (?:tele)?phone marketing",
            rf"(?:(?:tele)?phone|call) {AGREED}",
            rf"{BY}(?:(?:tele)?phone|calls?)",
        ),
    ),
    (
        PatientField.ACCEPTS_POST,
        (
            rf"{ACCEPTS} (?:post|postal|mail) marketing",
            rf"(?:post|postal|letter) {AGREED}",
            rf"{BY}(?:post|letters?)",
        ),
    ),
    (
        PatientField.HOW_WE_KNOW_THEM,
        (
            r"(?:referral|lead|marketing|client|patient|acquisition) source|referral|source",
            r"referred by|how did you hear(?: about us)?|heard (?:about us )?(?:from|via)",
        ),
    ),
    (
        PatientField.ADJUSTMENT,
        (
            r"(?:reasonable )?adjustments?|accessibility(?: needs)?",
            r"(?:access|communication|special) (?:needs|requirements)",
        ),
    ),
    (
        PatientField.NOTE,
        (
            rf"{PERSON}(?:general |private |admin )?notes?",
            rf"{PERSON}(?:comments?|remarks?|memo)",
        ),
    ),
)
NAMES = frozenset({PatientField.GIVEN_NAMES, PatientField.FAMILY_NAME, PatientField.FULL_NAME})
FORM = Form(
    fields=tuple(PatientField),
    ways=WAYS,
    shared=SHARED,
    needs=(
        Need(
            NAMES,
            "No column holds a name. Say which one has the family or the given names.",
            PatientField.FAMILY_NAME,
        ),
    ),
    sample=(
        ("id", "1042"),
        ("title", "Ms"),
        ("first_name", "Zoë"),
        ("last_name", "O'Brien"),
        ("date_of_birth", "14/07/1985"),
        ("sex", "F"),
        ("mobile", "07700 900123"),
        ("email", "zoe@example.com"),
        ("address_1", "1 High Street"),
        ("city", "Leeds"),
        ("post_code", "LS1 1AA"),
        ("sms marketing", "yes"),
    ),
    gives_way={
        PatientField.FULL_NAME: frozenset({PatientField.FAMILY_NAME, PatientField.GIVEN_NAMES})
    },
)
