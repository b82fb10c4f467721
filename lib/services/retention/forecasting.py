"""The forecast: what is expected to expire, beside the schedule, under any settings.

Numbers of records and never a patient. It is worked out in a thread and kept until the day or the
records change; other settings than the clinic's are tried without anything being saved.
"""

from calendar import monthrange
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date

from lib.domain import retention_forecast as model
from lib.domain.access import Actor, Permission
from lib.domain.consent import MONTHS_IN_YEAR
from lib.domain.retention import Setting, Status, Trigger
from lib.domain.retention_forecast import Outlook, Span, Tried
from lib.domain.retention_schedule import Group, Heap, added, heap_of, month_of, months_of
from lib.domain.returns import Spells, life_table
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.consent.counting import Keeping
from lib.services.retention import counting, settings
from lib.store import retention, retention_forecast

# So long a screen waits before it says that the forecast is being worked out.
PATIENCE_SECONDS = 0.6


# What could go on the day, were it reviewed.
DUE = frozenset({Status.DISPOSE_DUE, Status.PARTIAL})


@dataclass(frozen=True, slots=True)
class Ahead:
    """A month or a year ahead: the forecast, and what the schedule of it holds."""

    span: Span
    scheduled: Heap


@dataclass(frozen=True, slots=True)
class Forecast:
    """The seven years from the day's month on, under some settings, and how it would have done.

    `due` is what may go on the day already, which is in none of the months. `is_old`: something
    changed since it was worked out, and it is being worked out anew.
    """

    as_of: date
    setting: Setting
    due: Heap
    months: tuple[Ahead, ...]
    years: tuple[Ahead, ...]
    whole: Ahead
    tried: Tried
    is_old: bool = False


_forecasts: Keeping[Forecast] = Keeping()
_spells: Keeping[Spells] = Keeping()


def forecast(
    clinic: Clinic,
    actor: Actor,
    *,
    as_of: date,
    setting: Setting | None = None,
    patience: float = PATIENCE_SECONDS,
) -> Forecast | None:
    """Return the forecast under the clinic's settings, or others; None while it is worked out.

    Raises `NotPermittedError`.
    """
    authorise(clinic, actor, Permission.VIEW_RETENTION)
    with clinic.store.reading() as cursor:
        chosen = setting or settings.current(cursor).setting
        state = retention.get_state(cursor, as_of)
    key: Hashable = (str(clinic.store.path), as_of, chosen)

    def work() -> Forecast:
        return _worked_out(clinic, as_of, chosen, state)

    found = _forecasts.soon(key, state, work, patience)
    return replace(found.result, is_old=found.is_old) if found else None


def forget() -> None:
    """Forget everything that was worked out, as when the clinic is closed."""
    _forecasts.clear()
    _spells.clear()


def _worked_out(clinic: Clinic, as_of: date, setting: Setting, state: Hashable) -> Forecast:
    groups = counting.counted(clinic, as_of, setting)
    key: Hashable = (str(clinic.store.path), as_of, setting.trigger)
    spells = _spells.get(key, state, lambda: _read(clinic, as_of, setting.trigger)).result
    # The month that runs is not whole: how people came back is told by those before.
    first, last = month_of(as_of), month_of(as_of) - 1
    kept = model.kept_of(groups, spells, setting)
    outlook = model.forecast(kept, life_table(spells, last), setting, first, _left(as_of))
    return _told(groups, outlook, (as_of, setting), model.tried(spells, setting, last))


def _told(
    groups: tuple[Group, ...], outlook: Outlook, about: tuple[date, Setting], tried: Tried
) -> Forecast:
    """Return the forecast with what the schedule holds of each month and year."""
    as_of, setting = about
    heaps = [one.whole for one in months_of(groups, as_of, len(outlook.months))]
    months = tuple(map(Ahead, outlook.months, heaps))
    by_year: dict[int, list[Heap]] = {}
    for one in months:
        by_year.setdefault(one.span.month // MONTHS_IN_YEAR, []).append(one.scheduled)
    return Forecast(
        as_of,
        setting,
        heap_of(groups, lambda one: one.status in DUE),
        months,
        tuple(map(Ahead, outlook.years, map(added, by_year.values()))),
        Ahead(outlook.whole, added(heaps)),
        tried,
    )


def _read(clinic: Clinic, as_of: date, trigger: Trigger) -> Spells:
    with clinic.store.with_threads(counting.THREADS), clinic.store.reading() as cursor:
        return retention_forecast.count_spells(cursor, as_of, trigger)


def _left(as_of: date) -> float:
    """Return the share of the day's month that is ahead, the day itself with it."""
    days = monthrange(as_of.year, as_of.month)[1]
    return (days - as_of.day + 1) / days
