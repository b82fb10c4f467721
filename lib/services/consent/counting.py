"""What was counted of consent across the clinic, kept until consent changes or the day does.

A small clinic is counted anew whenever something changed. Where counting takes longer, the figures
from before are shown with their time while a thread counts anew: nobody waits.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lib.errors import ClinicError

Result = TypeVar("Result")
log = logging.getLogger(__name__)

# What takes longer than this to count is not counted while somebody waits, once it is there.
QUICK_SECONDS = 0.15
# However often something changes, counting takes at most this share of the time.
SHARE = 10
MOST_KEPT = 24


@dataclass(frozen=True, slots=True)
class Counted(Generic[Result]):
    """A result; `is_old`: something changed since, and it is being counted anew."""

    result: Result
    is_old: bool = False


@dataclass(slots=True)
class _Kept(Generic[Result]):
    state: Hashable
    result: Result
    seconds: float
    at: float


@dataclass(slots=True)
class Keeping(Generic[Result]):
    """Results by what they are of; of those not asked for lately some are let go."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: OrderedDict[Hashable, _Kept[Result]] = field(default_factory=OrderedDict)
    _at_work: dict[Hashable, threading.Event] = field(default_factory=dict)

    def get(self, key: Hashable, state: Hashable, count: Callable[[], Result]) -> Counted[Result]:
        """Return the result of `key` as of `state`, counted now unless it was.

        What takes long is counted in a thread when there is an older result to show meanwhile.
        """
        found = self._there(key, state, count)
        return found or Counted(self._count(key, state, count))

    def soon(
        self, key: Hashable, state: Hashable, count: Callable[[], Result], patience: float
    ) -> Counted[Result] | None:
        """Return the same, counted in a thread; None when it is not there within the seconds."""
        found = self._there(key, state, count)
        if found is not None:
            return found
        self._begin(key, state, count).wait(patience)
        with self._lock:
            held = self._kept.get(key)
            return Counted(held.result, held.state != state) if held else None

    def clear(self) -> None:
        """Forget everything, as when the clinic is closed."""
        with self._lock:
            self._kept.clear()

    def _there(
        self, key: Hashable, state: Hashable, count: Callable[[], Result]
    ) -> Counted[Result] | None:
        """Return what is there and can be shown; begin to count it anew where that is due."""
        with self._lock:
            held = self._kept.get(key)
            if held is None:
                return None
            self._kept.move_to_end(key)
        if held.state == state:
            return Counted(held.result)
        if held.seconds <= QUICK_SECONDS:
            return None
        if time.monotonic() - held.at > SHARE * held.seconds:
            self._begin(key, state, count)
        return Counted(held.result, is_old=True)

    def _begin(
        self, key: Hashable, state: Hashable, count: Callable[[], Result]
    ) -> threading.Event:
        with self._lock:
            if key in self._at_work:
                return self._at_work[key]
            ended = self._at_work[key] = threading.Event()

        def work() -> None:
            try:
                self._count(key, state, count)
            except ClinicError:
                # The clinic was closed meanwhile, or its disk is full: whoever asks next is told.
                log.warning("consent could not be counted", exc_info=True)
            finally:
                with self._lock:
                    del self._at_work[key]
                ended.set()

        threading.Thread(target=work, name="consent counting", daemon=True).start()
        return ended

    def _count(self, key: Hashable, state: Hashable, count: Callable[[], Result]) -> Result:
        begun = time.monotonic()
        result = count()
        with self._lock:
            now = time.monotonic()
            self._kept[key] = _Kept(state, result, now - begun, now)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return result
