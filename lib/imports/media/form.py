"""The columns of a manifest of photographs, and the headings that they go by."""

from lib.imports import mentions
from lib.imports.fields import Field
from lib.imports.forms import Form, Need, Ways


class MediaField(Field):
    """One thing that a manifest says of a file."""

    FILE = "file"
    TREATMENT_ID = "treatment's id in the other system"
    TREATED_ON = "treated on"
    CAPTURED_ON = "taken on"
    VIEW = "view"
    EXPRESSION = "expression"
    STAGE = "stage"
    AREA = "area"
    NOTE = "note"


SHOT = r"(?:picture|image|photo(?:graph)?|video|media)"
WAYS: Ways = (
    (
        MediaField.FILE,
        (rf"file|file ?(?:name|path)|{SHOT} ?file(?: ?name)?", rf"path|{SHOT}(?: ?name)?"),
    ),
    (
        MediaField.TREATMENT_ID,
        (r"(?:treatment|visit) ?(?:id|uid|guid|uuid|code|number|no|num|ref|reference)",),
    ),
    (
        MediaField.TREATED_ON,
        (r"treat(?:ed|ment) ?(?:on|date)|date of treatment", r"treatment"),
    ),
    (
        MediaField.CAPTURED_ON,
        (
            rf"(?:captured?|taken|photographed|shot|{SHOT})(?: ?(?:on|at|date))",
            r"date ?(?:taken|captured|photographed)|date",
        ),
    ),
    (MediaField.VIEW, (r"view|angle|position",)),
    (MediaField.EXPRESSION, (r"(?:facial )?expression",)),
    (MediaField.STAGE, (r"stage|phase|before ?/? ?after",)),
    (MediaField.AREA, (r"(?:body )?area|site|region",)),
    (MediaField.NOTE, (r"notes?|comments?|remarks?|description|caption",)),
)
FORM = Form(
    fields=(*mentions.PersonField, *MediaField),
    ways=(*WAYS, *mentions.WAYS),
    shared=mentions.SHARED | {MediaField.NOTE},
    needs=(
        mentions.NEED,
        Need(
            frozenset({MediaField.FILE}),
            "No column says which file it is. Say which one has the files' names.",
            MediaField.FILE,
        ),
    ),
    sample=(
        ("file", "2026/IMG_4021.jpg"),
        ("patient id", "1042"),
        ("treatment id", "T-77"),
        ("taken on", "14/07/2026"),
        ("view", "front"),
        ("expression", "rest"),
        ("stage", "before"),
        ("area", "forehead"),
        ("note", ""),
    ),
    gives_way=mentions.GIVES_WAY,
)
