"""What practitioners write: short notes put together from phrases, as many of them are in life."""

from itertools import product
from typing import Any

import numpy as np

from lib.demo import columns
from lib.demo.catalogue import BOOSTER, CARE, CORRECTION, DEVICE, FILLER, PROGRAMMES, SKIN, TOXIN
from lib.demo.columns import Flags, Ints, Random

BEFORE = (
    "Medical history checked, no change.",
    "Medical history updated today.",
    "Photographs taken before treatment.",
    "Pleased with the last result.",
    "Last treatment held well.",
    "Would like the same as before.",
)
FIRST = (
    "First treatment. Risks and alternatives discussed, consent signed.",
    "First visit for this. Leaflet given, questions answered, consent signed.",
    "First treatment after consultation. Expectations are realistic.",
)
DONE = {
    TOXIN: (
        "Reconstituted with 2.5 ml bacteriostatic saline.",
        "Brow position checked before injecting; lateral forehead left light.",
        "Standard points, aspirated throughout.",
        "Slight asymmetry of the brow noted and balanced.",
    ),
    FILLER: (
        "Cannula, 25G, slow retrograde threads.",
        "Needle technique, small aliquots, capillary refill checked.",
        "Topical anaesthetic 20 minutes. Even result, massaged.",
        "Conservative volume; review before adding more.",
    ),
    BOOSTER: (
        "Ten points, papules settled within the hour.",
        "Micro-boluses along the cheek, well tolerated.",
        "Even spread, no vessels caught.",
        "Cannula for the lower face.",
    ),
    SKIN: (
        "Three layers, neutralised at four minutes.",
        "Even frosting, no hot spots.",
        "Mild erythema only. Cool compress.",
        "Patch test read and clear.",
    ),
    CARE: (
        "Routine explained step by step.",
        "Patch test advised before daily use.",
        "Sample given to try at home first.",
        "Full size taken home today.",
    ),
    DEVICE: (
        "Moderate settings, well tolerated.",
        "1.5 mm depth, pinpoint bleeding only.",
        "Test area clear, full treatment given.",
        "Eye protection worn throughout.",
    ),
    CORRECTION: (
        "Hyaluronidase in small doses over the nodule; softened within minutes.",
        "Patch test negative. Product dissolved as the patient asked.",
        "Overfilled border reduced; review in a week.",
        "Tyndall effect treated, colour much better.",
    ),
}
AFTER = (
    "Aftercare given in writing.",
    "Aftercare given; knows whom to call out of hours.",
    "No immediate concerns on leaving.",
    "Small bruise, arnica advised.",
    "Review offered.",
)
# What is said about a cream or about filler gone wrong is not said about the rest.
OWN_FIRST = {
    CARE: ("Skin looked at, products chosen together.", "Asked for advice at the desk."),
    CORRECTION: ("Came back unhappy with the result.", "Felt a lump since the filler."),
}
OWN_BEFORE = {
    CARE: ("Running low on the last one.", "Skin doing well.", "Wants to go on with it."),
    CORRECTION: ("Came back unhappy with the result.", "A second small dose was needed."),
}
OWN_AFTER = {
    CARE: (
        "Use at night, sunscreen by day.",
        "To stop and ring if it stings.",
        "Leaflet given.",
        "Every other day for the first two weeks.",
    ),
    CORRECTION: (
        "Observed for an hour, no reaction.",
        "Swelling expected for two days; photographs taken.",
        "Refill not before two weeks.",
    ),
}
CONSULTED = {
    "proceed": (
        "Suitable. Risks, alternatives and cost discussed; cooling-off offered.",
        "Medical history taken, nothing against treatment. Wishes to go ahead.",
        "Face-to-face with the prescriber. Suitable for the plan discussed.",
        "Realistic about results; plan agreed and written down.",
    ),
    "thinking_it_over": (
        "Wants to think about cost; written quotation given.",
        "Will talk to her partner and ring back.",
        "Undecided between two treatments; leaflets given.",
        "Came for advice before a wedding; may return in spring.",
    ),
    "patient_declined": (
        "Decided against treatment after hearing the risks.",
        "Preferred not to go ahead; no further contact wanted.",
        "Expected a surgical result; understood this is not one.",
    ),
    "clinic_declined": (
        "Pregnant; advised to return after breastfeeding.",
        "Expectations could not be met; declined kindly.",
        "Active skin infection in the area; to see the GP first.",
        "Signs of body dysmorphia; treatment not in her interest, GP suggested.",
        "On anticoagulants after a recent stent; not treated.",
    ),
    "under_age": (
        "Under 18 on proof of age. Treatment refused, law explained, leaflet given.",
        "Asked for lip filler; passport shows under 18. Turned away with parent present.",
        "Brought a friend's ID at first. Under 18: no treatment, no deposit taken.",
    ),
}


def treatment_notes(random: Random, programme: Ints, is_first: Flags) -> Any:  # noqa: ANN401
    """Return a note a treatment that suits its programme; one in nine has none."""
    words: list[str] = []
    starts, sizes, first_sizes = [], [], []
    for code in range(PROGRAMMES):
        after = OWN_AFTER.get(code, AFTER)
        firsts = _sentences(OWN_FIRST.get(code, FIRST), DONE[code], after)
        later = _sentences(OWN_BEFORE.get(code, BEFORE), DONE[code], after)
        starts.append(len(words))
        first_sizes.append(len(firsts))
        sizes.append(len(later))
        words += firsts + later
    share = random.random(len(programme))
    first_size = np.array(first_sizes)[programme]
    within = np.where(
        is_first,
        (share * first_size).astype(np.int64),
        first_size + (share * np.array(sizes)[programme]).astype(np.int64),
    )
    blank = ~is_first & columns.chance(random, 0.11, len(programme))
    return columns.coded(np.where(blank, -1, np.array(starts)[programme] + within), words)


def _sentences(*parts: tuple[str, ...]) -> list[str]:
    return [" ".join(chosen) for chosen in product(*parts)]


def consultation_notes(random: Random, outcome: Ints, outcomes: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Return a note a consultation that suits its outcome."""
    words = [note for word in outcomes for note in CONSULTED[word]]
    sizes = np.array([len(CONSULTED[word]) for word in outcomes])
    starts = np.cumsum(sizes) - sizes
    within = (random.random(len(outcome)) * sizes[outcome]).astype(np.int64)
    return columns.coded(starts[outcome] + within, words)
