"""Templates of the synthetic clinic, one a protocol, and the aftercare of recent treatments."""

from uuid import UUID

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.accounts import MANAGER
from lib.demo.calendar import Calendar
from lib.demo.catalogue import (
    BOOSTER,
    CARE,
    CORRECTION,
    DEVICE,
    FILLER,
    PROTOCOLS,
    SKIN,
    TOXIN,
    Item,
    Protocol,
)
from lib.demo.columns import DAY_SECONDS, Flags, Random, chance
from lib.demo.scene import Scene
from lib.demo.stock import Stock
from lib.demo.treatments import Treatments, listed_prices
from lib.domain.charts import Chart, region_of

# Since the clinic has charts and templates; what is older came without.
RECENT_DAYS = 60
TOLD_SHARE = 0.96
AFTERCARE = {
    TOXIN: "Stay upright for four hours and do not rub the area today. No sport, sauna or alcohol "
    "until tomorrow. It shows from day three and is complete after two weeks. Ring us about a "
    "drooping lid or double vision. Ring 999 for trouble swallowing, speaking or breathing.",
    FILLER: "Swelling and a bruise are usual for some days. No make-up for twelve hours, no "
    "pressure, heat or dentist for two weeks. Ring us at once, day or night, about growing pain, "
    "or skin that turns white or mottled. Ring 999 for any change in sight.",
    BOOSTER: "Small bumps settle within three days. No make-up until tomorrow, no sauna or sport "
    "for two days. Drink plenty and use SPF 50. Ring us about redness that spreads.",
    SKIN: "Only the mild cleanser and the plain cream for five days. Let flakes fall off. "
    "SPF 50 every day for four weeks, no sun. Ring us about blisters, weeping or fever.",
    CARE: "Begin every other evening with an amount like a pea. SPF 50 in the morning. Stop and "
    "ring us if the skin burns or swells. Not while pregnant.",
    DEVICE: "Red skin, as after the sun, is usual for two days. Only the mild cleanser and the "
    "plain cream, no make-up until tomorrow, no sauna or sport for two days. SPF 50 for four "
    "weeks. Ring us about redness that spreads, pustules or fever.",
    CORRECTION: "Swelling is usual until tomorrow. We keep you here for an hour. Ring 999 for "
    "trouble breathing or a swollen tongue, and us about anything else.",
}
# What a whole group's words would not fit.
OWN_AFTERCARE = {
    "Masseter reduction": "Stay upright for four hours and do not rub the cheeks today. No sport, "
    "sauna or alcohol until tomorrow. Chewing feels weaker from the second week; the face is "
    "slimmer after six. Ring us about a crooked smile. Ring 999 for trouble swallowing, speaking "
    "or breathing.",
    "Underarm sweating": "No deodorant, shaving, sport or sauna until tomorrow. It is dry within a "
    "week. Ring us about redness that spreads. Ring 999 for trouble swallowing, speaking or "
    "breathing.",
    "Skin booster, hands": "Small bumps settle within three days. Mild soap only and no hand cream "
    "until tomorrow; no sauna, gardening or heavy lifting for two days. SPF 50 on the hands. Ring "
    "us about redness that spreads.",
    "Home care: sun protection": "Put on two fingers' length every morning as the last step, and "
    "again every two hours in the sun. Stop and ring us if the skin burns or swells.",
    "Home care: vitamin C": "A few drops on dry skin in the morning, under SPF 50. Tingling for a "
    "minute is usual. Keep the bottle dark and closed. Stop and ring us if the skin burns or "
    "swells.",
    "LED light therapy": "Nothing to mind: make-up, sport and work as usual. Ring us about a "
    "headache that stays, or redness that is still there tomorrow.",
    "Laser hair removal": "Cool the skin today. No hot bath, sauna, sport or perfume there until "
    "tomorrow. Shave, do not pluck or wax. No sun, and SPF 50 for four weeks. Ring us about "
    "blisters or pain that grows.",
}


def aftercare_of(protocol: Protocol) -> str:
    """Return what a patient is told after a treatment."""
    return OWN_AFTERCARE.get(protocol.name, AFTERCARE[protocol.programme])


def tables(scene: Scene) -> dict[str, pa.Table]:
    """Return the treatment_template and treatment_template_item tables."""
    protocols = np.arange(len(PROTOCOLS))
    days = np.full(len(PROTOCOLS), scene.calendar.as_of - 1)
    begun = columns.instants(np.full(len(PROTOCOLS), scene.calendar.first * DAY_SECONDS))
    products = [_main_product(code, scene.stock, scene.calendar) for code in range(len(PROTOCOLS))]
    rows = [(code, place, item) for code, one in enumerate(PROTOCOLS) for place, item in
            enumerate(one.items)]  # fmt: skip
    return {
        "treatment_template": pa.table(
            {
                "template_id": pa.array([str(_key(1, code)) for code in range(len(PROTOCOLS))]),
                "product_id": columns.pick(scene.stock.product_id, np.array(products)),
                "name": pa.array([one.name for one in PROTOCOLS]),
                "chart": pa.array([_chart(one).value for one in PROTOCOLS]),
                "aftercare": pa.array([aftercare_of(one) for one in PROTOCOLS]),
                "follow_up_days": pa.array([one.follow_up_days or None for one in PROTOCOLS]),
                "price_pence": pa.array(listed_prices(protocols, days, scene.calendar)),
                "is_active": columns.same(value=True, rows=len(PROTOCOLS)),
                "version": columns.same(1, len(PROTOCOLS)),
                "changed_at": begun,
                "changed_by": columns.same(str(MANAGER.person_id), len(PROTOCOLS)),
            }
        ),
        "treatment_template_item": pa.table(
            {
                "template_item_id": pa.array([str(_key(2, row)) for row in range(len(rows))]),
                "template_id": pa.array([str(_key(1, code)) for code, _, _ in rows]),
                "position": pa.array([place for _, place, _ in rows]),
                "area": pa.array([item.area for _, _, item in rows]),
                "dose": pa.array([_usual(item) for _, _, item in rows]),
            }
        ),
    }


def is_recent(given: Treatments, calendar: Calendar) -> Flags:
    """Tell which treatments were recorded from a template, with points and aftercare."""
    return np.asarray(given.visits.day >= calendar.as_of - RECENT_DAYS)


def noted(random: Random, table: pa.Table, given: Treatments, calendar: Calendar) -> pa.Table:
    """Return the treatment table with the template and the aftercare of recent treatments."""
    recent = is_recent(given, calendar)
    told = chance(random, TOLD_SHARE, len(given))[given.origin] & recent
    words = [aftercare_of(one) for one in PROTOCOLS]
    keys = [str(_key(1, code)) for code in range(len(PROTOCOLS))]
    protocol = given.visits.protocol
    added = {
        "template_id": columns.coded(np.where(recent, protocol, -1), keys),
        "is_aftercare_given": pa.array(told, mask=~recent),
        "aftercare": columns.coded(np.where(told, protocol, -1), words),
    }
    for name, column in added.items():
        table = table.append_column(name, column)
    return table


def _key(kind: int, number: int) -> UUID:
    return UUID(f"01480000-0000-7000-800{kind}-{number:012d}")


def _main_product(protocol: int, stock: Stock, calendar: Calendar) -> int:
    """Return the first product of a protocol that is still offered; there always is one."""
    options = [int(code) for code in stock.offered[protocol] if code >= 0]
    offered = [code for code in options if stock.until[code] > calendar.as_of]
    return (offered or options)[0]


def _chart(protocol: Protocol) -> Chart:
    region = region_of(protocol.items[0].area, Chart.FACE_FRONT)
    return region.chart if region else Chart.FACE_FRONT


def _usual(item: Item) -> float:
    """Return the dose in the middle of what is given, on a step of it."""
    steps = int((item.high - item.low) / item.step / 2 + 1e-9)
    return round(item.low + steps * item.step, 3)
