"""What the demo people did in the days before: their audit trail and recently opened records.

The entries are chained as the store chains them, so the trail verifies; their times are invented.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.accounts import ADMINISTRATOR, COMPLIANCE, MANAGER, OWNER, STAFF, Account
from lib.demo.calendar import EPOCH, Calendar
from lib.demo.columns import DAY_SECONDS, Ints, Random
from lib.domain import audit
from lib.domain.audit import Action, Entry, Outcome

DAYS = 21
RECENT = 12
MOST_LOOKED_UP = 9
SALT_BYTES = 16
SUNDAY = 6
VERIFY_EVERY = 7


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing one of the demo people did, at a UTC second."""

    at: int
    account: Account
    action: Action
    patient_id: str | None = None
    outcome: Outcome = Outcome.DONE


def tables(random: Random, calendar: Calendar, patient_ids: pa.Array) -> dict[str, pa.Table]:
    """Return audit_entry and recent_record for the days before `as_of`.

    `patient_ids` are those that may have been looked up.
    """
    deeds = sorted(_deeds(random, calendar, patient_ids), key=lambda deed: deed.at)
    return {"audit_entry": _chained(random, deeds), "recent_record": _opened(deeds)}


def _deeds(random: Random, calendar: Calendar, patient_ids: pa.Array) -> Iterator[Deed]:
    for day in range(calendar.as_of - DAYS, calendar.as_of):
        # 1 January 1970 was a Thursday.
        if (day + 3) % 7 == SUNDAY:
            continue
        for account in (STAFF, MANAGER):
            yield from _at_the_desk(random, account, day, patient_ids)
        if day % VERIFY_EVERY == 0:
            yield from _oversight(random, day, patient_ids)


def _at_the_desk(
    random: Random, account: Account, day: int, patient_ids: pa.Array
) -> Iterator[Deed]:
    now = _morning(random, day)
    yield Deed(now, account, Action.SIGNED_IN)
    for _ in range(int(random.integers(2, MOST_LOOKED_UP))):
        patient_id = _one_of(random, patient_ids)
        now += int(random.integers(120, 2400))
        yield Deed(now, account, Action.PATIENT_SEARCHED, patient_id)
        yield Deed(now + 4, account, Action.RECORD_VIEWED, patient_id)
    yield Deed(now + 900, account, Action.SIGNED_OUT)


def _oversight(random: Random, day: int, patient_ids: pa.Array) -> Iterator[Deed]:
    now = _morning(random, day) + 3600
    yield Deed(now, COMPLIANCE, Action.SIGNED_IN)
    yield Deed(now + 60, COMPLIANCE, Action.AUDIT_VIEWED)
    yield Deed(now + 90, COMPLIANCE, Action.AUDIT_VERIFIED)
    yield Deed(now + 400, COMPLIANCE, Action.RECORD_VIEWED, _one_of(random, patient_ids))
    yield Deed(now + 1000, COMPLIANCE, Action.SIGNED_OUT)
    yield Deed(now + 1200, OWNER, Action.SIGNED_IN)
    yield Deed(now + 1300, OWNER, Action.REFUSED, _one_of(random, patient_ids), Outcome.REFUSED)
    yield Deed(now + 1400, OWNER, Action.SIGNED_OUT)
    yield Deed(now + 2000, ADMINISTRATOR, Action.SIGN_IN_REFUSED, outcome=Outcome.REFUSED)
    yield Deed(now + 2030, ADMINISTRATOR, Action.SIGNED_IN)
    yield Deed(now + 2600, ADMINISTRATOR, Action.SIGNED_OUT)


def _morning(random: Random, day: int) -> int:
    return day * DAY_SECONDS + int(random.integers(8 * 3600, 10 * 3600))


def _one_of(random: Random, patient_ids: pa.Array) -> str:
    return str(patient_ids[int(random.integers(0, len(patient_ids)))].as_py())


def _chained(random: Random, deeds: list[Deed]) -> pa.Table:
    moments: Ints = np.array([deed.at for deed in deeds], dtype=np.int64)
    ids = columns.uuids(random, moments).to_pylist()
    chain_id, head, entries = UUID(ids[0]), audit.GENESIS, []
    for position, (deed, entry_id) in enumerate(zip(deeds, ids, strict=True)):
        salt = random.bytes(SALT_BYTES).hex() if deed.patient_id else None
        unsealed = _entry(deed, UUID(entry_id), (chain_id, position, head), salt)
        entries.append(replace(unsealed, entry_hash=audit.hash_of(unsealed)))
        head = entries[-1].entry_hash
    return pa.table(
        {name: [_plain(getattr(entry, name)) for entry in entries] for name in Entry.__slots__}
    )


def _entry(deed: Deed, entry_id: UUID, place: tuple[UUID, int, str], salt: str | None) -> Entry:
    chain_id, position, head = place
    digest = audit.digest_of_patient(salt, deed.patient_id) if salt and deed.patient_id else None
    return Entry(
        entry_id=entry_id,
        chain_id=chain_id,
        position=position,
        occurred_at=_time(deed.at),
        person_id=deed.account.person_id,
        session_id=None,
        address="127.0.0.1",
        action=deed.action.value,
        outcome=deed.outcome.value,
        patient_id=UUID(deed.patient_id) if deed.patient_id else None,
        patient_salt=salt,
        patient_digest=digest,
        subject_id=None,
        ground=None,
        detail=json.dumps({}),
        previous_hash=head,
        entry_hash="",
    )


def _opened(deeds: list[Deed]) -> pa.Table:
    last: dict[tuple[str, str], int] = {}
    for deed in deeds:
        if deed.action is Action.RECORD_VIEWED and deed.patient_id:
            last[str(deed.account.person_id), deed.patient_id] = deed.at
    newest: list[tuple[str, str, int]] = []
    for account in (STAFF, COMPLIANCE, MANAGER):
        own = [(who, whom, at) for (who, whom), at in last.items() if who == str(account.person_id)]
        newest += sorted(own, key=lambda row: -row[2])[:RECENT]
    return pa.table(
        {
            "person_id": pa.array([who for who, _, _ in newest], pa.string()),
            "patient_id": pa.array([whom for _, whom, _ in newest], pa.string()),
            "opened_at": pa.array([_time(at) for _, _, at in newest], pa.timestamp("us")),
        }
    )


def _time(seconds: int) -> datetime:
    return datetime.combine(EPOCH, datetime.min.time()) + timedelta(seconds=seconds)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value
