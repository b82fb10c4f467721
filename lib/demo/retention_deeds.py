"""What the people of the synthetic clinic did about retention: held records back, kept a little.

Holds and vital interests go through the services that the screens use; visits and a restriction are
rows, as they come from elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from lib.demo.accounts import COMPLIANCE, MANAGER, STAFF, Account
from lib.demo.deeds import Ground
from lib.demo.sittings import day_of
from lib.domain.holds import NewHold
from lib.domain.retention import Basis, Blocker, Setting, Status
from lib.domain.retention_schedule import month_of
from lib.domain.vital_interests import SUGGESTED, NewVitalInterest
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.services.retention import holds, vital_interests
from lib.store import retention, rows
from lib.store import vital_interests as facts
from lib.store.connection import Cursor, UnitOfWork
from lib.store.retention import Sought

# Enough to choose from; a large clinic has many thousand.
MOST_DUE = 400
SOON_MONTHS = 12
MOST_LOOKED_AT = 60
ANSWERED = "The insurer closed the claim without payment; its letter is on file."


@dataclass(frozen=True, slots=True)
class _Held:
    """A hold as somebody placed it: when, until when, when it is looked at again, in days from now.

    `is_due`: of a record that may go today; else of one that may go within the year.
    """

    kind: Blocker
    reason: str
    by: Account
    placed: int
    review: int
    ends: int | None = None
    is_due: bool = True


# Two reviews are late, one is due within days.
HELD = (
    _Held(
        Blocker.LEGAL_HOLD,
        "Claim about scarring by Hart & Loxley; the insurer asks that nothing is destroyed.",
        COMPLIANCE,
        placed=210,
        review=-31,
    ),
    _Held(
        Blocker.LEGAL_HOLD,
        "Police request about a prescriber who has left; kept until they have made copies.",
        COMPLIANCE,
        placed=40,
        review=50,
    ),
    _Held(
        Blocker.OPEN_COMPLAINT,
        "Complains that her photographs were not sent on; answer promised, not yet given.",
        STAFF,
        placed=96,
        review=-6,
    ),
    _Held(
        Blocker.OPEN_COMPLAINT,
        "Wrote to the ombudsman about the bill of the last visit.",
        STAFF,
        placed=25,
        review=9,
    ),
    _Held(
        Blocker.OPEN_DEBT,
        "Last instalment of the course was never paid; the collector reports by the quarter.",
        STAFF,
        placed=130,
        review=41,
    ),
    _Held(
        Blocker.OPEN_DEBT,
        "Card payment was charged back; the bank has not decided.",
        STAFF,
        placed=12,
        review=78,
        ends=160,
    ),
    _Held(
        Blocker.EXTENSION,
        "Asked in writing for time to collect copies before the record goes.",
        COMPLIANCE,
        placed=8,
        review=52,
        ends=52,
    ),
    _Held(
        Blocker.EXTENSION,
        "Twin of a patient with the same name: to be told apart with certainty first.",
        MANAGER,
        placed=3,
        review=27,
        ends=27,
    ),
    _Held(
        Blocker.LEGAL_HOLD,
        "Inquest into a death elsewhere; the coroner may ask for the treatment record.",
        COMPLIANCE,
        placed=60,
        review=30,
        is_due=False,
    ),
    _Held(
        Blocker.OPEN_COMPLAINT,
        "Unhappy with the result and asked for the practitioner's notes; meeting agreed.",
        STAFF,
        placed=18,
        review=72,
        is_due=False,
    ),
)
RELEASED = _Held(
    Blocker.LEGAL_HOLD,
    "Claim about an infection after filler; the insurer asks that nothing is destroyed.",
    COMPLIANCE,
    placed=320,
    review=-230,
)
RELEASED_DAYS = 75
# What is kept because it protects the patient: why, how long ago it was marked.
VITAL = (
    ("Would be given the same again elsewhere without this: see what is kept.", 5),
    ("Reacted here, and may come to harm if nobody can say to what.", 33),
    ("Asked us to keep it: no other clinic knows.", 340),
)
VISITS = ((9, "Wants to come back; consultation"), (34, "Consultation"))
RESTRICTED = "needed for a claim"


def do_all(clinic: Clinic, ground: Ground) -> None:
    """Hold back a few of the records that are due or soon will be, each for its own reason."""
    today = day_of(ground.today)
    with clinic.store.reading() as cursor:
        due, soon = _candidates(cursor, ground, today)
        kept = list(_with_facts(cursor, due[: len(due) // 2]))
    chosen = iter(one for one in due if one not in {key for key, _ in kept})
    later = iter(soon)
    for held in HELD:
        patient_id = next(chosen if held.is_due else later, None)
        if patient_id is not None:
            _place(clinic, ground, patient_id, held)
    released = next(chosen, None)
    if released is not None:
        hold_id = _place(clinic, ground, released, RELEASED)
        about = _about(ground, released, RELEASED_DAYS)
        holds.release(clinic, COMPLIANCE.actor(), about, hold_id, ANSWERED)
    for (patient_id, row_ids), (reason, days) in zip(kept, VITAL, strict=False):
        _mark(clinic, ground, _about(ground, patient_id, days), (reason, row_ids))
    _others(clinic, ground, chosen)


def _candidates(cursor: Cursor, ground: Ground, today: date) -> tuple[list[UUID], list[UUID]]:
    """Return whose records are due, and whose will be within a year, in an order of chance."""
    first = month_of(today)
    found = []
    # Of those who were treated: what is held against a record speaks of a treatment.
    for sought in (
        Sought(Status.DISPOSE_DUE, basis=Basis.TREATMENT),
        Sought(
            Status.RETAIN,
            first_month=first,
            last_month=first + SOON_MONTHS,
            basis=Basis.TREATMENT,
        ),
    ):
        keys = retention.list_keys(cursor, today, Setting(), sought, MOST_DUE)
        usable = [one for one in keys if str(one) not in ground.barred]
        found.append([usable[at] for at in ground.random.permutation(len(usable))])
    return found[0], found[1]


def _with_facts(cursor: Cursor, keys: Sequence[UUID]) -> Iterator[tuple[UUID, tuple[UUID, ...]]]:
    """Give some of whom something is known that protects them, with the rows that say it."""
    left = len(VITAL)
    for patient_id in keys[:MOST_LOOKED_AT]:
        standing = facts.list_facts(cursor, patient_id).standing
        row_ids = tuple(one.row_id for one in standing if one.kind in SUGGESTED)
        if row_ids and left:
            left -= 1
            yield patient_id, row_ids


def _place(clinic: Clinic, ground: Ground, patient_id: UUID, held: _Held) -> UUID:
    about = _about(ground, patient_id, held.placed)
    ends_on = None if held.ends is None else day_of(ground.today + held.ends)
    hold_id, review_on = ground.key(about.now), day_of(ground.today + held.review)
    wanted = NewHold(hold_id, held.kind, held.reason, held.by.person_id, review_on, ends_on)
    holds.place(clinic, held.by.actor(), about, wanted)
    return hold_id


def _mark(clinic: Clinic, ground: Ground, about: About, why: tuple[str, tuple[UUID, ...]]) -> None:
    reason, row_ids = why
    wanted = NewVitalInterest(
        ground.key(about.now),
        reason,
        COMPLIANCE.person_id,
        about.as_of + timedelta(days=365),
        row_ids,
    )
    vital_interests.mark(clinic, COMPLIANCE.actor(), about, wanted)


def _others(clinic: Clinic, ground: Ground, chosen: Iterator[UUID]) -> None:
    """Book visits for two whose records are due, and restrict the record of a third."""

    def work(unit: UnitOfWork) -> None:
        for (days, purpose), patient_id in zip(VISITS, chosen, strict=False):
            rows.insert_row(unit.cursor, "appointment", _visit(ground, patient_id, days, purpose))
        restricted = next(chosen, None)
        if restricted is not None:
            placed_at = ground.at(20, 14)
            values = {
                "restriction_id": ground.key(placed_at),
                "patient_id": restricted,
                "reason": RESTRICTED,
                "placed_at": placed_at,
            }
            rows.insert_row(unit.cursor, "restriction", values)

    clinic.store.transact(work)


def _visit(ground: Ground, patient_id: UUID, days: int, purpose: str) -> dict[str, object]:
    recorded_at = ground.at(days, 10)
    starts_at = datetime.combine(day_of(ground.today + days), recorded_at.time())
    return {
        "appointment_id": ground.key(recorded_at),
        "patient_id": patient_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=30),
        "purpose": purpose,
        "status": "booked",
        "recorded_at": recorded_at,
        "recorded_by": STAFF.person_id,
    }


def _about(ground: Ground, patient_id: UUID, days_ago: int) -> About:
    at = ground.at(days_ago, 11)
    return About(patient_id, at, at.date())
