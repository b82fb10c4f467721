"""Finding patients: what staff type into the one box, with every patient shown in the audit."""

import time
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.search.query import parse
from lib.domain.search.results import SearchFilters, SearchHit, SearchResults
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store import search as store_search
from lib.store.connection import UnitOfWork

MOST_RESULTS = 100
RECENT = "opened recently"
WRITES = "writes from this address"
WROTE = "wrote from this address before"
EVERYONE = SearchFilters()


def search(
    clinic: Clinic,
    actor: Actor,
    text: str,
    filters: SearchFilters = EVERYONE,
    limit: int = 10,
) -> SearchResults:
    """Return whom the typed text fits best, the best first; without text, the recent records.

    Every patient shown is in the audit trail, the typed text never. Raises `NotPermittedError`,
    and `StoreError` while the index cannot answer.
    """
    if not text.strip():
        return recent(clinic, actor, limit)
    authorise(clinic, actor, Permission.SEARCH_PATIENTS)
    started = time.perf_counter()
    matches = clinic.search.search(text, limit=min(limit, MOST_RESULTS), filters=filters)
    milliseconds = (time.perf_counter() - started) * 1000
    reasons = {match.patient_id: (match.score, match.why) for match in matches}
    query = parse(text, clinic.search.today())
    hits = _show(clinic, actor, reasons, query.kinds())
    return SearchResults(hits, round(milliseconds, 2), query.kinds(), query.is_cut)


def recent(clinic: Clinic, actor: Actor, limit: int = 10) -> SearchResults:
    """Return the patients whose records the actor opened last, the newest first.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.SEARCH_PATIENTS)
    with clinic.store.reading() as cursor:
        opened = store_search.list_recent(cursor, actor.person_id, min(limit, MOST_RESULTS))
    reasons = dict.fromkeys(opened, (0.0, (RECENT,)))
    return SearchResults(_show(clinic, actor, reasons, "recent"), 0.0, "recent")


def by_email(
    clinic: Clinic, actor: Actor, addresses: Sequence[str], *, as_of: date
) -> tuple[SearchHit, ...]:
    """Return who writes, or once wrote, from one of these email addresses, the former first.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.SEARCH_PATIENTS)
    with clinic.store.reading() as cursor:
        found = store_search.list_by_email(cursor, addresses, as_of)
    found.sort(key=lambda one: not one[1])
    reasons = {key: (0.0, (WRITES if is_now else WROTE,)) for key, is_now in found[:MOST_RESULTS]}
    return _show(clinic, actor, reasons, "email")


def _show(
    clinic: Clinic,
    actor: Actor,
    reasons: Mapping[UUID, tuple[float, tuple[str, ...]]],
    kinds: str,
) -> tuple[SearchHit, ...]:
    """Read the patients' rows and record, in one transaction, that they were shown."""

    def work(unit: UnitOfWork) -> tuple[SearchHit, ...]:
        rows = store_search.list_result_rows(unit.cursor, list(reasons))
        hits = tuple(_hit(row, *reasons[row.patient_id]) for row in rows)
        unit.audit(actor, *_events(hits, kinds))
        return hits

    return clinic.store.transact(work)


def _events(hits: Sequence[SearchHit], kinds: str) -> list[Event]:
    shown = [Event(Action.PATIENT_SEARCHED, patient_id=hit.patient_id) for hit in hits]
    return [Event(Action.SEARCHED, detail={"results": len(hits), "kinds": kinds}), *shown]


def _hit(row: store_search.ResultRow, score: float, why: tuple[str, ...]) -> SearchHit:
    return SearchHit(
        patient_id=row.patient_id,
        reference=row.reference,
        external_id=row.external_id,
        title=row.title,
        given_names=row.given_names,
        family_name=row.family_name,
        preferred_name=row.preferred_name,
        sex=row.sex,
        born_on=row.born_on,
        deceased_on=row.deceased_on,
        last_seen_on=row.last_seen_on,
        practitioner_name=row.practitioner_name,
        is_restricted=row.is_restricted,
        score=score,
        why=why,
    )
