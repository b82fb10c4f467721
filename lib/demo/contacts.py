"""How synthetic patients are reached: phones, emails, addresses and what contact they accept.

Landlines are in Ofcom's ranges for drama, emails at domains reserved for examples.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from lib.demo import columns, lexicon
from lib.demo.columns import ABSENT, Ints, Random, Texts, chance
from lib.demo.crowd import ENQUIRED, Crowd, postcodes

NO_MOBILE_SHARE = 0.03
LANDLINE_SHARE = 0.14
NO_EMAIL_SHARE = 0.06
NO_ADDRESS_SHARE = 0.04
FORMER_SHARE = 0.09
SOURCE = "patient"
STREETS = (
    "Acorn", "Albion", "Alma", "Ashfield", "Back", "Balmoral", "Bank", "Beech", "Belmont", "Birch",
    "Bridge", "Brook", "Cardigan", "Castle", "Cavendish", "Cedar", "Chapel", "Cherry Tree",
    "Church", "Clarence", "Cliff", "Coppice", "Cross", "Dale", "Devonshire", "Eastfield", "Elm",
    "Fairfield", "Fern", "Foundry", "Garden", "Gledhow", "Grange", "Green", "Grove", "Harehills",
    "Hawthorn", "Heath", "High", "Hill", "Hillside", "Holly", "Jubilee", "King", "Kirkgate",
    "Lakeside", "Lime", "Lower", "Manor", "Market", "Meadow", "Mill", "Moor", "Nelson", "New",
    "North", "Oak", "Old Hall", "Orchard", "Park", "Pine", "Poplar", "Primrose", "Priory", "Queen",
    "Quarry", "Railway", "Rectory", "Regent", "Ridge", "River", "Rose", "Rowan", "School", "Silver",
    "South", "Spring", "Springfield", "St Ann's", "St Mary's", "Station", "Stone", "Sunny",
    "Sycamore", "The", "Thorn", "Union", "Upper", "Valley", "Vicarage", "Victoria", "Water",
    "Wellington", "West", "Westfield", "Willow", "Windsor", "Wood", "York",
)  # fmt: skip
WAYS = ("Road", "Street", "Avenue", "Lane", "Close", "Drive", "Way", "Terrace", "Crescent",
        "Gardens", "Grove", "Court", "Mews", "Place", "Rise", "Walk")  # fmt: skip
WAY_WEIGHTS = (20, 18, 14, 10, 9, 9, 5, 5, 4, 3, 3, 3, 1, 2, 1, 1)
CHANNELS = ("email", "sms", "phone", "post")
CHANNEL_KNOWN = (0.75, 0.70, 0.30, 0.20)
CHANNEL_ACCEPTED = (0.62, 0.68, 0.35, 0.30)


def tables(random: Random, crowd: Crowd) -> dict[str, pa.Table]:
    """Return the tables of phones, emails, addresses and contact preferences of a crowd."""
    return {
        "patient_phone": _phones(random, crowd),
        "patient_email": _emails(random, crowd),
        "patient_address": _addresses(random, crowd),
        "contact_preference": _preferences(random, crowd),
    }


def _recorded(random: Random, crowd: Crowd, rows: Ints, key: str) -> dict[str, Any]:
    """Return the columns that every contact has: its id, its patient, where it came from."""
    return {
        key: columns.uuids(random, crowd.created[rows]),
        "patient_id": columns.pick(crowd.patient_id, rows),
        "source": columns.same(SOURCE, len(rows)),
        "recorded_at": columns.instants(crowd.created[rows]),
    }


def _phones(random: Random, crowd: Crowd) -> pa.Table:
    mobiles = np.flatnonzero(~chance(random, NO_MOBILE_SHARE, len(crowd)))
    landlines = np.flatnonzero(chance(random, LANDLINE_SHARE, len(crowd)))
    styles = random.integers(0, 4, len(mobiles))
    given = [_styled(int(n), int(s)) for n, s in zip(crowd.mobile[mobiles], styles, strict=True)]
    ends = random.integers(0, 1000, len(landlines))
    dialling = lexicon.places().dialling[crowd.place[landlines]]
    fixed = [f"{range_}{end:03d}" for range_, end in zip(dialling, ends, strict=True)]
    rows = np.concatenate((mobiles, landlines))
    has_mobile = np.zeros(len(crowd), dtype=np.bool_)
    has_mobile[mobiles] = True
    is_mobile = np.arange(len(rows)) < len(mobiles)
    return _by_patient(
        rows,
        {
            **_recorded(random, crowd, rows, "patient_phone_id"),
            "kind": columns.coded((~is_mobile).astype(np.int64), ("mobile", "home")),
            "number": pa.array(
                [f"+44{number}" for number in crowd.mobile[mobiles].tolist()]
                + ["+44" + number[1:].replace(" ", "") for number in fixed]
            ),
            "number_as_given": pa.array(given + fixed),
            "is_preferred": pa.array(is_mobile | ~has_mobile[rows]),
            "valid_from": columns.dates(crowd.registered[rows]),
        },
    )


def _styled(number: int, style: int) -> str:
    digits = str(number)
    if style == 0:
        return f"0{digits[:4]} {digits[4:]}"
    if style == 1:
        return f"0{digits}"
    if style == 2:  # noqa: PLR2004
        return f"+44 {digits[:4]} {digits[4:]}"
    return f"0{digits[:4]} {digits[4:7]} {digits[7:]}"


def _emails(random: Random, crowd: Crowd) -> pa.Table:
    known = ~chance(random, NO_EMAIL_SHARE, len(crowd))
    rows = np.flatnonzero(known)
    return pa.table(
        {
            **_recorded(random, crowd, rows, "patient_email_id"),
            "email": columns.texts(crowd.email[rows]),
            "is_preferred": columns.same(value=True, rows=len(rows)),
            "valid_from": columns.dates(crowd.registered[rows]),
        }
    )


def _addresses(random: Random, crowd: Crowd) -> pa.Table:
    enquired = crowd.kind == ENQUIRED
    known = ~chance(random, NO_ADDRESS_SHARE, len(crowd)) & (
        ~enquired | chance(random, 0.5, len(crowd))
    )
    current = np.flatnonzero(known)
    former = current[chance(random, FORMER_SHARE, len(current))]
    rows = np.concatenate((current, former))
    is_current = np.arange(len(rows)) < len(current)
    moved = _moving_days(random, crowd, former)
    places = lexicon.places()
    start = crowd.registered[rows]
    start[np.searchsorted(current, former)] = moved
    ended = np.full(len(rows), ABSENT, dtype=np.int64)
    ended[len(current) :] = moved
    line_1, line_2 = _lines(random, crowd, rows, is_current)
    postcode = crowd.postcode[rows]
    postcode[len(current) :] = postcodes(random, crowd.place[former])
    return _by_patient(
        rows,
        {
            **_recorded(random, crowd, rows, "patient_address_id"),
            "line_1": columns.texts(line_1),
            "line_2": columns.texts(line_2),
            "town": columns.texts(places.town[crowd.place[rows]]),
            "county": columns.texts(places.county[crowd.place[rows]]),
            "postcode": columns.texts(postcode),
            "country": columns.same("United Kingdom", len(rows)),
            "is_preferred": pa.array(is_current),
            "valid_from": columns.dates(start),
            "valid_until": columns.dates(ended),
        },
    )


def _moving_days(random: Random, crowd: Crowd, former: Ints) -> Ints:
    """Return when each of those who moved did so: some time after they joined."""
    joined = crowd.registered[former]
    return joined + (random.random(len(former)) * (crowd.as_of - joined)).astype(np.int64)


def _lines(random: Random, crowd: Crowd, rows: Ints, is_current: Any) -> tuple[Texts, Texts]:  # noqa: ANN401
    count = len(rows)
    # The same postcode is the same street, so that twins and stayers share an address.
    seeds = np.array([hash_of(code) for code in crowd.postcode[rows]], dtype=np.int64)
    seeds = np.where(is_current, seeds, random.integers(0, 2**31, count))
    edges = np.cumsum(WAY_WEIGHTS)
    ways = np.searchsorted(edges, (seeds // 97) % edges[-1], side="right")
    houses = (seeds // 11) % 148 + 1
    lines = np.array(
        [
            f"{house} {STREETS[street]} {WAYS[way]}"
            for house, street, way in zip(houses, seeds % len(STREETS), ways, strict=True)
        ],
        dtype=np.object_,
    )
    flats = (seeds // 7) % 100 < 12  # noqa: PLR2004 - one home in eight is a flat
    first = np.array([f"Flat {number}" for number in seeds % 23 + 1], dtype=np.object_)
    second = np.full(count, None, dtype=np.object_)
    second[flats] = lines[flats]
    return np.where(flats, first, lines), second


def hash_of(text: str) -> int:
    """Return a number that is the same for the same text in every run."""
    number = 7
    for letter in text:
        number = (number * 131 + ord(letter)) % 2_147_483_647
    return number


def _preferences(random: Random, crowd: Crowd) -> pa.Table:
    stated = [np.flatnonzero(chance(random, share, len(crowd))) for share in CHANNEL_KNOWN]
    rows = np.concatenate(stated)
    channel = np.repeat(np.arange(len(CHANNELS)), [len(found) for found in stated])
    accepted = random.random(len(rows)) < np.array(CHANNEL_ACCEPTED)[channel]
    return _by_patient(
        rows,
        {
            **_recorded(random, crowd, rows, "contact_preference_id"),
            "channel": columns.coded(channel, CHANNELS),
            "is_accepted": pa.array(accepted),
            "stated_on": columns.dates(crowd.registered[rows]),
        },
    )


def _by_patient(rows: Ints, table: dict[str, Any]) -> pa.Table:
    return pa.table(table).take(pa.array(np.argsort(rows, kind="stable")))
