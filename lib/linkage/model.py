"""The numbers of the comparison: how often each level is met, and what a pair then comes to.

Two records are one person's, two strangers', or those of two relatives who share a home: three
explanations, of which Fellegi and Sunter's record linkage knows the first two. Without the third a
mother and her daughter, or twins, would look like one person with a slip.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from lib.linkage.comparisons import COMPARISONS, Comparison

Floats = npt.NDArray[np.float64]
Gammas = npt.NDArray[np.int64]
# Before any data: one record in forty is a second one, one patient in twenty has a relative here.
DUPLICATES_PER_PATIENT = 0.025
RELATIVES_PER_PATIENT = 0.05


@dataclass(frozen=True, slots=True)
class Model:
    """How often one person's records (`m`) and strangers' (`u`) are at each level.

    Each comparison has its levels from the last (number 0) to the first. `same` and `related` are
    pairs in a clinic, per patient.
    """

    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]
    same: float = DUPLICATES_PER_PATIENT
    related: float = RELATIVES_PER_PATIENT

    def to_json(self) -> str:
        """Return the model as text; it holds no value of any patient."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Model":
        """Return the model that was written so."""
        told = json.loads(text)
        m, u = ({name: tuple(found) for name, found in told[key].items()} for key in ("m", "u"))
        return cls(m, u, told["same"], told["related"])


RELATED = {one.name: np.array([level.r for level in reversed(one.levels)]) for one in COMPARISONS}


def are_neutral(one: Comparison) -> npt.NDArray[np.bool_]:
    """Tell of each level of a comparison, the last first, whether it says nothing."""
    return np.array([level.is_neutral for level in reversed(one.levels)])


def prior_model() -> Model:
    """Return the model of a clinic of which nothing is known."""
    return Model(
        m={one.name: tuple(level.m for level in reversed(one.levels)) for one in COMPARISONS},
        u={one.name: tuple(level.u for level in reversed(one.levels)) for one in COMPARISONS},
    )


def chance_of_same(model: Model, patients: int) -> float:
    """Return the chance that two records drawn at random are one person's."""
    return min(0.5, 2 * model.same / max(patients - 1, 1))


def against_relatives(model: Model, gammas: Gammas) -> Floats:
    """Return in bits how much more each pair is one person's than two relatives'.

    `gammas` has a row a pair and a column a comparison: the level's number, -1 for unknown.
    """
    weight = np.full(len(gammas), np.log2(model.same / model.related))
    for column, one in enumerate(COMPARISONS):
        numbers = gammas[:, column]
        levels = np.log2(np.array(model.m[one.name]) / RELATED[one.name])
        levels[are_neutral(one)] = 0.0
        weight += np.where(numbers >= 0, levels[numbers], 0.0)
    return weight


def probability(weight: Floats, related: Floats) -> Floats:
    """Return how probable one person is, given the bits against strangers and against relatives."""
    rest = np.exp2(-np.clip(weight, -500, 500)) + np.exp2(-np.clip(related, -500, 500))
    return np.asarray(1 / (1 + rest), np.float64)
