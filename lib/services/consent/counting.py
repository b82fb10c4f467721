"""What was counted of consent across the clinic, kept until consent changes or the day does.

A small clinic is counted anew whenever something changed. Where counting takes longer, the figures
from before are shown with their time while a thread counts anew: nobody waits.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Result = TypeVar("Result")

# What takes longer than this to count is not counted while somebody waits, once it is there.
QUICK_SECONDS = 0.15
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
    is_counting: bool = False


@dataclass(slots=True)
class Keeping(Generic[Result]):
    """Results by what they are of; of those not asked for lately some are let go."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: OrderedDict[Hashable, _Kept[Result]] = field(default_factory=OrderedDict)

    def get(self, key: Hashable, state: Hashable, count: Callable[[], Result]) -> Counted[Result]:
        """Return the result of `key` as of `state`, counted now unless it was.

        What takes long is counted in a thread when there is an older result to show meanwhile.
        """
        with self._lock:
            held = self._kept.get(key)
            if held is not None:
                self._kept.move_to_end(key)
                if held.state == state:
                    return Counted(held.result)
                if held.seconds > QUICK_SECONDS:
                    self._begin(key, state, count)
                    return Counted(held.result, is_old=True)
        return Counted(self._count(key, state, count))

    def has(self, key: Hashable) -> bool:
        """Tell whether there is something to show at once."""
        with self._lock:
            return key in self._kept

    def clear(self) -> None:
        """Forget everything, as when the clinic is closed."""
        with self._lock:
            self._kept.clear()

    def _begin(self, key: Hashable, state: Hashable, count: Callable[[], Result]) -> None:
        held = self._kept[key]
        if held.is_counting:
            return
        held.is_counting = True

        def work() -> None:
            try:
                self._count(key, state, count)
            finally:
                held.is_counting = False

        threading.Thread(target=work, name="consent counting", daemon=True).start()

    def _count(self, key: Hashable, state: Hashable, count: Callable[[], Result]) -> Result:
        begun = time.perf_counter()
        result = count()
        with self._lock:
            self._kept[key] = _Kept(state, result, time.perf_counter() - begun)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return result
