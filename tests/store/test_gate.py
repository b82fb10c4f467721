"""The store's gate: who waits for whom, and that nobody waits for themselves."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.errors import StoreBusyError, StoreInUseError
from lib.store.connection import Store, StoreOptions, UnitOfWork
from lib.store.gate import Gate

KEY = bytes(range(32))
INSERT = "INSERT INTO setting VALUES (?, 'x', TIMESTAMP '2026-01-01', NULL)"
OPEN_ELSEWHERE = """
import sys
from pathlib import Path
from lib.errors import StoreInUseError
from lib.store.connection import Store
try:
    store = Store.open(Path(sys.argv[1]), bytes(range(32)))
    print("opened", flush=True)
    sys.stdin.read()
except StoreInUseError:
    print("in use")
"""


def words() -> str:
    return "Come back later."


def test_a_writer_waits_while_writers_are_kept_out_and_a_reader_does_not() -> None:
    gate = Gate()
    order: list[str] = []
    writer = threading.Thread(target=_write, args=(gate, order))
    with gate.turn(), gate.without_writers(words):
        writer.start()
        with gate.reading():
            order.append("read")
        writer.join(0.05)
        assert order == ["read"]
    writer.join(5)
    assert order == ["read", "wrote"]


def _write(gate: Gate, order: list[str]) -> None:
    with gate.writing():
        order.append("wrote")


def test_writers_inside_are_waited_for() -> None:
    gate = Gate()
    inside, may_leave = threading.Event(), threading.Event()
    order: list[str] = []

    def write() -> None:
        with gate.writing():
            inside.set()
            may_leave.wait(5)
            order.append("wrote")

    def keep_out() -> None:
        with gate.turn(), gate.without_writers(words):
            order.append("kept out")

    threads = [threading.Thread(target=write), threading.Thread(target=keep_out)]
    threads[0].start()
    assert inside.wait(5)
    threads[1].start()
    threads[1].join(0.05)
    may_leave.set()
    for thread in threads:
        thread.join(5)
    assert order == ["wrote", "kept out"]


def test_who_waits_too_long_is_told_to_come_back() -> None:
    gate = Gate(patience=0.01)
    with gate.turn(), gate.without_anybody(words):
        for enter in (gate.reading, gate.writing):
            with pytest.raises(StoreBusyError, match="Come back later"), enter():
                pass
    with gate.reading(), gate.writing():
        pass


def test_who_is_inside_may_enter_again_while_others_are_kept_out() -> None:
    gate = Gate()
    with gate.reading():
        thread = threading.Thread(target=_keep_everybody_out, args=(gate,))
        thread.start()
        # It shuts the gate, waits for us a moment, opens it, and shuts it again.
        while not gate.is_shut:
            thread.join(0.001)
        with gate.reading(), gate.writing(), gate.reading():
            pass
    thread.join(5)
    assert not thread.is_alive()


def _keep_everybody_out(gate: Gate) -> None:
    with gate.turn(), gate.without_anybody(words):
        pass


def test_who_is_inside_and_waits_for_somebody_outside_is_not_waited_for_for_ever() -> None:
    gate = Gate()
    outside = threading.Thread(target=_write, args=(gate, []))
    keeper = threading.Thread(target=_keep_everybody_out, args=(gate,))
    with gate.reading():
        keeper.start()
        while not gate.is_shut:
            keeper.join(0.001)
        outside.start()
        outside.join(5)
        assert not outside.is_alive()
    keeper.join(5)
    assert not keeper.is_alive()


def test_who_is_inside_cannot_keep_others_out() -> None:
    gate = Gate()
    with gate.reading(), pytest.raises(RuntimeError, match="inside"), gate.turn():
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "clinic.duckdb", KEY, StoreOptions("256MB", 1))
    yield store
    store.close()


def put(name: str) -> Callable[[UnitOfWork], object]:
    return lambda unit: unit.cursor.execute(INSERT, [name])


def test_a_held_store_is_one_whole_file_that_does_not_change(store: Store, tmp_path: Path) -> None:
    store.transact(put("before"))
    writer = threading.Thread(target=store.transact, args=(put("meanwhile"),))
    with store.held() as path:
        writer.start()
        content = path.read_bytes()
        assert not path.with_name("clinic.duckdb.wal").exists()
        with store.reading() as cursor:
            assert cursor.execute("SELECT name FROM setting").fetchall() == [("before",)]
        writer.join(0.05)
        assert path.read_bytes() == content
    writer.join(5)
    (tmp_path / "copy.duckdb").write_bytes(content)
    copy = Store.open(tmp_path / "copy.duckdb", KEY)
    with copy.reading() as cursor:
        assert cursor.execute("SELECT name FROM setting").fetchall() == [("before",)]
    copy.close()
    with store.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM setting").fetchall() == [(2,)]


def test_reading_the_held_files_bytes_does_not_let_another_process_in(store: Store) -> None:
    with store.held() as path:
        path.read_bytes()
    assert _open_elsewhere(store.path) == "in use"


def test_a_process_that_came_in_while_the_lock_was_off_is_noticed(store: Store) -> None:
    holding = store.held()
    path = holding.__enter__()
    path.read_bytes()
    command = [sys.executable, "-c", OPEN_ELSEWHERE, str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "opened\n"
        with pytest.raises(StoreInUseError, match="Another process opened the store"):
            holding.__exit__(None, None, None)
        other.communicate("", timeout=30)


def _open_elsewhere(path: Path) -> str:
    command = [sys.executable, "-c", OPEN_ELSEWHERE, str(path)]
    return subprocess.run(
        command, capture_output=True, input="", text=True, check=True
    ).stdout.strip()


def test_the_lock_is_let_go_of_when_the_store_is_closed(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "clinic.duckdb", KEY)
    assert _open_elsewhere(store.path) == "in use"
    store.close()
    assert _open_elsewhere(store.path) == "opened"
