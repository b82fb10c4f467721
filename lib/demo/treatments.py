"""Treatments of the synthetic clinic: who gave them, with what lot and dose, at what price."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from lib.demo import columns, wording
from lib.demo.accounts import STAFF
from lib.demo.calendar import Calendar
from lib.demo.catalogue import CORRECTION, MEDICAL, PRODUCTS, PROTOCOLS, TOXIN
from lib.demo.columns import ABSENT, DAY_SECONDS, Flags, Floats, Ints, Random, chance
from lib.demo.crowd import Crowd
from lib.demo.scene import Scene
from lib.demo.stock import Stock
from lib.demo.team import Team
from lib.demo.visits import Visits

CORRECTED_SHARE = 0.004
NO_FOLLOW_UP_SHARE = 0.07
LONGEST_HOLIDAY_DAYS = 5
USUAL_PRACTITIONER_SHARE = 0.8
# Prices rise by this much a year, by programme; a new list every January.
RISES = (0.032, 0.041, 0.036, 0.027, 0.025, 0.030, 0.020)
PRICE_STEP = 500
CARE_STEP = 100
DISCOUNT_SHARE = 0.06
EXPIRED_LOTS_USED = 2
SIZES = np.array([len(protocol.items) for protocol in PROTOCOLS])
REASONS = (
    "Dose mis-keyed; corrected from the treatment card",
    "The first entry had the planned dose, not the dose given",
    "Dose read from the wrong line of the card",
    "Practitioner corrected the dose after the stock count",
)


@dataclass(frozen=True, slots=True)
class Treatments:
    """Everything decided about the treatments of a crowd, a row a version."""

    visits: Visits
    version: Ints
    # Row of version 1, for every row.
    origin: Ints
    practitioner: Ints
    prescriber: Ints
    product: Ints
    lot: Ints
    pence: Ints
    recorded: Ints
    superseded: Ints
    treatment_id: Any

    def __len__(self) -> int:
        """Return how many versions there are."""
        return len(self.version)

    @property
    def is_current(self) -> Flags:
        """Tell which versions are not superseded."""
        return np.asarray(self.superseded == ABSENT)


def treatments(random: Random, crowd: Crowd, visits: Visits, scene: Scene) -> Treatments:
    """Return the treatments of a crowd, with a second version of the few that were corrected."""
    calendar, stock = scene.calendar, scene.stock
    corrected = np.flatnonzero(
        chance(random, CORRECTED_SHARE, len(visits)) & (visits.day < calendar.as_of - 20)
    )
    origin = np.sort(np.concatenate((np.arange(len(visits)), corrected)))
    version = 1 + (np.diff(origin, prepend=-1) == 0).astype(np.int64)
    given = visits.at(origin)
    practitioner, prescriber = _people(random, crowd, visits, scene.team)
    product = _products(random, crowd, visits, stock)[origin]
    recorded = calendar.in_utc(columns.moments(random, visits.day, 10, 8))[origin]
    corrected_at = recorded + random.integers(1, 15, len(origin)) * DAY_SECONDS
    # A second version stands right after the first, and is recorded when that is superseded.
    is_second = version > 1
    superseded = np.where(np.roll(is_second, -1), corrected_at, ABSENT)
    recorded = np.where(is_second, np.roll(corrected_at, 1), recorded)
    return Treatments(
        visits=given,
        version=version,
        origin=np.searchsorted(origin, origin, side="left").astype(np.int64),
        practitioner=practitioner[origin],
        prescriber=prescriber[origin],
        product=product,
        lot=stock.lot_for(product, given.day, random.random(len(visits))[origin]),
        pence=_prices(random, visits, calendar)[origin],
        recorded=recorded,
        superseded=superseded,
        treatment_id=columns.uuids(random, recorded),
    )


def with_expired_lots(random: Random, given: Treatments, stock: Stock) -> Treatments:
    """Return the treatments with two that used a lot out of date, for somebody to find."""
    lot = given.lot.copy()
    toxins = np.flatnonzero((given.visits.programme == TOXIN) & (given.version == 1))
    first = np.searchsorted(stock.lot_product, given.product[toxins], side="left")
    late = toxins[given.visits.day[toxins] > stock.expires[first]]
    if len(late):
        chosen = random.choice(late, min(EXPIRED_LOTS_USED, len(late)), replace=False)
        lot[chosen] = np.searchsorted(stock.lot_product, given.product[chosen], side="left")
    return replace(given, lot=lot)


def table(random: Random, crowd: Crowd, given: Treatments, scene: Scene) -> pa.Table:
    """Return the treatment table of a crowd."""
    names = [protocol.name for protocol in PROTOCOLS]
    reasons = random.integers(0, len(REASONS), len(given))
    follow_ups = _follow_ups(random, given, scene.calendar)
    notes = wording.treatment_notes(random, given.visits.programme, given.visits.is_first)
    return pa.table(
        {
            "treatment_id": given.treatment_id,
            "series_id": columns.pick(given.treatment_id, given.origin),
            "version": pa.array(given.version),
            "patient_id": columns.pick(crowd.patient_id, given.visits.row),
            "name": columns.coded(given.visits.protocol, names),
            "treated_on": columns.dates(given.visits.day),
            "practitioner_id": columns.pick(scene.team.practitioner_id, given.practitioner),
            "prescriber_id": columns.pick(scene.team.practitioner_id, given.prescriber),
            # A correction changes the dose; the note and the follow-up stay as they were.
            "notes": columns.pick(notes, given.origin),
            "price_pence": pa.array(given.pence),
            "follow_up_due_on": columns.dates(follow_ups[given.origin]),
            "superseded_at": columns.instants(given.superseded),
            "correction_reason": columns.coded(np.where(given.version > 1, reasons, -1), REASONS),
            "recorded_at": columns.instants(given.recorded),
            "recorded_by": columns.same(str(STAFF.person_id), len(given)),
        }
    )


def items(random: Random, crowd: Crowd, given: Treatments, stock: Stock) -> pa.Table:
    """Return the treatment_item table of a crowd: a row an area."""
    areas = [item for protocol in PROTOCOLS for item in protocol.items]
    counts = _counts(given)
    each, item = areas_of(given)
    # Both versions of a corrected treatment start from the same dose in each area.
    first = (np.cumsum(counts) - counts)[given.origin][each] + columns.places(counts)
    doses = _doses(random, item, areas)[first]
    # The first entry of a corrected treatment had too much or too little.
    wrong = ~given.is_current[each]
    steps = np.array([area.step for area in areas])[item]
    product = given.product[each]
    units = [product.unit for product in PRODUCTS]
    return pa.table(
        {
            "treatment_item_id": columns.uuids(random, given.recorded[each]),
            "treatment_id": columns.pick(given.treatment_id, each),
            "patient_id": columns.pick(crowd.patient_id, given.visits.row[each]),
            "product_id": columns.pick(stock.product_id, product),
            "lot_id": columns.pick(stock.lot_id, given.lot[each]),
            "area": columns.coded(item, [area.area for area in areas]),
            "dose": pa.array(np.round(np.where(wrong, doses + steps, doses), 3)),
            "unit": columns.coded(product, units),
        }
    )


def areas_of(given: Treatments) -> tuple[Ints, Ints]:
    """Return the treatment and the area of each item; areas count through all protocols."""
    counts = _counts(given)
    each = np.repeat(np.arange(len(given)), counts)
    first = (np.cumsum(SIZES) - SIZES)[given.visits.protocol][each]
    return each, first + columns.places(counts)


def listed_prices(protocol: Ints, days: Ints, calendar: Calendar) -> Ints:
    """Return the price in pence that stood on the list for each protocol on each day."""
    base = np.array([one.pence for one in PROTOCOLS])[protocol]
    programme = np.array([one.programme for one in PROTOCOLS])[protocol]
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    start = np.array([calendar.first]).astype("datetime64[D]").astype("datetime64[Y]")
    rise = (1 + np.array(RISES)[programme]) ** (years - start.astype(np.int64))
    step = np.where(base < 10 * CARE_STEP * 10, CARE_STEP, PRICE_STEP)
    return np.asarray(np.round(base * rise / step).astype(np.int64) * step)


def _counts(given: Treatments) -> Ints:
    return np.asarray(SIZES[given.visits.protocol])


def _people(random: Random, crowd: Crowd, visits: Visits, team: Team) -> tuple[Ints, Ints]:
    own = random.random(len(crowd))[visits.row]
    usual = chance(random, USUAL_PRACTITIONER_SHARE, len(visits))
    share = np.where(usual, own, random.random(len(visits)))
    injects = np.isin(visits.programme, list(MEDICAL))
    practitioner = np.where(
        injects, team.injectors.on(visits.day, share), team.everyone.on(visits.day, share)
    )
    prescribed = np.array(
        [any(_is_prescription_only(name) for name in p.products) for p in PROTOCOLS]
    )[visits.protocol]
    other = team.prescribers.on(visits.day, random.random(len(visits)))
    prescriber = np.where(team.is_prescriber[practitioner], practitioner, other)
    return practitioner, np.where(prescribed, prescriber, -1)


def _is_prescription_only(name: str) -> bool:
    return any(p.name == name and p.is_prescription_only for p in PRODUCTS)


def _products(random: Random, crowd: Crowd, visits: Visits, stock: Stock) -> Ints:
    own = random.random(len(crowd))[visits.row]
    share = np.where(chance(random, 0.9, len(visits)), own, random.random(len(visits)))
    return stock.product_for(visits.protocol, visits.day, share)


def _prices(random: Random, visits: Visits, calendar: Calendar) -> Ints:
    listed = listed_prices(visits.protocol, visits.day, calendar)
    discount = np.where(chance(random, DISCOUNT_SHARE, len(visits)), 0.9, 1.0)
    free = (visits.programme == CORRECTION) & chance(random, 0.7, len(visits))
    return np.where(free, 0, np.round(listed * discount).astype(np.int64))


def _follow_ups(random: Random, given: Treatments, calendar: Calendar) -> Ints:
    days = np.array([protocol.follow_up_days for protocol in PROTOCOLS])[given.visits.protocol]
    none = (days == 0) | chance(random, NO_FOLLOW_UP_SHARE, len(given))
    planned = given.visits.day + days
    open_day = calendar.open_on_or_after(planned)
    # A review that fell into a lockdown was planned before anybody knew of it.
    due = np.where(open_day - planned > LONGEST_HOLIDAY_DAYS, planned, open_day)
    return np.where(none, ABSENT, due)


def _doses(random: Random, item: Ints, areas: list[Any]) -> Floats:
    low = np.array([area.low for area in areas])[item]
    high = np.array([area.high for area in areas])[item]
    step = np.array([area.step for area in areas])[item]
    steps = np.floor((high - low) / step + 1e-9) + 1
    return np.asarray(low + np.floor(random.random(len(item)) * steps) * step)
