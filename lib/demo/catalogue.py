"""What the synthetic clinic offers: products under invented names, and the treatments given."""

from dataclasses import dataclass

TOXIN, FILLER, BOOSTER, SKIN, CARE, DEVICE, CORRECTION = range(7)
PROGRAMMES = 7
# What only a registered professional gives; a therapist may do the rest.
MEDICAL = frozenset({TOXIN, FILLER, BOOSTER, CORRECTION})


@dataclass(frozen=True, slots=True)
class Product:
    """One product; `until` and `since` are years of the clinic's life, 0 to 12."""

    name: str
    group: str
    manufacturer: str
    unit: str
    is_prescription_only: bool = False
    since: float = 0.0
    until: float = 99.0
    shelf_months: int = 24


@dataclass(frozen=True, slots=True)
class Item:
    """One area of a treatment and the usual dose there, in the product's unit."""

    area: str
    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True)
class Protocol:
    """One treatment as it is sold: its areas, its price at the start, and when to look again."""

    name: str
    programme: int
    weight: float
    pence: int
    follow_up_days: int
    products: tuple[str, ...]
    items: tuple[Item, ...]


# The first protocol of each programme has a product that was offered all twelve years.
PRODUCTS = (
    Product("Velaxin 100", "toxin", "Northmoor Biologics", "unit", is_prescription_only=True),
    Product("Serenox 50", "toxin", "Halden Pharma", "unit", is_prescription_only=True, until=8.6),
    Product("Novalyne 100", "toxin", "Arbour Medica", "unit", is_prescription_only=True, since=4.2),
    Product("Calmora Liquid", "toxin", "Halden Pharma", "unit", is_prescription_only=True,
            since=9.3, shelf_months=18),
    Product("Hyalis Soft", "filler", "Lumière Dermale", "ml"),
    Product("Hyalis Volume", "filler", "Lumière Dermale", "ml"),
    Product("Dermaviva Lip", "filler", "Corvane Aesthetics", "ml", since=1.5),
    Product("Dermaviva Contour", "filler", "Corvane Aesthetics", "ml", since=1.5),
    Product("Juvelle Classic", "filler", "Brightwater Medical", "ml", until=6.8),
    Product("Resilica Deep", "filler", "Corvane Aesthetics", "ml", since=6.0),
    Product("Aquavie Hydro", "skin_booster", "Lumière Dermale", "ml"),
    Product("Renuvia PN", "skin_booster", "Seongwon Bio", "ml", since=7.5),
    Product("Idralume H+L", "skin_booster", "Istituto Carelli", "ml", since=3.1),
    Product("Glycolic acid 30 %", "skin_care", "Pharmacy compounded", "ml", shelf_months=18),
    Product("Salicylic acid 20 %", "skin_care", "Pharmacy compounded", "ml", shelf_months=18),
    Product("TCA 15 %", "skin_care", "Pharmacy compounded", "ml", shelf_months=12),
    Product("Lumen Retinal Night Cream", "skin_care", "Lumen Skin", "g", shelf_months=30),
    Product("Lumen Mineral SPF 50", "skin_care", "Lumen Skin", "g", shelf_months=30),
    Product("Lumen Vitamin C Serum", "skin_care", "Lumen Skin", "g", since=2.5, shelf_months=18),
    Product("Tretinoin 0.05 % cream", "skin_care", "Generic", "g", is_prescription_only=True,
            since=5.0),
    Product("Needling cartridge 36", "device", "Stellar Devices", "session", shelf_months=36),
    Product("LED light panel", "device", "Stellar Devices", "session", since=3.0,
            shelf_months=60),
    Product("Laser hair removal tip", "device", "Orion Light", "session", since=1.0,
            shelf_months=36),
    Product("Hyaluronidase 1500", "other", "Generic", "unit", is_prescription_only=True,
            shelf_months=30),
)  # fmt: skip

# What is in each, one a line, as the leaflet has it; a product without its own has its group's.
COMPONENTS = {
    "toxin": "Botulinum toxin type A\nHuman albumin\nSodium chloride",
    "Novalyne 100": "Botulinum toxin type A\nHuman albumin\nLactose\nCow's milk protein (traces)",
    "Calmora Liquid": "Botulinum toxin type A\nPolysorbate 20\nMethionine",
    "filler": "Hyaluronic acid, cross-linked\nLidocaine\nPhosphate buffer",
    "Juvelle Classic": "Hyaluronic acid, cross-linked\nPhosphate buffer",
    "Resilica Deep": "Calcium hydroxylapatite\nLidocaine\nGlycerol",
    "skin_booster": "Hyaluronic acid\nPhosphate buffer",
    "Renuvia PN": "Polynucleotides (from salmon)\nMannitol",
    "Idralume H+L": "Hyaluronic acid\nLidocaine",
    "Glycolic acid 30 %": "Glycolic acid",
    "Salicylic acid 20 %": "Salicylic acid\nAlcohol",
    "TCA 15 %": "Trichloroacetic acid",
    "Lumen Retinal Night Cream": "Retinal\nSqualane\nFragrance",
    "Lumen Mineral SPF 50": "Zinc oxide\nTitanium dioxide",
    "Lumen Vitamin C Serum": "Ascorbic acid\nFerulic acid",
    "Tretinoin 0.05 % cream": "Tretinoin\nStearyl alcohol\nButylated hydroxytoluene",
    "Needling cartridge 36": "Nickel (steel needles)",
    "Hyaluronidase 1500": "Hyaluronidase",
}

TOXINS = ("Velaxin 100", "Serenox 50", "Novalyne 100", "Calmora Liquid")
SOFT = ("Hyalis Soft", "Dermaviva Lip", "Juvelle Classic")
DEEP = ("Hyalis Volume", "Dermaviva Contour", "Juvelle Classic", "Resilica Deep")
GLABELLA = Item("glabella", 16, 24, 2)
FOREHEAD = Item("forehead", 8, 14, 2)
CROWS_FEET = Item("crow's feet", 16, 26, 2)

PROTOCOLS = (
    Protocol("Wrinkle relaxing, 1 area", TOXIN, 16, 14_000, 14, TOXINS, (GLABELLA,)),
    Protocol("Wrinkle relaxing, 2 areas", TOXIN, 30, 18_500, 14, TOXINS, (GLABELLA, FOREHEAD)),
    Protocol("Wrinkle relaxing, 3 areas", TOXIN, 38, 22_500, 14, TOXINS,
             (GLABELLA, FOREHEAD, CROWS_FEET)),
    Protocol("Wrinkle relaxing, crow's feet", TOXIN, 6, 14_000, 14, TOXINS, (CROWS_FEET,)),
    Protocol("Masseter reduction", TOXIN, 4, 25_000, 21, TOXINS, (Item("masseter", 40, 60, 5),)),
    Protocol("Underarm sweating", TOXIN, 3, 39_500, 21, TOXINS, (Item("axilla", 90, 100, 10),)),
    Protocol("Bunny lines", TOXIN, 3, 9_000, 14, TOXINS, (Item("nose", 4, 8, 2),)),
    Protocol("Lip filler 0.5 ml", FILLER, 22, 16_000, 14, SOFT, (Item("lips", 0.5, 0.5, 0.1),)),
    Protocol("Lip filler 1 ml", FILLER, 26, 24_000, 14, SOFT, (Item("lips", 0.8, 1.0, 0.1),)),
    Protocol("Cheek filler", FILLER, 16, 39_000, 21, DEEP, (Item("cheeks", 1.0, 2.0, 0.5),)),
    Protocol("Nasolabial folds", FILLER, 14, 26_000, 14, DEEP,
             (Item("nasolabial folds", 0.8, 1.2, 0.1),)),
    Protocol("Tear trough", FILLER, 7, 34_000, 28, ("Hyalis Soft", "Juvelle Classic"),
             (Item("tear trough", 0.4, 1.0, 0.1),)),
    Protocol("Jawline and chin", FILLER, 10, 52_000, 21, DEEP,
             (Item("jawline", 1.0, 2.0, 0.5), Item("chin", 0.5, 1.0, 0.1))),
    Protocol("Marionette lines", FILLER, 5, 26_000, 14, DEEP,
             (Item("marionette lines", 0.5, 1.0, 0.1),)),
    Protocol("Skin booster, face", BOOSTER, 55, 19_500, 28,
             ("Aquavie Hydro", "Idralume H+L", "Renuvia PN"), (Item("face", 2.0, 2.5, 0.5),)),
    Protocol("Skin booster, face and neck", BOOSTER, 25, 29_500, 28,
             ("Aquavie Hydro", "Idralume H+L", "Renuvia PN"),
             (Item("face", 2.0, 2.0, 0.5), Item("neck", 1.0, 2.0, 0.5))),
    Protocol("Skin booster, hands", BOOSTER, 8, 17_500, 28, ("Aquavie Hydro", "Idralume H+L"),
             (Item("hands", 1.0, 2.0, 0.5),)),
    Protocol("Under-eye rejuvenation", BOOSTER, 12, 21_000, 28, ("Renuvia PN", "Aquavie Hydro"),
             (Item("under eyes", 1.0, 2.0, 0.5),)),
    Protocol("Glycolic peel", SKIN, 40, 6_500, 28, ("Glycolic acid 30 %",),
             (Item("face", 2.0, 4.0, 0.5),)),
    Protocol("Salicylic peel", SKIN, 32, 6_500, 28, ("Salicylic acid 20 %",),
             (Item("face", 2.0, 4.0, 0.5),)),
    Protocol("TCA peel", SKIN, 12, 12_000, 14, ("TCA 15 %",), (Item("face", 1.5, 3.0, 0.5),)),
    Protocol("Back peel", SKIN, 8, 8_500, 28, ("Salicylic acid 20 %", "Glycolic acid 30 %"),
             (Item("back", 4.0, 8.0, 1.0),)),
    Protocol("Home care: night cream", CARE, 34, 5_800, 0, ("Lumen Retinal Night Cream",),
             (Item("home use", 30, 30, 1),)),
    Protocol("Home care: sun protection", CARE, 40, 3_200, 0, ("Lumen Mineral SPF 50",),
             (Item("home use", 50, 50, 1),)),
    Protocol("Home care: vitamin C", CARE, 18, 6_400, 0,("Lumen Vitamin C Serum",),
             (Item("home use", 30, 30, 1),)),
    Protocol("Prescription skin care", CARE, 10, 7_500, 42,("Tretinoin 0.05 % cream",),
             (Item("home use", 20, 20, 1),)),
    Protocol("Microneedling", DEVICE, 45, 16_000, 28, ("Needling cartridge 36",),
             (Item("face", 1, 1, 1),)),
    Protocol("LED light therapy", DEVICE, 25, 4_500, 0, ("LED light panel",),
             (Item("face", 1, 1, 1),)),
    Protocol("Laser hair removal", DEVICE, 30, 9_000, 35, ("Laser hair removal tip",),
             (Item("lower legs", 1, 1, 1), Item("bikini line", 1, 1, 1))),
    Protocol("Dissolving filler", CORRECTION, 1, 12_000, 7, ("Hyaluronidase 1500",),
             (Item("lips", 150, 600, 50),)),
)  # fmt: skip
