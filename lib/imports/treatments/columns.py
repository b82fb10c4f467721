"""The checked values of a file's treatments, in columns; knows neither the file nor the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.imports import mentions
from lib.imports.digests import PART, digests_of
from lib.imports.mentions import Mentions
from lib.imports.treatments.form import TreatmentField

YES_NO = {None: "", True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class Treatments:
    """Good treatments, one place each, and their rows: what was used, and where.

    Texts are empty where nothing is said. `rows` are the places in the columns of items.
    """

    mentions: Mentions
    rows: list[Sequence[int]]
    ids: list[str]
    treated_on: list[date]
    names: list[str]
    practitioners: list[str]
    prescribers: list[str]
    prices: list[int | None]
    notes: list[str]
    follow_ups: list[date | None]
    aftercare: list[bool | None]
    items: "Items"
    id_column: str

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Items:
    """What each row says of a product; where `products` is empty the row has no item."""

    lines: list[int]
    products: list[str]
    lots: list[str]
    expiries: list[date | None]
    areas: list[str]
    doses: list[Decimal | None]
    units: list[str]


def digests(content: Treatments, key: bytes, prefix: str) -> list[str]:
    """Return a keyed digest of each treatment: what was done, and its items in any order."""
    people = [mentions.text_of(one) for one in content.mentions.people]
    days = _texts_of(content.treated_on, content.follow_ups, content.items.expiries)
    heads = (
        [people[who] for who in content.mentions.who],
        content.ids,
        [days[day] for day in content.treated_on],
        content.names,
        content.practitioners,
        content.prescribers,
        [str(price) for price in content.prices],
        content.notes,
        [days[day] for day in content.follow_ups],
        [YES_NO[said] for said in content.aftercare],
    )
    items = content.items
    doses = {dose: str(dose) for dose in set(items.doses)}
    used = [
        PART.join(row)
        for row in zip(
            items.products,
            items.lots,
            [days[day] for day in items.expiries],
            items.areas,
            [doses[dose] for dose in items.doses],
            items.units,
            strict=True,
        )
    ]
    together = [
        used[rows[0]] if len(rows) == 1 else PART.join(sorted(used[row] for row in rows))
        for rows in content.rows
    ]
    return digests_of([*heads, together], key, prefix)


def _texts_of(*columns: Sequence[date | None]) -> dict[date | None, str]:
    return {day: str(day or "") for column in columns for day in set(column)}


def said_of(content: Treatments, place: int) -> list[dict[str, str]]:
    """Return a treatment as rows of text that would be read as the same again."""
    person = mentions.said_of(content.mentions.people[content.mentions.who[place]])
    pence = content.prices[place]
    head = {
        TreatmentField.EXTERNAL_ID: content.ids[place],
        TreatmentField.TREATED_ON: str(content.treated_on[place]),
        TreatmentField.NAME: content.names[place],
        TreatmentField.PRACTITIONER: content.practitioners[place],
        TreatmentField.PRESCRIBER: content.prescribers[place],
        TreatmentField.PRICE: "" if pence is None else f"{pence // 100}.{pence % 100:02}",
        TreatmentField.NOTES: content.notes[place],
        TreatmentField.FOLLOW_UP_DUE_ON: str(content.follow_ups[place] or ""),
        TreatmentField.AFTERCARE: YES_NO[content.aftercare[place]],
    }
    return [
        person
        | {field.value: text for field, text in (head | _item_of(content, row)).items() if text}
        for row in content.rows[place]
    ]


def _item_of(content: Treatments, row: int) -> dict[TreatmentField, str]:
    items = content.items
    dose = items.doses[row]
    return {
        TreatmentField.PRODUCT: items.products[row],
        TreatmentField.LOT_NUMBER: items.lots[row],
        TreatmentField.EXPIRES_ON: str(items.expiries[row] or ""),
        TreatmentField.AREA: items.areas[row],
        TreatmentField.DOSE: "" if dose is None else f"{dose:f}",
        TreatmentField.UNIT: items.units[row],
    }
