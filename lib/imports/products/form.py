"""The columns of a file of products and lots, and the headings that they go by."""

from lib.imports.fields import Field
from lib.imports.forms import Form, Need, Ways


class ProductField(Field):
    """One thing that is stored of a product or a lot; the words are those of the screen."""

    NAME = "product"
    GROUP = "product group"
    MANUFACTURER = "manufacturer"
    UNIT = "unit"
    IS_PRESCRIPTION_ONLY = "prescription only"
    COMPONENTS = "components"
    LOT_NUMBER = "lot number"
    EXPIRES_ON = "expires on"
    RECEIVED_ON = "received on"
    QUANTITY = "quantity"


THING = r"(?:product|item|stock|stock item|medicine|drug)"
LOT = r"(?:lot|batch|lot/batch|batch/lot)"
NUMBER = r"(?: ?(?:number|no|num|code|id))"
WAYS: Ways = (
    (ProductField.NAME, (rf"{THING}(?: ?(?:name|title|description))?", r"name|description|brand")),
    (
        ProductField.GROUP,
        (rf"(?:{THING} )?(?:group|category|type|class|product type)",),
    ),
    (
        ProductField.MANUFACTURER,
        (r"manufacturer(?: name)?|made by|maker|supplier(?: name)?|vendor|company",),
    ),
    (
        ProductField.UNIT,
        (r"unit(?:s)?(?: of measure(?:ment)?)?|uom|measure|dose unit|stock unit",),
    ),
    (
        ProductField.IS_PRESCRIPTION_ONLY,
        (r"(?:is )?(?:pom|rx|prescription(?: only| required| item| only medicine)?)",),
    ),
    (ProductField.COMPONENTS, (r"components?|ingredients?|contains|composition|excipients?",)),
    (ProductField.LOT_NUMBER, (rf"{LOT}{NUMBER}?",)),
    (
        ProductField.EXPIRES_ON,
        (rf"(?:{LOT} )?(?:expir(?:y|es|ation)(?: ?(?:date|on))?|exp(?: date)?|use by(?: date)?)",),
    ),
    (
        ProductField.RECEIVED_ON,
        (r"(?:received|delivered|purchased|delivery|purchase)(?: ?(?:on|date))?|date received",),
    ),
    (
        ProductField.QUANTITY,
        (
            r"(?:quantity|qty|amount|count|stock level|in stock|on hand|stock on hand)",
            r"(?:current |available )?(?:stock|quantity)(?: ?(?:count|quantity|qty|level))",
        ),
    ),
)
FORM = Form(
    fields=tuple(ProductField),
    ways=WAYS,
    shared=frozenset({ProductField.COMPONENTS}),
    needs=(
        Need(
            frozenset({ProductField.NAME}),
            "No column names the product. Say which one does.",
            ProductField.NAME,
        ),
    ),
    sample=(
        ("product", "Velaxin 100"),
        ("product group", "toxin"),
        ("manufacturer", "Northmoor Biologics"),
        ("unit", "units"),
        ("prescription only", "yes"),
        ("components", "botulinum toxin type A; human albumin"),
        ("lot number", "VX-1042"),
        ("expiry date", "31/03/2028"),
        ("received on", "02/10/2026"),
        ("quantity", "12"),
    ),
)
