"""What every batch of synthetic patients shares: the calendar, the team and the stock."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from lib.demo.calendar import Calendar, calendar
from lib.demo.stock import Stock, stock
from lib.demo.team import Team, team

# Batches draw from [seed, first patient]; this is a stream that none of them uses.
STREAM = 2**32


@dataclass(frozen=True, slots=True)
class Scene:
    """The clinic before anybody comes, and its own source of chance."""

    random: np.random.Generator
    calendar: Calendar
    team: Team
    stock: Stock


def scene(patients: int, seed: int, as_of: date) -> Scene:
    """Return the clinic of that size as it was through the twelve years up to `as_of`."""
    random = np.random.default_rng([seed, STREAM])
    days = calendar(as_of)
    return Scene(
        random=random,
        calendar=days,
        team=team(random, patients, days),
        stock=stock(random, patients, days),
    )
