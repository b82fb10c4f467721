"""What the synthetic patients agreed to, refused and took back in their years at the clinic.

They are asked at a visit: at the first one, when a wording was new to them, and now and then when
what they said had run out. Some were never asked, some have not been back since.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.accounts import STAFF
from lib.demo.columns import ABSENT, DAY_SECONDS, Flags, Ints, Random, chance
from lib.demo.consent_forms import FIRST, FORMS, MATERIAL, topics_of
from lib.demo.consultations import Consultations
from lib.demo.crowd import Crowd
from lib.demo.scene import Scene
from lib.demo.treatments import Treatments
from lib.domain.consent import Decision, EvidenceKind, Route

# How likely each form is brought out when there is reason to: the first time, and after that.
ASKED_SHARES = (0.97, 0.68, 0.56)
ASKED_AGAIN_SHARE = 0.42
# What was agreed to for two years is asked again after them.
PERIOD_DAYS = 731
MOST_PERIODS = 32
ANSWERED_SHARE = 0.93
# By topic: how likely a yes, and how likely it is taken back later.
TOPICS = tuple((place, topic) for place, form in enumerate(FORMS) for topic in topics_of(form))
YES = (0.995, 0.94, 0.52, 0.24, 0.13, 0.72, 0.58, 0.31, 0.22, 0.36, 0.61)
TAKEN_BACK = (0.002, 0.008, 0.03, 0.09, 0.05, 0.06, 0.07, 0.08, 0.05, 0.01, 0.015)
# Somebody who has enough takes back everything that a form asked for.
ALL_TAKEN_BACK = (0.0, 0.015, 0.05)
TAKEN_BACK_DAYS = 260.0
SIGNED_DAYS = 900
LATE_SHARE = 0.04
LATE_DAYS = 12
GIVEN, REFUSED, WITHDRAWN = range(3)
DECISIONS = tuple(decision.value for decision in Decision)
ROUTES = tuple(route.value for route in Route)
IN_PERSON, PAPER = ROUTES.index(Route.IN_PERSON), ROUTES.index(Route.PAPER)
BY_THEMSELVES = (Route.EMAIL, Route.PHONE, Route.IN_PERSON, Route.SMS, Route.POST)
BY_THEMSELVES_SHARES = (0.46, 0.24, 0.15, 0.1, 0.05)
# In writing: what they sent is kept.
WRITTEN = frozenset({Route.EMAIL, Route.SMS, Route.POST})
KINDS = (EvidenceKind.NOTE.value, EvidenceKind.SIGNATURE.value)
EVIDENCE = (
    "Signed on paper; in the folder of consent forms of that year.",
    "Signed in the room, and read over together.",
    "Their message is kept with the letters of that month.",
)
ON_PAPER, ON_TABLET, MESSAGE = range(3)
WHY = (
    "Does not want it any more; gave no reason.",
    "Was recognised by somebody at work.",
    "Says it is too much; thanked us all the same.",
    "Has moved away.",
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form brought out at a visit: whose, which, when (a UTC second), by which wording."""

    row: Ints
    form: Ints
    day: Ints
    at: Ints
    version: Ints

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class _Said:
    """Single answers: whose, on what, which decision, when, on which sheet of evidence."""

    row: Ints
    topic: Ints
    decision: Ints
    day: Ints
    at: Ints
    version: Ints
    evidence: Ints
    route: Ints

    def __len__(self) -> int:
        return len(self.row)


def tables(
    random: Random, crowd: Crowd, given: Treatments, held: Consultations, scene: Scene
) -> dict[str, pa.Table]:
    """Return consent_evidence, consent_event and consent_standing of a crowd."""
    asked = _asked(random, crowd, (given, held), scene)
    answers = _answers(random, asked, scene)
    left = _taken_back(random, crowd, asked, answers, scene)
    evidence, left = _evidence(random, crowd, asked, left, scene)
    events = _events(random, crowd, (answers, left), evidence)
    return {
        "consent_evidence": evidence,
        "consent_event": events[0],
        "consent_standing": _standing(*events),
    }


def _asked(
    random: Random, crowd: Crowd, seen: tuple[Treatments, Consultations], scene: Scene
) -> _Asked:
    given, held = seen
    row = np.concatenate((given.visits.row, held.row))
    day = np.concatenate((given.visits.day, held.day))
    order = np.lexsort((day, row))
    row, day = row[order], day[order]
    first_days = np.full(len(crowd), ABSENT, dtype=np.int64)
    _, firsts = np.unique(row, return_index=True)
    first_days[row[firsts]] = day[firsts]
    parts = []
    for place, form in enumerate(FORMS):
        starts = form.in_force_days(scene.calendar)
        version = np.searchsorted(starts, day, side="right") - 1
        era = np.where(version >= MATERIAL, MATERIAL, FIRST)
        # What has no end is asked again only in other words.
        period = 0 if place == 0 else (day - first_days[row]) // PERIOD_DAYS
        _, chosen = np.unique((row * 2 + era) * MOST_PERIODS + period, return_index=True)
        is_again = np.diff(row[chosen], prepend=-1) == 0
        likely = np.where(is_again & (place > 0), ASKED_AGAIN_SHARE, ASKED_SHARES[place])
        chosen = chosen[random.random(len(chosen)) < likely]
        parts.append((row[chosen], np.full(len(chosen), place), day[chosen], version[chosen]))
    row, form_of, day, version = (np.concatenate(column) for column in zip(*parts, strict=True))
    at = scene.calendar.in_utc(columns.moments(random, day))
    return _Asked(row, form_of, day, at, version)


def _answers(random: Random, asked: _Asked, scene: Scene) -> _Said:
    """Return what they answered, topic by topic; a question may be left open."""
    parts = []
    for topic, (form, _) in enumerate(TOPICS):
        sheets = np.flatnonzero(asked.form == form)
        sheets = sheets[chance(random, ANSWERED_SHARE, len(sheets))]
        is_yes = chance(random, YES[topic], len(sheets))
        parts.append((sheets, np.full(len(sheets), topic), np.where(is_yes, GIVEN, REFUSED)))
    sheets, topics, decisions = (np.concatenate(column) for column in zip(*parts, strict=True))
    on_tablet = _on_tablet(asked.day[sheets], scene)
    return _Said(
        row=asked.row[sheets],
        topic=topics,
        decision=decisions,
        day=asked.day[sheets],
        at=asked.at[sheets],
        version=asked.version[sheets],
        evidence=sheets,
        route=np.where(on_tablet, IN_PERSON, PAPER),
    )


def _on_tablet(day: Ints, scene: Scene) -> Flags:
    return np.asarray(day > scene.calendar.as_of - SIGNED_DAYS)


def _taken_back(random: Random, crowd: Crowd, asked: _Asked, answers: _Said, scene: Scene) -> _Said:
    """Return what was taken back: one thing, or everything that a form had asked for."""
    yes = np.flatnonzero(answers.decision == GIVEN)
    sheet, topic = answers.evidence[yes], answers.topic[yes]
    everything = random.random(len(asked)) < np.array(ALL_TAKEN_BACK)[asked.form]
    alone = random.random(len(yes)) < np.array(TAKEN_BACK)[topic]
    # Whoever takes back everything does so at once.
    wait = np.where(
        everything[sheet],
        random.exponential(TAKEN_BACK_DAYS, len(asked))[sheet],
        random.exponential(TAKEN_BACK_DAYS, len(yes)),
    ).astype(np.int64)
    route = random.choice(len(BY_THEMSELVES), len(asked), p=BY_THEMSELVES_SHARES)[sheet]
    second = random.integers(9 * 3600, 18 * 3600, len(asked))[sheet]
    row, day = answers.row[yes], answers.day[yes] + 1 + wait
    lived = (crowd.died[row] == ABSENT) | (crowd.died[row] > day)
    fits = np.flatnonzero((alone | everything[sheet]) & (day < crowd.as_of) & lived)
    by = np.array([ROUTES.index(one) for one in BY_THEMSELVES], dtype=np.int64)
    return _Said(
        row=row[fits],
        topic=topic[fits],
        decision=np.full(len(fits), WITHDRAWN),
        day=day[fits],
        at=scene.calendar.in_utc(day[fits] * DAY_SECONDS + second[fits]),
        version=np.full(len(fits), -1),
        evidence=sheet[fits],
        route=by[route[fits]],
    )


def _evidence(
    random: Random, crowd: Crowd, asked: _Asked, left: _Said, scene: Scene
) -> tuple[pa.Table, _Said]:
    """Return the sheets, and the withdrawals with the message that brought each, if any."""
    is_written = np.isin(left.route, [ROUTES.index(one) for one in WRITTEN])
    letters = np.flatnonzero(is_written)
    # One message may take back several things.
    _, first, which = np.unique(
        left.row[letters] * (1 << 36) + left.at[letters], return_index=True, return_inverse=True
    )
    senders = letters[first]
    on_tablet = _on_tablet(asked.day, scene).astype(np.int64)
    row = np.concatenate((asked.row, left.row[senders]))
    at = np.concatenate((asked.at, left.at[senders]))
    note = np.concatenate((on_tablet, np.full(len(senders), MESSAGE)))
    own = np.full(len(left), -1, dtype=np.int64)
    own[letters] = len(asked) + which.reshape(-1)
    table = pa.table(
        {
            "evidence_id": columns.uuids(random, at),
            "patient_id": columns.pick(crowd.patient_id, row),
            "kind": columns.coded((note == ON_TABLET).astype(np.int64), KINDS),
            "note": columns.coded(note, EVIDENCE),
            "recorded_at": columns.instants(at),
            "recorded_by": columns.same(str(STAFF.person_id), len(at)),
        }
    )
    changed = _Said(
        left.row, left.topic, left.decision, left.day, left.at, left.version, own, left.route
    )
    return table, changed


def _events(
    random: Random, crowd: Crowd, said: tuple[_Said, _Said], evidence: pa.Table
) -> tuple[pa.Table, _Said]:
    """Return consent_event, in the order of patients and times, and the same as columns."""
    every = _sorted(*said)
    keyed = _keyed(random, crowd, every)
    is_withdrawn = every.decision == WITHDRAWN
    why = np.where(is_withdrawn, random.integers(-2, len(WHY), len(every)), -1)
    table = pa.table(
        {
            "event_id": columns.uuids(random, keyed),
            "patient_id": columns.pick(crowd.patient_id, every.row),
            "purpose": columns.coded(every.topic, [topic.purpose for _, topic in TOPICS]),
            "channel": columns.coded(every.topic, [topic.channel or "" for _, topic in TOPICS]),
            "decision": columns.coded(every.decision, DECISIONS),
            "received_at": columns.instants(every.at),
            "route": columns.coded(every.route, ROUTES),
            "form_version_id": _versions(every),
            "evidence_id": columns.pick(evidence["evidence_id"].combine_chunks(), every.evidence),
            "note": columns.coded(why, WHY),
            "recorded_at": columns.instants(keyed),
            "recorded_by": columns.same(str(STAFF.person_id), len(every)),
        }
    )
    return table, every


def _sorted(*parts: _Said) -> _Said:
    fields = [np.concatenate([getattr(part, name) for part in parts]) for name in _Said.__slots__]
    every = _Said(*fields)
    order = np.lexsort((every.decision, every.at, every.topic, every.row))
    return _Said(*(field[order] for field in fields))


def _keyed(random: Random, crowd: Crowd, every: _Said) -> Ints:
    """Return when each was keyed: at once, or days later for some of what came by itself."""
    late = (every.decision == WITHDRAWN) | (every.route == PAPER)
    is_late = late & chance(random, LATE_SHARE, len(every))
    days = np.where(is_late, random.integers(1, LATE_DAYS, len(every)), 0)
    return np.asarray(np.minimum(every.at + days * DAY_SECONDS, crowd.as_of * DAY_SECONDS))


def _versions(every: _Said) -> Any:  # noqa: ANN401 - pyarrow has no types
    ids = [str(key) for form in FORMS for key in form.version_ids()]
    form = np.array([form for form, _ in TOPICS], dtype=np.int64)[every.topic]
    return columns.coded(np.where(every.version < 0, -1, form * 3 + every.version), ids)


def _standing(events: pa.Table, every: _Said) -> pa.Table:
    """Return the deciding event of each patient and topic: the last, as each of them counts."""
    key = every.row * len(TOPICS) + every.topic
    last = np.flatnonzero(np.diff(key, append=-1) != 0)
    chosen = events.take(pa.array(last))
    names = ("patient_id", "purpose", "channel", "event_id", "decision", "form_version_id")
    columns_of = {name: chosen[name] for name in names}
    return pa.table({**columns_of, "received_on": columns.dates(every.day[last])})
