"""The columns of a file of consents, and the headings that they go by."""

from lib.imports import mentions
from lib.imports.fields import Field
from lib.imports.forms import Form, Need, Ways
from lib.imports.mentions import PersonField


class ConsentField(Field):
    """One thing that is stored of a consent; the words are those of the screen."""

    PURPOSE = "what it is about"
    CHANNEL = "way of contact"
    DECISION = "decision"
    RECEIVED_AT = "when it reached the clinic"
    FORM = "form"
    FORM_VERSION = "version of the form"
    EVIDENCE = "what shows it"


CONSENT = r"(?:consent|permission|preference|opt in|gdpr|marketing)"
WAYS: Ways = (
    (
        ConsentField.PURPOSE,
        (
            rf"{CONSENT} ?(?:purpose|type|category|topic|kind|for|to)",
            r"purpose(?: ?(?:code|name|of consent))?|consented to|subject|topic|category|type",
        ),
    ),
    (
        ConsentField.CHANNEL,
        (
            rf"(?:{CONSENT} |contact |communication )?(?:channel|medium|method)",
            r"(?:way|means) of (?:contact|communication)|contact by|via",
        ),
    ),
    (
        ConsentField.DECISION,
        (
            rf"{CONSENT} ?(?:decision|status|state|given|value|response|answer)",
            r"decision|status|state|answer|response|value|granted",
            r"consent|consented|agreed|opted ?in",
        ),
    ),
    (
        ConsentField.RECEIVED_AT,
        (
            rf"{CONSENT} ?(?:date|time|timestamp|given (?:on|at)|date ?time)",
            (
                r"(?:received|signed|given|recorded|obtained|captured|updated|changed)"
                r"(?: ?(?:on|at|date|time))?|date (?:received|signed|given|of consent|recorded)"
            ),
            r"date(?: ?(?:and|/)? ?time)?|timestamp|when",
        ),
    ),
    (
        ConsentField.FORM_VERSION,
        (r"(?:consent )?(?:form|document|template)(?: name)? version|version(?: ?(?:number|no))?",),
    ),
    (
        ConsentField.FORM,
        (r"(?:consent )?(?:form|document|template)(?: ?(?:name|title))?|consent form",),
    ),
    (
        ConsentField.EVIDENCE,
        (
            r"evidence|proof|source",
            r"(?:consent )?(?:obtained|collected|captured|taken) (?:by|via|how)",
            r"(?:scan|document|file|signature)(?: ?(?:name|reference|ref|location|file))?",
            r"notes?|comments?|details?|remarks?|where (?:it is )?(?:kept|filed)|taken by|witness",
        ),
    ),
)
FORM = Form(
    fields=(*PersonField, *ConsentField),
    ways=(*mentions.WAYS, *WAYS),
    shared=mentions.SHARED | {ConsentField.EVIDENCE},
    needs=(
        mentions.NEED,
        Need(
            frozenset({ConsentField.PURPOSE}),
            "No column says what was agreed to. Say which one has the purpose.",
            ConsentField.PURPOSE,
        ),
        Need(
            frozenset({ConsentField.DECISION}),
            "No column says what the patient decided: given, refused or withdrawn.",
            ConsentField.DECISION,
        ),
        Need(
            frozenset({ConsentField.RECEIVED_AT}),
            "No column says when it reached the clinic. The latest decides, so a date is needed.",
            ConsentField.RECEIVED_AT,
        ),
    ),
    sample=(
        ("patient id", "1042"),
        ("patient name", "Zoë O'Brien"),
        ("date of birth", "14/07/1985"),
        ("purpose", "Keeping in touch"),
        ("channel", "email"),
        ("decision", "given"),
        ("date", "03/02/2026 14:20"),
        ("form", "Keeping in touch"),
        ("form version", "1"),
        ("evidence", "Signed paper form, drawer 3, folder 2026-02"),
    ),
    gives_way=mentions.GIVES_WAY,
)
