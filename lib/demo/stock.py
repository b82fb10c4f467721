"""Products and lots of the synthetic clinic, and which lot was open on a day."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.calendar import Calendar
from lib.demo.catalogue import COMPONENTS, PRODUCTS, PROTOCOLS
from lib.demo.columns import DAY_SECONDS, Flags, Floats, Ints, Random

LOT_DAYS = 75
MONTH_DAYS = 30
PATIENTS_A_LOT = 25_000
MOST_AT_ONCE = 12
# A key that sorts by product, then by day.
SPAN = 100_000
LETTERS = np.array(list("ABCDEFGHJKLMNPRTUVWX"))


@dataclass(frozen=True, slots=True)
class Stock:
    """Products with the days they were offered, and their lots sorted by product and receipt."""

    product_id: Any
    since: Ints
    until: Ints
    lot_id: Any
    lot_product: Ints
    received: Ints
    expires: Ints
    at_once: int
    # Row per protocol: the products it is given with.
    offered: Ints
    products: pa.Table
    lots: pa.Table

    def is_offered(self, protocol: Ints, days: Ints) -> Flags:
        """Tell whether any product of the protocol was offered on the day."""
        return np.asarray(self._there(protocol, days).any(axis=1))

    def product_for(self, protocol: Ints, days: Ints, shares: Floats) -> Ints:
        """Return a product of each protocol that was offered on the day, chosen by share."""
        there = self._there(protocol, days)
        order = np.argsort(~there, axis=1, kind="stable")
        column = (shares * there.sum(axis=1)).astype(np.int64)
        rows = np.arange(len(days))
        return np.asarray(self.offered[protocol][rows, order[rows, column]])

    def _there(self, protocol: Ints, days: Ints) -> Flags:
        options = self.offered[protocol]
        begun = self.since[options] <= days[:, None]
        return np.asarray((options >= 0) & begun & (self.until[options] > days[:, None]))

    def lot_for(self, product: Ints, days: Ints, shares: Floats) -> Ints:
        """Return the lot of each product that was open on the day, one of the newest few."""
        keys = self.lot_product * SPAN + self.received
        newest = np.searchsorted(keys, product * SPAN + days, side="right") - 1
        first = np.searchsorted(self.lot_product, product, side="left")
        # Mostly the newest delivery, sometimes what is left of the one before.
        back = (shares * 1.3 * self.at_once).astype(np.int64)
        return np.asarray(np.maximum(newest - back, first))


def stock(random: Random, patients: int, calendar: Calendar) -> Stock:
    """Return the stock of a clinic of that size."""
    span = calendar.as_of - calendar.first
    since = np.array([calendar.first - 40 + round(p.since / 12 * span) for p in PRODUCTS])
    until = np.array([calendar.first + round(min(p.until, 20) / 12 * span) for p in PRODUCTS])
    at_once = int(np.clip(patients // PATIENTS_A_LOT, 1, MOST_AT_ONCE))
    lot_product, received = _deliveries(random, since, until, calendar, at_once)
    shelf = np.array([p.shelf_months for p in PRODUCTS])[lot_product] * MONTH_DAYS
    expires = received + shelf - random.integers(0, 120, len(received))
    product_id = columns.uuids(random, since * DAY_SECONDS)
    lot_id = columns.uuids(random, received * DAY_SECONDS)
    return Stock(
        product_id=product_id,
        since=since,
        until=until,
        lot_id=lot_id,
        lot_product=lot_product,
        received=received,
        expires=expires,
        at_once=at_once,
        offered=_offered(),
        products=_products(product_id, until, calendar),
        lots=pa.table(
            {
                "lot_id": lot_id,
                "product_id": columns.pick(product_id, lot_product),
                "lot_number": pa.array(_numbers(random, lot_product, received)),
                "expires_on": columns.dates(expires),
                "received_on": columns.dates(received),
                "quantity": pa.array(random.integers(2, 40, len(received)) * 5),
            }
        ),
    )


def _deliveries(
    random: Random, since: Ints, until: Ints, calendar: Calendar, at_once: int
) -> tuple[Ints, Ints]:
    ends = np.minimum(until, calendar.as_of)
    # The first deliveries come before the product is offered.
    each = np.maximum((ends - since) // LOT_DAYS + 1, 1) * at_once
    product = np.repeat(np.arange(len(since)), each)
    turn = columns.places(each) // at_once
    wobble = np.where(turn == 0, 0, random.integers(0, LOT_DAYS // 3, len(product)))
    received = np.minimum(since[product] - 20 + turn * LOT_DAYS + wobble, calendar.as_of)
    order = np.argsort(product * SPAN + received, kind="stable")
    return product[order], received[order]


def _numbers(random: Random, product: Ints, received: Ints) -> list[str]:
    years = received.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    letters = LETTERS[random.integers(0, len(LETTERS), (len(product), 2))]
    serials = np.arange(len(product)) + 1000
    return [
        f"{one}{two}{year % 100:02d}{maker:02d}-{serial}"
        for (one, two), year, maker, serial in zip(letters, years, product, serials, strict=True)
    ]


def _offered() -> Ints:
    index = {product.name: code for code, product in enumerate(PRODUCTS)}
    width = max(len(protocol.products) for protocol in PROTOCOLS)
    table = np.full((len(PROTOCOLS), width), -1, dtype=np.int64)
    for row, protocol in enumerate(PROTOCOLS):
        table[row, : len(protocol.products)] = [index[name] for name in protocol.products]
    return table


def _products(product_id: Any, until: Ints, calendar: Calendar) -> pa.Table:  # noqa: ANN401
    return pa.table(
        {
            "product_id": product_id,
            "name": pa.array([product.name for product in PRODUCTS]),
            "product_group": pa.array([product.group for product in PRODUCTS]),
            "manufacturer": pa.array([product.manufacturer for product in PRODUCTS]),
            "unit": pa.array([product.unit for product in PRODUCTS]),
            "is_prescription_only": pa.array([p.is_prescription_only for p in PRODUCTS]),
            "is_active": pa.array(until > calendar.as_of),
            "components": pa.array(
                [COMPONENTS.get(p.name) or COMPONENTS.get(p.group) for p in PRODUCTS]
            ),
        }
    )
