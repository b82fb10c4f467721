"""The summary strip: what records have and lack. Features answer here, for many patients at once.

A feature registers one provider for its item. It is asked within the read that is audited already
(a record opened, a list of results shown), so that it needs no entry of its own; the cost of all
providers together for a page of results is counted in `tests/bench/bench_record.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from lib.domain import summary as rules
from lib.domain.access import Actor, Permission
from lib.domain.consent import Topic
from lib.domain.search.results import SearchHit
from lib.domain.summary import Key, SummaryItem
from lib.services import follow_ups
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent import states
from lib.store import media_summary, summary
from lib.store.connection import Cursor

# Answers for every patient asked about; the day is that of the clinic.
Provider = Callable[[Cursor, Sequence[UUID], date], Mapping[UUID, SummaryItem]]

HISTORY_SCREEN = "pages/records/history.py"
RECORD_SCREEN = "pages/records/patient.py"
CONSENT_SCREEN = "pages/records/consent.py"
PHOTOGRAPHS_SCREEN = "pages/records/photographs.py"


def register(key: Key, provider: Provider) -> None:
    """Let `provider` answer for one item of the strip, in place of any that did before."""
    _registered[key] = provider


def items_for(
    cursor: Cursor, patient_ids: Sequence[UUID], as_of: date
) -> dict[UUID, tuple[SummaryItem, ...]]:
    """Return the strip of each patient, its items in their order.

    The caller has authorised the reading and writes its audit entry.
    """
    answers = {key: found(cursor, patient_ids, as_of) for key, found in _registered.items()}
    return {
        patient_id: tuple(answers[key][patient_id] for key in Key if key in answers)
        for patient_id in patient_ids
    }


def for_results(
    clinic: Clinic, actor: Actor, hits: Sequence[SearchHit], *, as_of: date
) -> dict[UUID, tuple[SummaryItem, ...]]:
    """Return the strip of each patient among results that were just shown, and so are audited.

    A restricted record is marked in a list, without detail (rule E1). Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.SEARCH_PATIENTS)
    shown = [hit.patient_id for hit in hits if not hit.is_restricted]
    with clinic.store.reading() as cursor:
        return items_for(cursor, shown, as_of)


def history(cursor: Cursor, patient_ids: Sequence[UUID], as_of: date) -> dict[UUID, SummaryItem]:
    """Say whether each history was confirmed within the last twelve months."""
    confirmed = summary.get_confirmed(cursor, patient_ids)
    unknown = [patient_id for patient_id in patient_ids if patient_id not in confirmed]
    seen = summary.get_last_seen(cursor, unknown)
    booked = summary.get_next_booked(cursor, unknown, _begin(as_of))
    return {
        patient_id: rules.history(
            confirmed.get(patient_id),
            is_expected=seen.get(patient_id) is not None or patient_id in booked,
            as_of=as_of,
            path=HISTORY_SCREEN,
        )
        for patient_id in patient_ids
    }


def consent(cursor: Cursor, patient_ids: Sequence[UUID], as_of: date) -> dict[UUID, SummaryItem]:
    """Say whether each patient agreed to be treated, and to pictures for the record."""
    topics = [Topic(code) for code in rules.NEEDED]
    found = states.standings_among(cursor, patient_ids, topics, as_of)
    silent = [key for key, said in found.items() if all(one.event is None for one in said.values())]
    seen = summary.get_last_seen(cursor, silent)
    booked = summary.get_next_booked(cursor, silent, _begin(as_of))
    return {
        key: rules.consent(
            {topic.purpose: said[topic] for topic in topics},
            is_expected=seen.get(key) is not None or key in booked,
            path=CONSENT_SCREEN,
        )
        for key, said in found.items()
    }


def lots(cursor: Cursor, patient_ids: Sequence[UUID], as_of: date) -> dict[UUID, SummaryItem]:
    """Say whether every product injected in the last two years has its lot."""
    since = rules.lots_looked_for_since(as_of)
    seen = summary.get_last_seen(cursor, patient_ids)
    lacking: dict[UUID, list[date]] = {}
    for patient_id, treated_on in summary.list_without_lot(cursor, patient_ids):
        if treated_on >= since:
            lacking.setdefault(patient_id, []).append(treated_on)
    found = {}
    for patient_id in patient_ids:
        days = lacking.get(patient_id, [])
        last_seen_on = seen.get(patient_id)
        found[patient_id] = rules.lots(
            max(days, default=None),
            len(days),
            is_recent=last_seen_on is not None and last_seen_on >= since,
            path=RECORD_SCREEN,
        )
    return found


def follow_up(cursor: Cursor, patient_ids: Sequence[UUID], as_of: date) -> dict[UUID, SummaryItem]:
    """Say whether a follow-up is due, exactly when the list of follow-ups shows the patient."""
    window = follow_ups.window(as_of)
    due = summary.list_due(cursor, patient_ids)
    booked = summary.get_next_booked(cursor, patient_ids, _begin(as_of))
    return {
        patient_id: rules.follow_up(
            due.get(patient_id, ()),
            booked[patient_id].date() if patient_id in booked else None,
            window,
            path=follow_ups.SCREEN,
        )
        for patient_id in patient_ids
    }


def photographs(
    cursor: Cursor, patient_ids: Sequence[UUID], as_of: date
) -> dict[UUID, SummaryItem]:
    """Say whether the newest treatment of each patient has its pictures, before and after."""
    since = rules.lots_looked_for_since(as_of)
    seen = summary.get_last_seen(cursor, patient_ids)
    recent = [key for key, day in seen.items() if day is not None and day >= since]
    newest = media_summary.get_newest(cursor, recent)
    pictured = media_summary.list_stages(cursor, list(newest))
    found = {}
    for patient_id in patient_ids:
        series_id, treated_on = newest.get(patient_id, (None, None))
        stages = pictured.get((patient_id, series_id), frozenset()) if series_id else frozenset()
        found[patient_id] = rules.photographs(
            treated_on, stages, as_of=as_of, path=PHOTOGRAPHS_SCREEN
        )
    return found


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC).replace(tzinfo=None)


def not_kept(key: Key, word: str) -> Provider:
    """Return a provider for what this version does not keep, until its feature registers."""

    def say(_: Cursor, patient_ids: Sequence[UUID], __: date) -> dict[UUID, SummaryItem]:
        return dict.fromkeys(patient_ids, rules.not_kept(key, word))

    return say


_registered: dict[Key, Provider] = {
    Key.HISTORY: history,
    Key.CONSENT: consent,
    Key.PHOTOGRAPHS: photographs,
    Key.LOTS: lots,
    Key.FOLLOW_UP: follow_up,
    Key.BALANCE: not_kept(Key.BALANCE, "Balance"),
}
