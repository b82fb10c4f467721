"""The store's file made anew: everything that is left arrives, nothing that was deleted does."""

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self
from uuid import UUID, uuid4

import duckdb
import pytest

from lib.domain.access import Role
from lib.domain.audit import Action, Event
from lib.errors import StoreBusyError, StoreError
from lib.services import audit
from lib.services.clinic import Clinic
from lib.store import copying, rewriting, site, watching
from lib.store.connection import Cursor, Store, StoreOptions, UnitOfWork
from lib.store.copying import Table
from tests.conftest import actor_with

KEY = bytes(range(32))
OPTIONS = StoreOptions("256MB", 1)
ROOT = Path(__file__).resolve().parents[2]
SETTING = "INSERT INTO setting VALUES (?, 'x', TIMESTAMP '2026-01-01', NULL)"
PATIENT = """
INSERT INTO patient (patient_id, reference, given_names, family_name, sex, registered_on, source,
    note, version, created_at, changed_at)
VALUES (?, ?, 'Ada', 'Ash', 'female', DATE '2026-01-02', 'desk', ?, 1, TIMESTAMP '2026-01-02',
    TIMESTAMP '2026-01-02')
"""
REFERENCES = "SELECT reference FROM patient ORDER BY 1"
SETTINGS = "SELECT name FROM setting ORDER BY 1"
INDEXES = """
SELECT index_name, sql FROM duckdb_indexes() WHERE database_name = 'clinic' ORDER BY 1
"""
RULES = """
SELECT table_name, constraint_text FROM duckdb_constraints() WHERE database_name = 'clinic'
ORDER BY 1, 2
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one store with a few patients, which tests copy."""
    path = tmp_path_factory.mktemp("template") / "clinic.duckdb"
    store = Store.open(path, KEY, OPTIONS)
    store.transact(lambda unit: [add_patient(unit, f"P-{n}") for n in range(5)])
    store.close()
    return path


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "clinic.duckdb"))


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store.open(path, KEY, OPTIONS)
    yield store
    store.close()


def add_patient(unit: UnitOfWork, reference: str, note: str = "") -> UUID:
    patient_id = uuid4()
    unit.cursor.execute(PATIENT, [str(patient_id), reference, note])
    return patient_id


def add_setting(unit: UnitOfWork, name: str) -> None:
    unit.cursor.execute(SETTING, [name])


def column(store: Store, sql: str) -> list[str]:
    with store.reading() as cursor:
        return [row[0] for row in cursor.execute(sql).fetchall()]


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as cursor:
        names = [table.name for table in copying.list_tables(cursor)]
        rows = {
            name: cursor.execute(f'SELECT * FROM "{name}" ORDER BY ALL').fetchall()  # noqa: S608
            for name in names
        }
        rows["its indexes"] = cursor.execute(INDEXES).fetchall()
        rows["its rules"] = cursor.execute(RULES).fetchall()
    return rows


def only_the_store(path: Path) -> bool:
    return {file.name for file in path.parent.iterdir()} <= {path.name, f"{path.name}.wal"}


def test_every_row_index_and_rule_is_in_the_new_file(store: Store) -> None:
    before = everything(store)
    shares: list[float] = []
    done = store.rewrite(shares.append)
    assert everything(store) == before
    assert shares[-1] == 1
    assert done.rows == sum(len(rows) for name, rows in before.items() if " " not in name)
    assert done.bytes_after == store.path.stat().st_size
    assert only_the_store(store.path)


def test_it_can_be_written_and_opened_and_rewritten_again_afterwards(store: Store) -> None:
    store.rewrite()
    store.transact(lambda unit: add_patient(unit, "P-after"))
    store.rewrite()
    store.transact(lambda unit: add_setting(unit, "after"))
    store.close()
    again = Store.open(store.path, KEY, OPTIONS)
    assert column(again, REFERENCES)[-1] == "P-after"
    assert column(again, SETTINGS) == ["after"]
    again.close()


def test_every_table_that_is_brought_over_last_may_be(store: Store) -> None:
    with store.reading() as cursor:
        tables = copying.list_tables(cursor)
    few = {table.name: 1 for table in tables}
    assert copying.movable(tables, few, watching.CARRIED, 1) == watching.CARRIED


def test_a_table_whose_keys_a_large_one_names_is_not_brought_over_last() -> None:
    case, item = Table("a_case", (), frozenset()), Table("item", (), frozenset({"a_case"}))
    rows = {"a_case": 1, "item": 9}
    assert copying.movable([case, item], rows, {"a_case", "item"}, 10) == {"a_case", "item"}
    assert copying.movable([case, item], rows, {"a_case", "item"}, 5) == frozenset()
    assert copying.movable([case, item], rows, {"item"}, 10) == {"item"}


BROUGHT_OVER = [
    "SELECT * FROM patient",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "SET threads = 1",
    "INSERT INTO audit_entry (entry_id) VALUES (?)",
    "INSERT INTO audit_entry BY NAME SELECT * FROM incoming_rows",
    "\n insert into draft (draft_id) values (?)",
    "UPDATE sign_in_session SET ended_at = ?",
    "DELETE FROM draft WHERE draft_id = ?",
    "INSERT INTO recent_record VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2",
]
LOST = [
    "INSERT INTO patient (patient_id) VALUES (?)",
    "UPDATE audit_entry SET patient_id = NULL",
    "DELETE FROM audit_entry",
    "INSERT INTO audit_entry VALUES (1) ON CONFLICT DO UPDATE SET detail = ''",
    "WITH a AS (SELECT 1) INSERT INTO patient SELECT * FROM a",
    "WITH a AS (SELECT 1) INSERT INTO draft SELECT * FROM a",
    "SELECT 1; DELETE FROM patient",
    "MERGE INTO draft USING patient ON true WHEN MATCHED THEN DELETE",
    "TRUNCATE patient",
    "CREATE TABLE other (a INTEGER)",
    "DROP TABLE draft",
    "INSERT INTO draft_of_another VALUES (1)",
    "CHECKPOINT",
    "COPY draft FROM 'file'",
    "INSERT OR REPLACE INTO audit_entry VALUES (1)",
]


@pytest.mark.parametrize("sql", BROUGHT_OVER)
def test_what_is_brought_over_may_be_written_meanwhile(sql: str) -> None:
    assert is_brought_over(sql)


@pytest.mark.parametrize("sql", LOST)
def test_what_would_be_lost_may_not(sql: str) -> None:
    assert not is_brought_over(sql)


def is_brought_over(sql: str) -> bool:
    return watching.is_brought_over(duckdb.extract_statements, sql, watching.CARRIED)


def test_a_watched_cursor_lets_nothing_pass_that_nobody_thought_about(store: Store) -> None:
    with store.reading() as cursor:
        watched = watching.watched(cursor, watching.CARRIED)
        assert watched.execute("SELECT ?", [1]).fetchall() == [(1,)]
        assert watched.executemany("SELECT ?", [[1], [2]]).fetchall() == [(2,)]
        assert not hasattr(watched, "append")
        assert not hasattr(watched, "sql")


class Rewrite:
    """A rewrite in another thread, which stands still at one step until it is let go on."""

    def __init__(self, store: Store, at: str) -> None:
        self._at = at
        self._reached, self._may_go_on = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(1)
        self._done = self._pool.submit(store.rewrite, step=self._hear)

    def _hear(self, step: str) -> None:
        if step == self._at:
            self._reached.set()
            self._may_go_on.wait(30)

    def __enter__(self) -> Self:
        assert self._reached.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on()
        self._pool.shutdown()

    def go_on(self) -> None:
        self._may_go_on.set()

    def result(self) -> rewriting.Rewritten:
        self.go_on()
        return self._done.result(30)


def test_reading_and_what_is_brought_over_go_on_while_the_store_is_copied(store: Store) -> None:
    with Rewrite(store, "copied") as rewrite:
        assert len(column(store, REFERENCES)) == 5
        store.transact(lambda unit: add_setting(unit, "meanwhile"))
        store.transact(lambda unit: unit.audit(None, Event(Action.AUDIT_VIEWED)))
        rewrite.result()
    assert column(store, SETTINGS) == ["meanwhile"]
    assert column(store, "SELECT count(*) FROM audit_entry") == [1]


def test_what_would_be_lost_waits_and_is_done_afterwards(store: Store) -> None:
    tried = threading.Event()

    def work(unit: UnitOfWork) -> None:
        add_setting(unit, "with the patient")
        tried.set()
        add_patient(unit, "P-waited")

    with Rewrite(store, "copied") as rewrite, ThreadPoolExecutor(1) as pool:
        saving = pool.submit(store.transact, work)
        assert tried.wait(30)
        assert not saving.done()
        rewrite.result()
        saving.result(30)
    assert column(store, REFERENCES)[-1] == "P-waited"
    assert column(store, SETTINGS) == ["with the patient"]


def test_who_waits_too_long_is_told_when_to_save_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store._gate, "patience", 0.01)  # noqa: SLF001 - nobody waits in a test
    with Rewrite(store, "copied"), pytest.raises(StoreBusyError, match="in about a minute"):
        store.transact(lambda unit: add_patient(unit, "P-refused"))
    store.transact(lambda unit: add_patient(unit, "P-saved"))
    assert column(store, REFERENCES)[-1] == "P-saved"
    assert "P-refused" not in column(store, REFERENCES)


def test_it_is_not_begun_inside_a_transaction(store: Store) -> None:
    with store.reading(), pytest.raises(RuntimeError, match="inside"):
        store.rewrite()


def test_no_write_is_lost_however_many_write_meanwhile(clinic: Clinic) -> None:
    store, actor = clinic.store, actor_with(Role.COMPLIANCE, Role.OWNER)
    stop = threading.Event()
    written: list[set[str]] = [set() for _ in range(4)]
    wrong: list[int] = []

    def write(own: set[str], number: int) -> None:
        while not stop.is_set():
            name = f"{number}-{len(own)}"
            if number == 0:
                store.transact(lambda unit: add_patient(unit, name))  # noqa: B023 - done at once
            else:
                store.transact(lambda unit: _save(unit, name))  # noqa: B023 - done at once
            own.add(name)

    def _save(unit: UnitOfWork, name: str) -> None:
        add_setting(unit, name)
        unit.audit(actor, Event(Action.AUDIT_VIEWED, detail={"name": name}))

    def read() -> None:
        last = 0
        while not stop.is_set():
            found = int(column(store, "SELECT count(*) FROM setting")[0])
            if found < last:
                wrong.append(found)
            last = found

    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(write, own, n) for n, own in enumerate(written)]
        running += [pool.submit(read) for _ in range(2)]
        try:
            for _ in range(2):
                store.rewrite()
        finally:
            stop.set()
        for one in running:
            one.result(30)
    assert set(column(store, REFERENCES)) == written[0]
    settings = set().union(*written[1:])
    assert {name for name in column(store, SETTINGS) if name[:2] in {"1-", "2-", "3-"}} == settings
    assert wrong == []
    details = {
        json.loads(text).get("name") for text in column(store, "SELECT detail FROM audit_entry")
    }
    assert settings <= details
    assert audit.verify(clinic, actor).faults == ()


# Every one of ("copying", *STEPS) was tried; these are the ones between which files change.
KILLS = ("copying", "next_closed", "store_closed", "exchanged")
KILLED_AT = """
import os, signal, sys
from pathlib import Path
from lib.store.connection import Store, StoreOptions
from tests.store.test_rewriting import KEY, OPTIONS, add_patient, add_setting

store = Store.open(Path(sys.argv[1]), KEY, OPTIONS)
store.transact(lambda unit: add_patient(unit, "P-acknowledged"))

def step(name):
    if name == "begun":
        store.transact(lambda unit: add_setting(unit, "acknowledged"))
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

def progress(share):
    if sys.argv[2] == "copying":
        os.kill(os.getpid(), signal.SIGKILL)

store.rewrite(progress, step=step)
"""


def test_a_kill_at_any_step_leaves_the_old_or_the_new_file_whole(
    template: Path, tmp_path: Path
) -> None:
    killed = {}
    for name in KILLS:
        (tmp_path / name).mkdir()
        path = Path(shutil.copy(template, tmp_path / name / "clinic.duckdb"))
        command = [sys.executable, "-c", KILLED_AT, str(path), name]
        killed[path] = subprocess.Popen(command, cwd=ROOT)
    for path, child in killed.items():
        assert child.wait(60) == -signal.SIGKILL
        store = Store.open(path, KEY, OPTIONS)
        assert only_the_store(path)
        assert column(store, REFERENCES) == [*(f"P-{n}" for n in range(5)), "P-acknowledged"]
        assert column(store, SETTINGS) == ["acknowledged"], path
        store.rewrite()
        assert len(column(store, REFERENCES)) == 6
        store.close()


FULL = """
import resource, signal, sys
from pathlib import Path
from lib.errors import StoreError
from lib.store.connection import Store
from tests.store.test_rewriting import KEY, OPTIONS, add_patient

store = Store.open(Path(sys.argv[1]), KEY, OPTIONS)
store.transact(lambda unit: [add_patient(unit, f"Q-{n}", "x" * 200) for n in range(500)])
# The disk takes no file larger than this: a new, empty store is larger at its first checkpoint.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), hard))
try:
    store.rewrite()
except StoreError as error:
    print(error.message.partition(" in ")[0])
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
store.transact(lambda unit: add_patient(unit, "Z-after"))
store.rewrite()
store.close()
"""


@pytest.mark.parametrize("room", [40_000, 1_000_000])
def test_a_full_disk_leaves_the_store_as_it_was_and_usable(path: Path, room: int) -> None:
    command = [sys.executable, "-c", FULL, str(path), str(room)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("The disk that holds the store\n", "")
    assert only_the_store(path)
    store = Store.open(path, KEY, OPTIONS)
    references = column(store, REFERENCES)
    assert (len(references), references[-1]) == (506, "Z-after")
    store.close()


def test_too_little_space_is_said_before_anything_is_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "SPACE_BESIDES", 1 << 60)
    before = everything(store)
    with pytest.raises(StoreError, match="GB free on its disk, and there are"):
        store.rewrite()
    assert everything(store) == before
    assert only_the_store(store.path)


def test_a_fault_in_the_copy_is_found_and_the_store_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(store)
    monkeypatch.setattr(copying, "COPY", f"{copying.COPY} AND rowid <> 3")
    with pytest.raises(StoreError, match="not what was read"):
        store.rewrite()
    assert everything(store) == before
    assert only_the_store(store.path)
    monkeypatch.undo()
    store.rewrite()
    assert everything(store) == before


def test_whoever_hears_of_its_progress_can_stop_it(store: Store) -> None:
    before = everything(store)

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.rewrite(stop)
    assert everything(store) == before
    assert only_the_store(store.path)


def test_closing_the_store_gives_it_up(store: Store) -> None:
    with Rewrite(store, "copied") as rewrite, ThreadPoolExecutor(1) as pool:
        closing = pool.submit(store.close)
        while store._rewriting is None or store._rewriting._cancelled is None:  # noqa: SLF001
            pass
        with pytest.raises(StoreError, match="closed while it was rewritten"):
            rewrite.result()
        closing.result(30)
    again = Store.open(store.path, KEY, OPTIONS)
    assert len(column(again, REFERENCES)) == 5
    again.close()


def test_what_a_killed_rewrite_left_is_removed_when_the_store_is_opened(path: Path) -> None:
    for name in ("clinic.duckdb.next", "clinic.duckdb.next.wal"):
        path.with_name(name).write_bytes(b"what was left")
    store = Store.open(path, KEY, OPTIONS)
    assert only_the_store(path)
    store.close()


TEXT = "Ermintrude Quillfeather-Vandersloot"


def test_the_bytes_of_what_was_deleted_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without encryption and compression the text can be looked for in the file itself."""
    monkeypatch.setattr(site, "attach", _attach_in_clear)
    store = Store.open(tmp_path / "clinic.duckdb", KEY, OPTIONS)
    gone = store.transact(lambda unit: [add_patient(unit, "Q-gone", TEXT)])
    store.transact(lambda unit: [add_patient(unit, f"Q-{n}", f"kept {n}") for n in range(300)])
    _checkpoint(store)
    store.transact(
        lambda unit: unit.cursor.execute("DELETE FROM patient WHERE patient_id = ?", [str(gone[0])])
    )
    _checkpoint(store)
    # This is what the rewrite is for: nothing else takes the bytes away.
    assert TEXT.encode() in store.path.read_bytes()
    store.rewrite()
    content = store.path.read_bytes()
    assert TEXT.encode() not in content
    assert b"kept 299" in content
    assert only_the_store(store.path)
    store.close()


def _checkpoint(store: Store) -> None:
    with store.held():
        pass


def _attach_in_clear(connection: Cursor, path: Path, key: bytes, name: str) -> None:
    del key
    connection.execute("SET force_compression = 'uncompressed'")
    connection.execute(f"ATTACH '{path}' AS {name}")
