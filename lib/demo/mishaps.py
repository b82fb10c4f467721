"""What went wrong after a few of the synthetic treatments: adverse events, tied to their lots."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.accounts import STAFF
from lib.demo.catalogue import BOOSTER, DEVICE, FILLER, PROGRAMMES, SKIN, TOXIN
from lib.demo.columns import ABSENT, Ints, Random, weighted
from lib.demo.crowd import Crowd
from lib.demo.stock import Stock
from lib.demo.treatments import Treatments

SEVERITIES = ("mild", "moderate", "severe")


@dataclass(frozen=True, slots=True)
class Mishap:
    """One kind of adverse event: its programme, words, weight, severity code and reporting."""

    programme: int
    description: str
    weight: float
    severity: int
    action: str
    is_reported: bool = False


EVENT_SHARES = {TOXIN: 0.009, FILLER: 0.021, BOOSTER: 0.012, SKIN: 0.010, DEVICE: 0.008}
MISHAPS = (
    Mishap(TOXIN, "Headache for three days", 30, 0, "Paracetamol; settled"),
    Mishap(TOXIN, "Bruise at the injection point", 30, 0, "Reassured; arnica"),
    Mishap(
        TOXIN, "Eyelid ptosis, left", 7, 1, "Apraclonidine drops; reviewed weekly", is_reported=True
    ),
    Mishap(TOXIN, "Brow heaviness", 16, 0, "Reassured; lighter forehead next time"),
    Mishap(TOXIN, "Asymmetric smile", 4, 1, "Reviewed at two and six weeks; resolved"),
    Mishap(FILLER, "Marked bruising and swelling", 44, 0, "Cold compress; settled in ten days"),
    Mishap(FILLER, "Tender nodule at four weeks", 14, 1, "Massage, then hyaluronidase"),
    Mishap(
        FILLER,
        "Delayed swelling after an infection",
        8,
        1,
        "Oral antihistamine; GP informed",
        is_reported=True,
    ),
    Mishap(FILLER, "Cold sore outbreak", 10, 0, "Aciclovir; prophylaxis advised"),
    Mishap(
        FILLER,
        "Vascular occlusion, upper lip",
        1.2,
        2,
        "High-dose hyaluronidase at once; resolved without loss",
        is_reported=True,
    ),
    Mishap(FILLER, "Visible product under the eye", 7, 0, "Dissolved at review"),
    Mishap(BOOSTER, "Papules lasting a week", 30, 0, "Reassured"),
    Mishap(
        BOOSTER,
        "Allergic swelling of the cheeks",
        4,
        1,
        "Prednisolone from the GP",
        is_reported=True,
    ),
    Mishap(SKIN, "Post-inflammatory darkening", 12, 1, "Sun protection, azelaic acid; fading"),
    Mishap(SKIN, "Superficial burn, 1 cm", 6, 1, "Dressing, daily review", is_reported=True),
    Mishap(SKIN, "Prolonged redness", 30, 0, "Emollient; settled"),
    Mishap(DEVICE, "Blister on the shin", 8, 1, "Dressing; settings lowered"),
    Mishap(DEVICE, "Redness for four days", 30, 0, "Reassured"),
)


def adverse_events(random: Random, crowd: Crowd, given: Treatments, stock: Stock) -> pa.Table:
    """Return the adverse_event table of a crowd, each tied to its treatment, product and lot."""
    shares = np.array([EVENT_SHARES.get(code, 0.0) for code in range(PROGRAMMES)])
    happened = random.random(len(given)) < shares[given.visits.programme]
    chosen = np.flatnonzero(happened & given.is_current)
    which = _which(random, given.visits.programme[chosen])
    wanted = given.visits.day[chosen] + 1 + random.geometric(0.12, len(chosen))
    fits = (wanted < crowd.as_of) & _alive(crowd, given.visits.row[chosen], wanted)
    chosen, which, day = chosen[fits], which[fits], wanted[fits]
    severity = np.array([mishap.severity for mishap in MISHAPS])
    reported = np.array([mishap.is_reported for mishap in MISHAPS])[which]
    recorded = columns.moments(random, day)
    reported_on = np.minimum(day + random.integers(0, 6, len(day)), crowd.as_of - 1)
    keys = columns.uuids(random, recorded)
    return pa.table(
        {
            "adverse_event_id": keys,
            "series_id": keys,
            "version": columns.same(1, len(day)),
            "patient_id": columns.pick(crowd.patient_id, given.visits.row[chosen]),
            "treatment_id": columns.pick(given.treatment_id, chosen),
            "product_id": columns.pick(stock.product_id, given.product[chosen]),
            "lot_id": columns.pick(stock.lot_id, given.lot[chosen]),
            "occurred_on": columns.dates(day),
            "description": columns.coded(which, [mishap.description for mishap in MISHAPS]),
            "severity": columns.coded(severity[which], SEVERITIES),
            "action_taken": columns.coded(which, [mishap.action for mishap in MISHAPS]),
            "is_reported": pa.array(reported),
            "reported_on": columns.dates(np.where(reported, reported_on, ABSENT)),
            "recorded_at": columns.instants(recorded),
            "recorded_by": columns.same(str(STAFF.person_id), len(recorded)),
        }
    )


def _alive(crowd: Crowd, row: Ints, day: Ints) -> columns.Flags:
    return np.asarray((crowd.died[row] == ABSENT) | (crowd.died[row] > day))


def _which(random: Random, programme: Ints) -> Ints:
    which = np.zeros(len(programme), dtype=np.int64)
    for code in EVENT_SHARES:
        choices = [place for place, mishap in enumerate(MISHAPS) if mishap.programme == code]
        at = np.flatnonzero(programme == code)
        weights = [MISHAPS[choice].weight for choice in choices]
        which[at] = np.array(choices)[weighted(random, weights, len(at))]
    return which
