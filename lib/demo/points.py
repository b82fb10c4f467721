"""Points on the charts of recent synthetic treatments: where each dose went, area by area."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.demo import columns, templates
from lib.demo.catalogue import PRODUCTS, PROTOCOLS
from lib.demo.columns import Floats, Random
from lib.demo.scene import Scene
from lib.demo.treatments import Treatments, areas_of
from lib.domain.charts import Chart, Point, usual_points

# A hand is no ruler: a point lies this far from the usual place, in percent.
WOBBLE = 0.6
MILLI = 1000
AREAS = tuple(item.area for protocol in PROTOCOLS for item in protocol.items)


def points(random: Random, items: pa.Table, given: Treatments, scene: Scene) -> pa.Table:
    """Return the treatment_point table of a crowd: the points of what was given lately.

    `items` is its treatment_item table. The points of an area hold its dose; what is on no chart,
    like a cream to take home, has none.
    """
    each, item = areas_of(given)
    rows = np.flatnonzero(templates.is_recent(given, scene.calendar)[each])
    doses = np.round(items["dose"].to_numpy()[rows] * MILLI).astype(np.int64)
    kinds, which = np.unique(
        np.column_stack((item[rows], given.product[each[rows]], doses)), axis=0, return_inverse=True
    )
    known = [_of_kind(*kind) for kind in kinds.tolist()]
    counts = np.array([len(found) for found in known], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    which = which.reshape(-1)
    row = np.repeat(rows, counts[which])
    chosen = np.repeat(starts[which], counts[which]) + columns.places(counts[which])
    flat = [point for found in known for point in found]
    return pa.table(
        {
            "treatment_point_id": columns.uuids(random, given.recorded[each[row]]),
            "treatment_item_id": pc.take(items["treatment_item_id"], pa.array(row)),
            "treatment_id": pc.take(items["treatment_id"], pa.array(row)),
            "patient_id": pc.take(items["patient_id"], pa.array(row)),
            "chart": columns.coded(
                np.array([list(Chart).index(point.chart) for point in flat], dtype=np.int64)[
                    chosen
                ],
                [chart.value for chart in Chart],
            ),
            "x": _placed(random, np.array([float(point.x) for point in flat])[chosen]),
            "y": _placed(random, np.array([float(point.y) for point in flat])[chosen]),
            "dose": pa.array(np.array([float(point.dose or 0) for point in flat])[chosen]),
        }
    )


def _of_kind(item: int, product: int, dose: int) -> list[Point]:
    amount, unit = Decimal(dose) / MILLI, PRODUCTS[product].unit
    return usual_points(AREAS[item], amount, unit, Chart.FACE_FRONT)


def _placed(random: Random, percent: Floats) -> pa.Array:
    off = random.uniform(-WOBBLE, WOBBLE, len(percent))
    return pa.array(np.round(np.clip(percent + off, 0, 100), 2))
