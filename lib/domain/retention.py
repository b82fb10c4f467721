"""Retention: until when a record is kept, on what ground, and what holds it back (rules C); pure.

The schedule follows from dated facts alone. Blockers stop a disposal and never move its date.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lib.domain.ages import ADULT_YEARS, birthday, is_minor, years_old
from lib.domain.consent import MONTHS_IN_YEAR, months_after

ONE_DAY = timedelta(days=1)


class Trigger(StrEnum):
    """What starts the clock again (rule C2)."""

    TREATMENT = "treatment"
    CLINICAL_CONTACT = "clinical_contact"


class Basis(StrEnum):
    """Which fact the last day of keeping follows from."""

    TREATMENT = "TREATMENT"
    CONSULTATION = "CONSULTATION"
    ENQUIRY = "ENQUIRY"
    MINOR_FLOOR = "MINOR_FLOOR"
    DECEASED_FLOOR = "DECEASED_FLOOR"
    NO_ANCHOR = "NO_ANCHOR"


class Status(StrEnum):
    """What is to be done with a record on a day (rule C8)."""

    RETAIN = "RETAIN"
    BLOCKED = "BLOCKED"
    PARTIAL = "PARTIAL"
    DISPOSE_DUE = "DISPOSE_DUE"
    REVIEW = "REVIEW"


class Blocker(StrEnum):
    """What stops a disposal (rule C6); an extension is one that a reviewer gave a reason for."""

    EXTENSION = "extension"
    FUTURE_APPOINTMENT = "future_appointment"
    LEGAL_HOLD = "legal_hold"
    OPEN_COMPLAINT = "open_complaint"
    OPEN_DEBT = "open_debt"
    OPEN_RIGHTS_REQUEST = "open_rights_request"
    RESTRICTION = "restriction"


@dataclass(frozen=True, slots=True)
class Setting:
    """The clinic's choices; the defaults are what its privacy notice promises.

    `minor_age` is the birthday until which the record of somebody treated under 17 is kept at
    least, `minor_age_at_17` that of somebody treated at 17.
    """

    trigger: Trigger = Trigger.TREATMENT
    years: int = 7
    enquiry_months: int = 24
    minor_age: int = 25
    minor_age_at_17: int = 26
    deceased_years: int = 3
    financial_years: int = 6
    accounting_year_ends: tuple[int, int] = (3, 31)


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason not to dispose of a record; it holds to the end of `ends_on`, or without end."""

    blocker: str
    ends_on: date | None = None

    def stands(self, as_of: date) -> bool:
        """Tell whether it holds on that day; its last day is inside (rule C6)."""
        return self.ends_on is None or as_of <= self.ends_on


@dataclass(frozen=True, slots=True)
class Facts:
    """The dated facts of one patient. Marketing and appointments missed or cancelled are none.

    `last_consulted_on` is the last consultation or review, `last_contact_on` the last contact of
    any kind that was not marketing (rule C3).
    """

    born_on: date | None = None
    last_treated_on: date | None = None
    last_consulted_on: date | None = None
    last_contact_on: date | None = None
    next_appointment_on: date | None = None
    died_on: date | None = None
    holds: tuple[Hold, ...] = ()
    has_vital_interest: bool = False


@dataclass(frozen=True, slots=True)
class Disposition:
    """What the schedule says of one patient on one day.

    `retain_until` is the last day on which the record is kept; both dates are None without an
    anchor. `anchor_on` is the day from which it is reckoned. `was_minor` asks for a person, for
    nothing of a minor is disposed of automatically (rule C4).
    """

    status: Status
    basis: Basis
    anchor_on: date | None = None
    retain_until: date | None = None
    blockers: tuple[str, ...] = ()
    was_minor: bool = False

    @property
    def dispose_from(self) -> date | None:
        """Return the first day on which the record may go (rule C1)."""
        return self.retain_until + ONE_DAY if self.retain_until else None


def disposition(facts: Facts, as_of: date, setting: Setting | None = None) -> Disposition:
    """Return what becomes of a record on `as_of`, and why (rules C1 to C8)."""
    chosen = setting or Setting()
    blockers = blockers_of(facts, as_of)
    anchor_on, basis = _anchor(facts, chosen.trigger)
    if anchor_on is None:
        return Disposition(Status.REVIEW, basis, blockers=blockers)
    was_minor = is_minor(facts.born_on, anchor_on)
    retain_until, basis = _until(facts, anchor_on, basis, chosen)
    status = _status(facts, retain_until, blockers, as_of)
    return Disposition(status, basis, anchor_on, retain_until, blockers, was_minor)


def blockers_of(facts: Facts, as_of: date) -> tuple[str, ...]:
    """Return everything that stops a disposal on that day, each once, sorted (rule C6)."""
    found = {hold.blocker for hold in facts.holds if hold.stands(as_of)}
    if facts.next_appointment_on is not None and facts.next_appointment_on >= as_of:
        found.add(Blocker.FUTURE_APPOINTMENT.value)
    return tuple(sorted(found))


def accounting_period_end(day: date, setting: Setting) -> date:
    """Return the last day of the accounting period that a day falls in."""
    month, last = setting.accounting_year_ends
    ends = _day_in(day.year, month, last)
    return ends if day <= ends else _day_in(day.year + 1, month, last)


def financial_retain_until(period_ends_on: date, setting: Setting | None = None) -> date:
    """Return the last day on which a financial entry is kept (rule C9)."""
    return years_after(period_ends_on, (setting or Setting()).financial_years)


def years_after(day: date, years: int) -> date:
    """Return the same day some years on; 29 February becomes the 28th (rule C1)."""
    return months_after(day, MONTHS_IN_YEAR * years)


def _anchor(facts: Facts, trigger: Trigger) -> tuple[date | None, Basis]:
    """Return the day the clock started and what kind of day it is (rule C2)."""
    treated, consulted = facts.last_treated_on, facts.last_consulted_on
    if treated is not None:
        counts = trigger is Trigger.CLINICAL_CONTACT and consulted is not None
        return (max(treated, consulted) if counts and consulted else treated), Basis.TREATMENT
    if consulted is not None:
        return consulted, Basis.CONSULTATION
    if facts.last_contact_on is not None:
        return facts.last_contact_on, Basis.ENQUIRY
    return None, Basis.NO_ANCHOR


def _until(facts: Facts, anchor_on: date, basis: Basis, setting: Setting) -> tuple[date, Basis]:
    until = (
        months_after(anchor_on, setting.enquiry_months)
        if basis is Basis.ENQUIRY
        else years_after(anchor_on, setting.years)
    )
    floor, floor_basis = _floor(facts, anchor_on, setting)
    return (floor, floor_basis) if floor is not None and floor > until else (until, basis)


def _floor(facts: Facts, anchor_on: date, setting: Setting) -> tuple[date | None, Basis]:
    """Return the earliest last day that a death or a minor's age allows (rules C4, C5)."""
    if facts.died_on is not None:
        return years_after(facts.died_on, setting.deceased_years), Basis.DECEASED_FLOOR
    if facts.born_on is not None and is_minor(facts.born_on, anchor_on):
        at_17 = years_old(facts.born_on, anchor_on) == ADULT_YEARS - 1
        age = setting.minor_age_at_17 if at_17 else setting.minor_age
        return birthday(facts.born_on, age), Basis.MINOR_FLOOR
    return None, Basis.NO_ANCHOR


def _status(facts: Facts, until: date, blockers: Iterable[str], as_of: date) -> Status:
    if as_of <= until:
        return Status.RETAIN
    if tuple(blockers):
        return Status.BLOCKED
    return Status.PARTIAL if facts.has_vital_interest else Status.DISPOSE_DUE


def _day_in(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        # The end of February, in a common year.
        return date(year, 2, 28)
