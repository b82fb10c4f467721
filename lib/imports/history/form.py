"""The columns of a file of medical history, and the headings that they go by."""

from lib.imports import mentions
from lib.imports.fields import Field
from lib.imports.forms import Form, Need, Ways
from lib.imports.mentions import PersonField


class HistoryField(Field):
    """One thing that is stored of an entry of the history; the words are those of the screen."""

    KIND = "kind"
    NAME = "name"
    SEVERITY = "severity"
    STATUS = "status"
    STARTED_ON = "since"
    ENDED_ON = "until"
    DETAIL = "detail"
    SOURCE = "source"


ENTRY = r"(?:entry|history|problem|medical|record)"
WAYS: Ways = (
    (HistoryField.KIND, (rf"(?:{ENTRY} )?(?:kind|type|category|section)|class",)),
    (
        HistoryField.NAME,
        (
            rf"(?:{ENTRY} )?(?:entry|problem|diagnosis|title|item)(?: ?name)?|entry ?name",
            (
                r"(?:condition|allerg(?:y|en)|medication|medicine|drug|substance|contraindication|"
                r"medical history)(?: ?name)?"
            ),
            r"allergies|medications|conditions|name",
        ),
    ),
    (HistoryField.SEVERITY, (r"(?:reaction )?severity|grade",)),
    (HistoryField.STATUS, (rf"(?:{ENTRY} )?(?:status|state)|(?:is )?(?:active|current)",)),
    (
        HistoryField.STARTED_ON,
        (
            r"(?:since|start(?:ed)?|onset|diagnosed|first noted|from)(?: ?(?:on|date))?",
            r"date (?:started|diagnosed|of onset)|start date|date",
        ),
    ),
    (
        HistoryField.ENDED_ON,
        (
            r"(?:until|end(?:ed)?|stopped|resolved|to)(?: ?(?:on|date))?",
            r"date (?:ended|stopped|resolved)|end date",
        ),
    ),
    (
        HistoryField.DETAIL,
        (r"details?|notes?|comments?|remarks?|description|reaction|dose|dosage|further details",),
    ),
    (
        HistoryField.SOURCE,
        (r"source|(?:reported|recorded|entered|told|stated|given) by|informant",),
    ),
)
FORM = Form(
    fields=(*PersonField, *HistoryField),
    ways=(*mentions.WAYS, *WAYS),
    shared=mentions.SHARED | {HistoryField.DETAIL},
    needs=(
        mentions.NEED,
        Need(
            frozenset({HistoryField.NAME}),
            "No column says what the entry is about. Say which one has the condition, allergy, "
            "medicine or contraindication.",
            HistoryField.NAME,
        ),
        Need(
            frozenset({HistoryField.KIND}),
            "No column says whether an entry is a condition, an allergy, a medicine or a "
            "contraindication. Add one to the file, or say which it is.",
            HistoryField.KIND,
        ),
    ),
    sample=(
        ("patient id", "1042"),
        ("patient name", "Zoë O'Brien"),
        ("date of birth", "14/07/1985"),
        ("kind", "allergy"),
        ("entry", "Penicillin"),
        ("severity", "severe"),
        ("status", "active"),
        ("since", "01/06/2004"),
        ("until", ""),
        ("detail", "Rash and swelling of the lips"),
        ("source", "patient"),
    ),
    gives_way=mentions.GIVES_WAY,
)
