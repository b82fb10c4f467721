"""The seven years ahead as bars, one a month, stacked by what becomes of what reaches its date."""

from collections.abc import Sequence

import plotly.graph_objects as go

from lib.domain.retention import Status
from lib.domain.retention_schedule import FATES, Heap, Month, first_of, month_name
from lib.ui import formats
from lib.ui.retention import badges, words

# A bar's state is told by a pattern too: colour alone is lost in print and to many eyes.
PATTERNS = {Status.DISPOSE_DUE: "", Status.PARTIAL: ".", Status.BLOCKED: "/"}
RECORDS, PICTURES, BYTES = "records", "pictures", "bytes"
MEASURES = {RECORDS: "Records", PICTURES: "Pictures", BYTES: "Gigabytes"}
GIGABYTE = 1_000_000_000


def figure(months: Sequence[Month], measure: str, chosen: int | None) -> go.Figure:
    """Return the bars; `chosen` is the month whose list is open, which stands out."""
    made = go.Figure()
    days = [first_of(month.number) for month in months]
    for fate in FATES:
        heaps = [month.heaps[fate] for month in months]
        made.add_bar(
            x=days,
            y=[value_of(heap, measure) for heap in heaps],
            name=badges.mark(fate).word,
            customdata=[
                [month_name(month.number), told(heap)]
                for month, heap in zip(months, heaps, strict=True)
            ],
            hovertemplate="%{customdata[0]}: %{customdata[1]}<extra>%{fullData.name}</extra>",
            marker={
                "color": badges.colour(fate),
                "pattern": {"shape": PATTERNS[fate], "fillmode": "replace", "size": 5},
                "opacity": [1 if chosen in {None, one.number} else 0.45 for one in months],
            },
        )
    made.update_layout(barmode="stack", bargap=0.18, hovermode="closest")
    made.update_xaxes(dtick="M12", tickformat="%b %Y", hoverformat="%b %Y")
    made.update_yaxes(
        rangemode="tozero", title_text=MEASURES[measure], title_standoff=14, tickformat=","
    )
    return made


def value_of(heap: Heap, measure: str) -> float:
    """Return how high a bar is."""
    if measure == BYTES:
        return round(heap.bytes / GIGABYTE, 3)
    return heap.pictures if measure == PICTURES else heap.records


def told(heap: Heap) -> str:
    """Return what a bar stands for."""
    goes = words.goes(heap)
    return formats.counted(heap.records, "record") + (f", with {goes}" if goes else "")
