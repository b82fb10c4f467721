"""Splink over a scratch database: which records meet, at which level, with which weight.

Splink compares the pairs, weighs them and makes frequent names count for less. Its own training is
left aside: it has no priors, which a small clinic needs, and knows no relatives. It writes into the
scratch database only, and its log stays silent.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator

from lib.linkage.comparisons import COMPARISONS, Comparison
from lib.linkage.model import Floats, Gammas, Model, chance_of_same
from lib.linkage.people import Features, key_table, table
from lib.linkage.training import Candidates, Drawn
from lib.store.scratch import Scratch

# Its messages hold SQL with names of columns, and would reach the server's log.
logging.getLogger("splink").setLevel(logging.CRITICAL)

# A key that more records share than this tells nobody apart.
MOST_OF_A_KEY = 300
MOST_IF_LARGE = 100
# Pairs compared at a time: what is between two looks at whether to go on, and bounds the memory.
PART = 300_000
STRETCH = 50_000
MOST_STEPS = 40
MOST_AT_RANDOM = 400_000
# No name is rarer than this in the world at large, however large the clinic.
RAREST = 1e-5
SMALLEST_SAMPLE = 500
FREQUENT = [one.frequent for one in COMPARISONS if one.frequent]
NAMES = [one.name for one in COMPARISONS]
Step = Callable[[int, int], None]

EMPTY = """
CREATE TABLE person AS SELECT * FROM incoming LIMIT 0;
CREATE TABLE person_key AS SELECT * FROM incoming_keys LIMIT 0
"""
ADD = """
INSERT INTO person SELECT * FROM incoming;
INSERT INTO person_key SELECT * FROM incoming_keys
"""
USEFUL_KEYS = """
CREATE TABLE useful_key AS
WITH useful AS (
    SELECT key FROM person_key GROUP BY key HAVING count(*) BETWEEN 2 AND $most
)
SELECT ordinal, key FROM person_key JOIN useful USING (key)
"""
NO_PAIRS = "CREATE TABLE pairs (place BIGINT, one INTEGER, other INTEGER)"
# Of a stretch of the patients at a time: the pairs of two stretches are never the same.
MORE_PAIRS = """
INSERT INTO pairs
WITH met AS (
    SELECT DISTINCT l.ordinal AS one, r.ordinal AS other
    FROM useful_key AS l JOIN useful_key AS r ON l.key = r.key AND l.ordinal < r.ordinal
    WHERE l.ordinal >= $first AND l.ordinal < $last
)
SELECT $before + row_number() OVER () AS place, one, other FROM met
"""
AT_RANDOM = """
CREATE TABLE pairs_at_random AS
WITH drawn AS (
    SELECT DISTINCT
        least(p.ordinal, (p.ordinal + s.step) % $size) AS one,
        greatest(p.ordinal, (p.ordinal + s.step) % $size) AS other
    FROM person AS p, (SELECT unnest($steps) AS step) AS s
)
SELECT row_number() OVER () AS place, one, other FROM drawn
"""
PART_OF = """
CREATE OR REPLACE TABLE part AS
SELECT '0' AS match_key, one AS join_key_l, other AS join_key_r
FROM {pairs} WHERE place > {first} AND place <= {last}
"""
# How often somebody else has the name: the record itself does not count, and a small clinic is too
# small a sample to tell that a name is frequent.
FREQUENCIES = """
CREATE TABLE frequency_of_{name} AS
SELECT {name}, greatest((count(*) - 1) / ($size + $sample), $rarest) AS tf_{name}
FROM person WHERE {name} IS NOT NULL GROUP BY {name}
"""
COUNT = "SELECT count(*) FROM {pairs}"
# Splink shows the levels only beside the values; see `_coding`.
LEVELS = ", ".join(f"CAST(round(mw_{name}) AS INTEGER) - 1 AS {name}" for name in NAMES)
COUNT_LEVELS = f"""
SELECT {LEVELS}, count(*) AS pairs FROM {{scored}} GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - names of ours


@dataclass(frozen=True, slots=True)
class Scored:
    """Compared pairs: who they are, their levels, what each weighs, how frequent their names are.

    A row a pair; `gammas`, `weights` (bits) and `frequencies` have a column a comparison. `total`
    is the weight against two strangers, the prior included.
    """

    one: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]
    total: Floats
    gammas: Gammas
    weights: Floats
    frequencies: Floats

    def pairs(self) -> list[tuple[int, int]]:
        """Return who is compared with whom, in the order of the rows."""
        return list(zip(self.one.tolist(), self.other.tolist(), strict=True))

    def candidates(self) -> Candidates:
        """Return what training looks at."""
        return Candidates(self.gammas, self.frequencies)


class Engine:
    """Everybody's features in a scratch database, compared pair by pair."""

    def __init__(
        self, scratch: Scratch, people: Iterable[Sequence[Features]], *, is_large: bool = False
    ) -> None:
        """Take the people some at a time, and let go of them: a large clinic's fill the memory."""
        self.scratch = scratch
        self._is_large = is_large
        self.size = 0
        self._registered = 0
        for some in people:
            self._add(some)
        sample = {"size": self.size, "sample": SMALLEST_SAMPLE, "rarest": RAREST}
        for name in FREQUENT:
            scratch.execute(FREQUENCIES.format(name=name), sample)

    def meet(self) -> int:
        """Find the pairs that share a key; return how many."""
        most = MOST_IF_LARGE if self._is_large else MOST_OF_A_KEY
        self.scratch.execute(USEFUL_KEYS, {"most": most})
        self.scratch.execute("DROP TABLE person_key")
        self.scratch.execute(NO_PAIRS)
        count = 0
        for first in range(0, self.size, STRETCH):
            stretch = {"first": first, "last": first + STRETCH, "before": count}
            self.scratch.execute(MORE_PAIRS, stretch)
            count = self._count("pairs")
        self.scratch.execute("DROP TABLE useful_key")
        return count

    def drawn(self) -> Drawn:
        """Return at which levels pairs at random are, the same ones each time."""
        half = (self.size - 1) // 2
        steps = max(1, min(MOST_STEPS, MOST_AT_RANDOM // self.size, half))
        # Steps of a golden spiral: spread evenly over the patients, none of them twice.
        spread = sorted({1 + int(place * 0.618034 * half) % max(half, 1) for place in range(steps)})
        self.scratch.execute(AT_RANDOM, {"size": self.size, "steps": spread})
        gammas, counts = [], []
        for scored in self._predicted("pairs_at_random", _coding(), None):
            rows = self.scratch.execute(COUNT_LEVELS.format(scored=scored)).fetchnumpy()
            gammas.append(_stacked(rows, NAMES, np.int64))
            counts.append(np.asarray(rows["pairs"], np.float64))
        return Drawn(np.concatenate(gammas), np.concatenate(counts))

    def score(self, model: Model, least: float | None, step: Step | None = None) -> Scored:
        """Return the pairs that share a key and weigh at least so many bits, in their order."""
        settings = _settings(model, self.size)
        parts = [self._read(scored) for scored in self._predicted("pairs", settings, least, step)]
        return _joined(parts)

    def score_only(self, pairs: Sequence[tuple[int, int]], model: Model) -> Scored:
        """Return these pairs compared, however little they weigh."""
        one, other = zip(*pairs, strict=True) if pairs else ((), ())
        rows = pa.table(
            {
                "place": pa.array(range(1, len(pairs) + 1), pa.int64()),
                "one": pa.array(one, pa.int32()),
                "other": pa.array(other, pa.int32()),
            }
        )
        self.scratch.execute("DROP TABLE IF EXISTS pairs")
        self._load("pairs", rows)
        return self.score(model, None)

    def _add(self, some: Sequence[Features]) -> None:
        self.scratch.register("incoming", table(some, self.size))
        self.scratch.register("incoming_keys", key_table(some, self.size, is_large=self._is_large))
        if not self.size:
            self.scratch.execute(EMPTY)
        self.scratch.execute(ADD)
        self.scratch.unregister("incoming")
        self.scratch.unregister("incoming_keys")
        self.size += len(some)

    def _load(self, name: str, rows: pa.Table) -> None:
        self.scratch.register("incoming", rows)
        self.scratch.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")  # noqa: S608
        self.scratch.unregister("incoming")

    def _count(self, pairs: str) -> int:
        return int(self.scratch.execute(COUNT.format(pairs=pairs)).fetchall()[0][0])

    def _predicted(
        self, pairs: str, settings: SettingsCreator, least: float | None, step: Step | None = None
    ) -> Iterator[str]:
        """Give the table of Splink's predictions for a part of the pairs at a time."""
        api = DuckDBAPI(self.scratch)
        linker = Linker(api.register("person", table_name="people"), settings, log_level=None)
        for name in FREQUENT:
            linker.table_management.register_term_frequency_lookup(
                api.register(f"frequency_of_{name}", table_name=f"frequencies_{name}"), name
            )
        total = self._count(pairs)
        for first in range(0, max(total, 1), PART):
            if step:
                step(first, total)
            self.scratch.execute(PART_OF.format(pairs=pairs, first=first, last=first + PART))
            self._registered += 1
            linker.table_management.register_blocked_pairs_for_predict(
                api.register("part", table_name=f"part_{self._registered}")
            )
            scored = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
            yield str(scored.physical_name)
            scored.drop_table_from_database_and_remove_from_cache()

    def _read(self, scored: str) -> Scored:
        weights = ", ".join(f"{_weight(one)} AS weight_{one.name}" for one in COMPARISONS)
        often = ", ".join(f"{_often(one)} AS often_{one.name}" for one in COMPARISONS)
        gammas = ", ".join(f"gamma_{name}" for name in NAMES)
        rows = self.scratch.execute(
            f"SELECT ordinal_l, ordinal_r, match_weight, {gammas}, {weights}, {often} "  # noqa: S608
            f"FROM {scored} ORDER BY ordinal_l, ordinal_r"
        ).fetchnumpy()
        return Scored(
            np.asarray(rows["ordinal_l"], np.int64),
            np.asarray(rows["ordinal_r"], np.int64),
            np.asarray(rows["match_weight"], np.float64),
            _stacked(rows, [f"gamma_{name}" for name in NAMES], np.int64),
            _stacked(rows, [f"weight_{name}" for name in NAMES], np.float64),
            _stacked(rows, [f"often_{name}" for name in NAMES], np.float64),
        )


def _joined(parts: list[Scored]) -> Scored:
    return Scored(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Scored.__slots__)
    )


def _stacked(rows: dict[str, Any], names: Sequence[str], kind: type) -> npt.NDArray[Any]:
    columns: list[npt.NDArray[Any]] = [
        np.ma.filled(np.ma.asarray(rows[name], kind), _missing(kind)) for name in names
    ]
    return np.stack(columns, axis=1)


def _missing(kind: type) -> float:
    return np.nan if kind is np.float64 else -1


def _weight(one: Comparison) -> str:
    return f"mw_{one.name} + mw_tf_adj_{one.name}" if one.frequent else f"mw_{one.name}"


def _often(one: Comparison) -> str:
    if not one.frequent:
        return "NULL"
    both = f"greatest(tf_{one.frequent}_l, tf_{one.frequent}_r, {RAREST})"
    return f"CASE WHEN gamma_{one.name} = {len(one.levels) - 1} THEN {both} END"


def _settings(model: Model, size: int) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="ordinal",
        probability_two_random_records_match=chance_of_same(model, size),
        comparisons=[_comparison(one, model) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=[],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _comparison(one: Comparison, model: Model) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": one.unknown, "label_for_charts": "unknown", "is_null_level": True}
    ]
    for place, level in enumerate(one.levels):
        number = len(one.levels) - 1 - place
        m, u = model.m[one.name][number], model.u[one.name][number]
        told = {
            "sql_condition": level.sql or "ELSE",
            "label_for_charts": level.name,
            "m_probability": m,
            "u_probability": m if level.is_neutral else u,
        }
        if one.frequent and place == 0:
            told |= {"tf_adjustment_column": one.frequent, "tf_minimum_u_value": RAREST}
        levels.append(told)
    return {"output_column_name": one.name, "comparison_levels": levels}


def _coding() -> SettingsCreator:
    """Return settings whose weights are the numbers of the levels, from 1; 0 is unknown.

    Splink gives the levels themselves only together with all that was compared, which is too much
    to hold for hundreds of thousands of pairs.
    """
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="ordinal",
        comparisons=[_coded(one) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=[],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def _coded(one: Comparison) -> dict[str, Any]:
    rare = 2.0**-12
    levels = [
        {
            "sql_condition": level.sql or "ELSE",
            "label_for_charts": level.name,
            "m_probability": rare * 2.0 ** (len(one.levels) - place),
            "u_probability": rare,
        }
        for place, level in enumerate(one.levels)
    ]
    unknown = {"sql_condition": one.unknown, "label_for_charts": "unknown", "is_null_level": True}
    return {"output_column_name": one.name, "comparison_levels": [unknown, *levels]}
