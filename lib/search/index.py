"""The live index of all patients, in memory only: built from the store and kept up with it.

Built in the background when the server starts. Before each search it asks the store what changed,
so that what somebody saved a moment ago, here or on another server, is found. Nothing of it is
written to disk, so nothing of it outlives a record.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lib.domain.search.dialling import Dialling, Locale
from lib.domain.search.query import parse
from lib.domain.search.results import SearchFilters
from lib.errors import StoreError
from lib.search.details import Match
from lib.search.expansion import Searched
from lib.search.ranking import Searcher
from lib.search.shard import UNKNOWN_DAY, Shard, build, day_number, id_numbers
from lib.store import search as store_search
from lib.store.connection import Cursor, Store

# A transaction shows its changes when it commits, with the time at which it made them: looking
# back this far finds those that were long under way.
OVERLAP = timedelta(minutes=5)
# More changes than this at once are built in the background instead of before the next search.
MOST_AT_ONCE = 2_000
LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class View:
    """What a search sees: the base, the patients changed since, and who is gone from the base.

    `fingerprint` sums up the patients changed since `since`, as the store had them.
    """

    base: Shard
    delta: Shard
    is_live: npt.NDArray[np.bool_] | None
    since: datetime
    fingerprint: tuple[int, int]
    changed: frozenset[UUID] = field(default_factory=frozenset)


class LiveIndex:
    """Finds patients by part of what is known of them. Safe to use from several threads."""

    def __init__(self, store: Store, dialling: Dialling | None = None) -> None:
        self._store = store
        self._dialling = dialling or Dialling()
        self._view: View | None = None
        self._ready = threading.Event()
        self._updating = threading.Lock()
        self._building = threading.Lock()
        self._builder: threading.Thread | None = None
        self._failure: Exception | None = None
        self._forgotten: frozenset[UUID] = frozenset()
        self.progress = 0.0

    @property
    def is_ready(self) -> bool:
        """Tell whether a search would answer at once."""
        return self._view is not None

    @property
    def size(self) -> int:
        """Return how many patients the index was built over."""
        return self._view.base.size if self._view else 0

    @property
    def words(self) -> int:
        """Return how many distinct name words it knows."""
        return len(self._view.base.names.vocabulary.words) if self._view else 0

    def start(self) -> None:
        """Begin to build in the background; does nothing while that is under way."""
        with self._building:
            if not self._is_building():
                self._ready.clear()
                self._builder = threading.Thread(
                    target=self._build, name="search index", daemon=True
                )
                self._builder.start()

    def wait_ready(self, timeout: float = LONGEST_WAIT_SECONDS) -> bool:
        """Wait until the index is built, starting it if need be; tell whether it is."""
        if self._view is None:
            self.start()
            self._ready.wait(timeout)
        return self.is_ready

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        filters: SearchFilters | None = None,
        today: date | None = None,
    ) -> list[Match]:
        """Return the best matches for what was typed, the best first.

        Waits for the first build. Raises `StoreError` when the index cannot be built.
        """
        if not self.wait_ready():
            raise self._not_ready()
        view = self.refresh()
        day = today or self.today()
        searched = [
            Searched(view.base, _allowed(view.base, view.is_live, filters)),
            Searched(view.delta, _allowed(view.delta, None, filters)),
        ]
        return Searcher(searched, limit, Locale(day, self._dialling)).find(parse(text, day))

    def count_bearers(self, words: Iterable[str]) -> int:
        """Return how many patients bear the rarest of these folded name words; 0 for none."""
        view = self._view
        if view is None:
            return 0
        counts = [
            sum(shard.names.count_bearers(word) for shard in (view.base, view.delta))
            for word in words
        ]
        return min(counts, default=0)

    @staticmethod
    def today() -> date:
        """Return the day that two-digit years are read by."""
        return datetime.now(UTC).date()

    def refresh(self) -> View:
        """Take in what changed in the store since the last time; return what a search sees."""
        with self._updating:
            view = self._view
            if view is None:
                raise self._not_ready()
            with self._store.reading() as cursor:
                is_same = store_search.get_fingerprint(cursor, view.since) == view.fingerprint
                if not is_same or _now() - view.since > 2 * OVERLAP:
                    cursor.begin()
                    view = self._caught_up(cursor, view)
                    cursor.rollback()
            self._view = view
            return view

    def forget(self, patient_ids: Iterable[UUID]) -> None:
        """Let go of patients at once and for as long as this index lives (disposal)."""
        gone = frozenset(patient_ids)
        self._forgotten |= gone
        with self._updating:
            if self._view is not None:
                with self._store.reading() as cursor:
                    self._view = self._with_changed(cursor, self._view, gone)

    def count_held(self, patient_ids: Iterable[UUID]) -> int:
        """Return how many of these patients memory still holds anything of, found or not.

        Somebody forgotten is not found any more, and is in what was built until it is built anew.
        """
        view = self._view
        texts = [str(one) for one in patient_ids]
        if view is None or not texts:
            return 0
        ids = id_numbers(pa.chunked_array([texts]))
        held = [shard.find(ids) >= 0 for shard in (view.base, view.delta)]
        return int(np.logical_or(*held).sum())

    def _is_building(self) -> bool:
        return self._builder is not None and self._builder.is_alive()

    def _not_ready(self) -> StoreError:
        if self._failure is None:
            return StoreError("The list of patients is still being read. Try again in a moment.")
        error = StoreError("The list of patients could not be read. Start the server again.")
        error.__cause__ = self._failure
        return error

    def rebuild(self) -> None:
        """Build everything anew, in this thread."""
        self._build()
        if self._failure is not None:
            raise self._failure

    def _build(self) -> None:
        try:
            view = self._built()
        except Exception as error:  # noqa: BLE001 - kept, and raised to whoever searches
            self._failure = error
        else:
            with self._updating:
                self._view = view
            self._failure = None
        self._ready.set()

    def _built(self) -> View:
        since = _now() - OVERLAP
        with self._store.reading() as cursor:
            cursor.begin()
            fingerprint = store_search.get_fingerprint(cursor, since)
            tables = store_search.get_search_tables(cursor)
            empty = store_search.get_search_tables(cursor, [])
            cursor.rollback()
        self.progress = 0.4
        base = build(tables, self._report)
        view = View(base, build(empty), None, since, fingerprint)
        with self._store.reading() as cursor:
            view = self._with_changed(cursor, view, self._forgotten)
        self.progress = 1.0
        return view

    def _report(self, part: float) -> None:
        self.progress = 0.4 + 0.6 * part

    def _caught_up(self, cursor: Cursor, view: View) -> View:
        """Return the view with every patient whose version the view does not have yet."""
        if self._is_building():
            return view
        changed = _unknown(view, store_search.get_changed(cursor, view.since))
        if len(changed) > MOST_AT_ONCE:
            self.start()
            return view
        since = _now() - OVERLAP
        fingerprint = store_search.get_fingerprint(cursor, since)
        view = self._with_changed(cursor, view, changed)
        return replace(view, since=since, fingerprint=fingerprint)

    def _with_changed(self, cursor: Cursor, view: View, patient_ids: Iterable[UUID]) -> View:
        changed = view.changed | frozenset(patient_ids)
        if not changed:
            return view
        shown = [str(patient_id) for patient_id in changed - self._forgotten]
        delta = build(store_search.get_search_tables(cursor, shown))
        is_live = np.ones(view.base.size, np.bool_)
        ordinals = view.base.find(id_numbers(pa.chunked_array([[str(one) for one in changed]])))
        is_live[ordinals[ordinals >= 0]] = False
        return replace(view, delta=delta, is_live=is_live, changed=changed)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _unknown(view: View, rows: pa.Table) -> list[UUID]:
    """Return the patients of `rows` whose version neither part of the view has."""
    if not rows.num_rows:
        return []
    ids = id_numbers(rows.column("patient_id"))
    versions = rows.column("version").to_numpy()
    is_known = np.zeros(rows.num_rows, np.bool_)
    for shard in (view.base, view.delta):
        places = shard.find(ids)
        if shard.size:
            is_known |= (places >= 0) & (shard.versions[places] == versions)
    texts = rows.column("patient_id").filter(pa.array(~is_known)).to_pylist()
    return [UUID(text) for text in texts]


def _allowed(
    shard: Shard, is_live: npt.NDArray[np.bool_] | None, filters: SearchFilters | None
) -> npt.NDArray[np.bool_] | None:
    """Return which patients may be found, or None for all of them."""
    if filters is None or filters == SearchFilters():
        return is_live
    allowed = np.ones(shard.size, np.bool_) if is_live is None else is_live.copy()
    if not filters.include_deceased:
        allowed &= ~shard.is_deceased
    if filters.practitioner_id:
        wanted = str(filters.practitioner_id)
        known = shard.practitioner_ids
        allowed &= shard.practitioners == (known.index(wanted) if wanted in known else -2)
    if filters.last_seen_from:
        allowed &= shard.last_seen >= day_number(filters.last_seen_from)
    if filters.last_seen_to:
        allowed &= shard.last_seen <= day_number(filters.last_seen_to)
        allowed &= shard.last_seen != UNKNOWN_DAY
    return allowed
