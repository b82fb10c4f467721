"""Learning a clinic's own numbers from its pairs: expectation and maximisation with priors.

The priors count as pairs that were seen, so that a clinic of fifty keeps to them and one of a
hundred thousand goes by its own data. Some numbers have a ceiling: in a large clinic there are more
strangers of one name than people recorded twice, and only the date of birth tells them apart.
Nothing is random here.
"""

from dataclasses import dataclass, replace

import numpy as np

from lib.linkage.comparisons import COMPARISONS, Comparison
from lib.linkage.model import (
    RELATED,
    Floats,
    Gammas,
    Model,
    are_neutral,
    prior_model,
)

# As many pairs of one person and of strangers the priors count for.
PRIOR_SAME = 60.0
PRIOR_STRANGERS = 20_000.0
# As many patients the priors count for, of how many are recorded twice or have relatives here. A
# clinic shows its duplicates well; its families half at most, so there the prior is half the sum.
SURE_OF_SAME = 500.0
SURE_OF_RELATED = 2_000.0
MOST_SAME = 0.5
ROUNDS = 50
LEAST_CHANGE = 1e-4
NEVER = 1e-7


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pairs at random: which levels occur together and how often; a column a comparison."""

    gammas: Gammas
    counts: Floats


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs that share a key: a row a pair, a column a comparison.

    `frequencies` are how frequent a value that both have is, NaN where that does not count.
    """

    gammas: Gammas
    frequencies: Floats


def of_strangers(drawn: Drawn, found: dict[str, Floats] | None = None) -> Model:
    """Return the priors with what pairs at random say of strangers.

    `found` is how often pairs at random are one person's, by comparison and level: those are left
    out.
    """
    prior = prior_model()
    u = {}
    for place, one in enumerate(COMPARISONS):
        seen = _seen(one, drawn.gammas[:, place], drawn.counts)
        if found:
            seen = np.maximum(seen - found[one.name] * drawn.counts.sum(), 0.0)
        seen += PRIOR_STRANGERS * np.array(prior.u[one.name])
        u[one.name] = tuple(np.maximum(seen / seen.sum(), NEVER).tolist())
    return replace(prior, u=u)


def train(patients: int, drawn: Drawn, candidates: Candidates) -> Model:
    """Return the model that fits the clinic best, the priors in mind."""
    prior, model = prior_model(), of_strangers(drawn)
    everyone = max(patients * (patients - 1) / 2, 1.0)
    for _ in range(ROUNDS):
        same, related = _expected(model, candidates, patients / everyone)
        found = {
            one.name: _seen(one, candidates.gammas[:, place], same) / everyone
            for place, one in enumerate(COMPARISONS)
        }
        fitted = replace(
            of_strangers(drawn, found),
            m=_same(candidates, same),
            same=_per_patient(same, patients, prior.same, SURE_OF_SAME),
            related=_per_patient(related, patients, prior.related, max(SURE_OF_RELATED, patients)),
        )
        change = _change(model, fitted)
        model = fitted
        if change < LEAST_CHANGE:
            break
    return model


def _expected(model: Model, pairs: Candidates, scale: float) -> tuple[Floats, Floats]:
    """Return for each pair how likely it is one person's, and how likely two relatives'."""
    rows = len(pairs.gammas)
    same = np.full(rows, model.same * scale)
    related = np.full(rows, model.related * scale)
    strangers = np.ones(rows)
    for place, one in enumerate(COMPARISONS):
        numbers = pairs.gammas[:, place]
        says = (numbers >= 0) & ~are_neutral(one)[numbers]
        same *= np.where(says, np.array(model.m[one.name])[numbers], 1.0)
        related *= np.where(says, RELATED[one.name][numbers], 1.0)
        u = np.array(model.u[one.name])[numbers]
        often = pairs.frequencies[:, place]
        strangers *= np.where(says, np.where(np.isnan(often), u, often), 1.0)
    # Two relatives have a frequent name as often as anybody: beside the others it counts once.
    total = same + related + strangers
    return same / total, related / total


def _same(pairs: Candidates, same: Floats) -> dict[str, tuple[float, ...]]:
    prior = prior_model()
    m = {}
    for place, one in enumerate(COMPARISONS):
        seen = _seen(one, pairs.gammas[:, place], same) + PRIOR_SAME * np.array(prior.m[one.name])
        m[one.name] = tuple(_under_ceiling(one, seen / seen.sum()).tolist())
    return m


def _under_ceiling(one: Comparison, shares: Floats) -> Floats:
    most = np.array([level.most for level in reversed(one.levels)])
    over = shares > most
    if not over.any():
        return shares
    kept = np.where(over, most, shares)
    rest = shares[~over].sum()
    return np.where(over, kept, shares * (1 - kept[over].sum()) / rest)


def _per_patient(found: Floats, patients: int, prior: float, weight: float) -> float:
    return min((float(found.sum()) + weight * prior) / (patients + weight), MOST_SAME)


def _seen(one: Comparison, numbers: Gammas, counts: Floats) -> Floats:
    known = numbers >= 0
    found = np.bincount(numbers[known], counts[known], minlength=len(one.levels))
    return found.astype(np.float64)


def _change(before: Model, after: Model) -> float:
    return max(
        float(np.abs(np.array(before.m[one.name]) - np.array(after.m[one.name])).max())
        for one in COMPARISONS
    )
