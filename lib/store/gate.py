"""Who is at work in the store at this moment, and who has to wait; knows no SQL.

Everybody who reads or writes passes the gate. Nobody waits there, except while a copy is made of
the store's file (writers), or while the file is exchanged for another (everybody). Who is inside
already may enter again in the same thread, so that nobody waits for themselves.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lib.errors import StoreBusyError

# How long somebody waits before they are told to come back.
PATIENCE_SECONDS = 20.0
# Those inside may wait for somebody outside (a lock, another thread): let them, then try again.
ATTEMPT_SECONDS = 0.25
BREATH_SECONDS = 0.25


@dataclass(slots=True)
class Inside:
    """How often one thread is inside, and how often of these as a writer."""

    uses: int = 0
    writes: int = 0


class _Mine(threading.local):
    def __init__(self) -> None:
        self.inside = Inside()


@dataclass(slots=True)
class _Shut:
    """What keeps people out: the words that those are told who wait too long."""

    words: Callable[[], str]
    keeps_readers: bool = False


@dataclass
class Gate:
    """Counts readers and writers, and keeps them out while something needs them to be."""

    patience: float = PATIENCE_SECONDS
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _mine: _Mine = field(default_factory=_Mine)
    _readers: int = 0
    _writers: int = 0
    _shut: _Shut | None = None

    @property
    def is_shut(self) -> bool:
        """Tell whether somebody is kept out at this moment."""
        return self._shut is not None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Be inside as a reader. Raises `StoreBusyError` when it takes too long to get in."""
        inside = self._mine.inside
        self._enter(inside, writes=False)
        try:
            yield
        finally:
            self._leave(inside, writes=False)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be inside as a writer. Raises `StoreBusyError` when it takes too long to get in."""
        inside = self._mine.inside
        self._enter(inside, writes=True)
        try:
            yield
        finally:
            self._leave(inside, writes=True)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be the only one who keeps others out; a second one waits as long as it takes.

        Raises `RuntimeError` for somebody who is inside: they would wait for themselves.
        """
        if self._mine.inside.uses:
            message = "whoever is inside the store cannot keep others out of it"
            raise RuntimeError(message)
        with self._turn:
            yield

    @contextmanager
    def turn_at_most(self, seconds: float) -> Iterator[None]:
        """Wait for the turn so long, and go on without it where another does not end."""
        is_ours = self._turn.acquire(timeout=seconds)
        try:
            yield
        finally:
            if is_ours:
                self._turn.release()

    def wait_for(self, condition: Callable[[], bool], words: Callable[[], str]) -> None:
        """Wait outside until something is so, which `notify` tells.

        Raises `StoreBusyError` with the words after a while, and for somebody who is inside: they
        keep the others waiting.
        """
        with self._changed:
            seconds = 0 if self._mine.inside.uses else self.patience
            if not self._changed.wait_for(condition, seconds):
                raise StoreBusyError(words())

    def notify(self) -> None:
        """Tell those who wait for something that it may be so now."""
        with self._changed:
            self._changed.notify_all()

    @contextmanager
    def without_writers(self, words: Callable[[], str]) -> Iterator[None]:
        """Keep writers out once those inside have ended; readers come and go. Needs the turn."""
        with self._kept_out(_Shut(words), lambda: self._writers == 0):
            yield

    @contextmanager
    def without_anybody(self, words: Callable[[], str]) -> Iterator[None]:
        """Keep everybody out once those inside have ended. Needs the turn."""
        shut = _Shut(words, keeps_readers=True)
        with self._kept_out(shut, lambda: self._writers == self._readers == 0):
            yield

    @contextmanager
    def _kept_out(self, shut: _Shut, is_empty: Callable[[], bool]) -> Iterator[None]:
        while not self._emptied(shut, is_empty):
            time.sleep(BREATH_SECONDS)
        try:
            yield
        finally:
            self._open()

    def _emptied(self, shut: _Shut, is_empty: Callable[[], bool]) -> bool:
        """Shut the gate; open it again when those inside do not come out soon."""
        done = False
        with self._changed:
            self._shut = shut
            try:
                done = self._changed.wait_for(is_empty, ATTEMPT_SECONDS)
            finally:
                if not done:
                    self._open()
        return done

    def _open(self) -> None:
        with self._changed:
            self._shut = None
            self._changed.notify_all()

    def _enter(self, inside: Inside, *, writes: bool) -> None:
        with self._changed:
            if self._shut is not None and self._must_wait(inside, writes=writes):
                self._wait(inside, writes=writes)
            inside.uses += 1
            if writes:
                inside.writes += 1
                self._writers += 1
            else:
                self._readers += 1

    def _must_wait(self, inside: Inside, *, writes: bool) -> bool:
        shut = self._shut
        if shut is None or inside.writes:
            return False
        if shut.keeps_readers:
            # Who reads already is waited for: whatever they begin must end first.
            return not inside.uses
        return writes

    def _wait(self, inside: Inside, *, writes: bool) -> None:
        words = self._shut.words if self._shut else str
        may_enter = self._changed.wait_for(
            lambda: not self._must_wait(inside, writes=writes), self.patience
        )
        if not may_enter:
            raise StoreBusyError(words())

    def _leave(self, inside: Inside, *, writes: bool) -> None:
        with self._changed:
            inside.uses -= 1
            if writes:
                inside.writes -= 1
                self._writers -= 1
            else:
                self._readers -= 1
            if self._shut is not None:
                self._changed.notify_all()
