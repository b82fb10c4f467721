"""The columns of a file of treatments, and the headings that they go by."""

from lib.imports import mentions
from lib.imports.fields import Field
from lib.imports.forms import Form, Need, Ways
from lib.imports.mentions import PersonField


class TreatmentField(Field):
    """One thing that is stored of a treatment; the words are those of the screen."""

    EXTERNAL_ID = "treatment id in the other system"
    TREATED_ON = "date of treatment"
    NAME = "treatment"
    PRACTITIONER = "practitioner"
    PRESCRIBER = "prescriber"
    PRODUCT = "product"
    LOT_NUMBER = "lot number"
    EXPIRES_ON = "lot expires on"
    AREA = "area"
    DOSE = "dose"
    UNIT = "unit"
    PRICE = "price"
    NOTES = "notes"
    FOLLOW_UP_DUE_ON = "follow-up due on"
    AFTERCARE = "aftercare given"


SERVICE = r"(?:treatment|service|procedure|appointment type|therapy)"
VISIT = r"(?:treatment|appointment|booking|visit|service|procedure|note|invoice|entry)"
STAFF = r"(?:practitioner|clinician|therapist|injector|provider|staff|employee|treated|performed)"
LOT = r"(?:lot|batch|lot/batch|batch/lot)"
WAYS: Ways = (
    (
        TreatmentField.EXTERNAL_ID,
        (
            rf"{VISIT} ?(?:id|uid|guid|uuid|number|no|num|ref|reference)",
            r"(?:external|legacy|source|system|row|line) ?id|id|guid|uuid",
        ),
    ),
    (
        TreatmentField.TREATED_ON,
        (
            rf"(?:{VISIT} ?date|date of {VISIT}|treated on|performed on|administered on)",
            r"date(?: ?(?:and|/) ?time)?|start(?:s|ed)?(?: ?(?:at|on|time|date))?|when",
        ),
    ),
    (
        TreatmentField.NAME,
        (rf"{SERVICE}(?: ?(?:name|title|type|description))?", r"appointment(?: type)?"),
    ),
    (
        TreatmentField.PRACTITIONER,
        (
            rf"{STAFF}(?: ?(?:name|member|member name|by|full name))?",
            r"(?:doctor|nurse|with|user)(?: name)?",
        ),
    ),
    (
        TreatmentField.PRESCRIBER,
        (r"prescriber(?: name)?|prescribed by|prescribing (?:doctor|nurse)",),
    ),
    (
        TreatmentField.PRODUCT,
        (r"(?:product|drug|medicine|brand|item|stock item)(?: ?(?:name|used|title))?",),
    ),
    (TreatmentField.LOT_NUMBER, (rf"{LOT}(?: ?(?:number|no|num|code|id))?",)),
    (
        TreatmentField.EXPIRES_ON,
        (rf"(?:{LOT} |product )?(?:expir(?:y|es|ation)(?: ?(?:date|on))?|exp(?: date)?)",),
    ),
    (
        TreatmentField.AREA,
        (
            r"(?:(?:treatment|treated|body|face|facial|injection) )?(?:area|site|zone)s?",
            r"(?:area|site)s? treated|location on body|body part",
        ),
    ),
    (
        TreatmentField.DOSE,
        (
            r"(?:total )?(?:dose|dosage|units|amount used|quantity used|quantity|qty|volume)",
            r"(?:units|dose|amount|volume|ml)(?: ?(?:used|given|injected|administered))",
        ),
    ),
    (TreatmentField.UNIT, (r"(?:dose |unit of )?(?:unit|measure|uom)",)),
    (
        TreatmentField.PRICE,
        (r"(?:total |net |gross |sale )?(?:price|amount|total|cost|fee|charge)(?: paid)?|paid",),
    ),
    (
        TreatmentField.NOTES,
        (rf"(?:{SERVICE} |clinical |progress )?(?:notes?|comments?|remarks?)", r"body|description"),
    ),
    (
        TreatmentField.FOLLOW_UP_DUE_ON,
        (
            r"(?:follow ?up|review|recall|next visit)(?: ?(?:date|due|due on|on|due date))?",
            r"(?:next )?(?:review|follow ?up) due",
        ),
    ),
    (
        TreatmentField.AFTERCARE,
        (r"(?:is )?after ?care(?: ?(?:given|sent|provided|advice|advice given|leaflet))?",),
    ),
)
FORM = Form(
    fields=(*PersonField, *TreatmentField),
    ways=(*mentions.WAYS, *WAYS),
    shared=mentions.SHARED | {TreatmentField.NOTES},
    needs=(
        mentions.NEED,
        Need(
            frozenset({TreatmentField.TREATED_ON}),
            "No column has the date of the treatment. Say which one does.",
            TreatmentField.TREATED_ON,
        ),
        Need(
            frozenset({TreatmentField.NAME, TreatmentField.PRODUCT}),
            "No column says what was done. Say which one has the treatment or the product.",
            TreatmentField.NAME,
        ),
    ),
    sample=(
        ("patient id", "1042"),
        ("patient name", "Zoë O'Brien"),
        ("date of birth", "14/07/1985"),
        ("treatment id", "88213"),
        ("date", "02/10/2025"),
        ("treatment", "Wrinkle relaxing"),
        ("practitioner", "Pat Lee"),
        ("prescriber", "Dr Kim Roe"),
        ("product", "Velaxin 100"),
        ("lot number", "VX-1042"),
        ("expiry date", "31/03/2028"),
        ("area", "forehead"),
        ("dose", "20 units"),
        ("price", "255.00"),
        ("notes", "No bruising"),
        ("follow-up due", "16/10/2025"),
        ("aftercare given", "yes"),
    ),
    gives_way=mentions.GIVES_WAY,
)
