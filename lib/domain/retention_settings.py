"""What the settings of retention may be, read from what was typed; pure.

The clinic's privacy notice promises seven years: fewer is asked about, and not forbidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lib.domain.registration import Reading
from lib.domain.retention import Setting, Trigger
from lib.errors import InvalidInputError

Typed = Mapping[str, object]

PROMISED_YEARS = 7
USUAL_CASE_LIMIT = 100
LIMITS: Mapping[str, tuple[int, int]] = {
    "years": (1, 30),
    "enquiry_months": (1, 120),
    "minor_age": (18, 40),
    "minor_age_at_17": (18, 40),
    "deceased_years": (0, 30),
    "financial_years": (6, 30),
    "accounting_end_month": (1, 12),
    "accounting_end_day": (1, 31),
    "case_limit": (1, 1000),
}
# What the law asks for is a limit and no choice (rules C4, C9).
NO_SUCH_DAY = "this month has no such day"
REASON = "say why the settings change"
FEWER = (
    "The privacy notice promises that records are kept for {promised} years after the last "
    "treatment. Change the notice before records go earlier."
)
YOUNGER = "The record of somebody treated at 17 would end sooner than that of a younger patient."


@dataclass(frozen=True, slots=True)
class Chosen:
    """The clinic's settings, and how many records one case of disposal may hold."""

    setting: Setting
    case_limit: int = USUAL_CASE_LIMIT


def read(typed: Typed) -> tuple[Chosen, Mapping[str, str]]:
    """Return what was typed as settings, and the reason of each field that cannot be as it is."""
    reading = Reading(typed)
    numbers = {name: _number(reading, name) for name in LIMITS}
    trigger = reading.text("trigger")
    if trigger not in set(Trigger):
        reading.faults["trigger"] = "choose one of the list"
    ends = (numbers["accounting_end_month"], numbers["accounting_end_day"])
    if not reading.faults and not _is_day(*ends):
        reading.faults["accounting_end_day"] = NO_SUCH_DAY
    if not reading.text("reason"):
        reading.faults["reason"] = REASON
    setting = Setting(
        Trigger(trigger) if trigger in set(Trigger) else Trigger.TREATMENT,
        numbers["years"],
        numbers["enquiry_months"],
        numbers["minor_age"],
        numbers["minor_age_at_17"],
        numbers["deceased_years"],
        numbers["financial_years"],
        ends,
    )
    return Chosen(setting, numbers["case_limit"]), reading.faults


def typed_of(chosen: Chosen) -> dict[str, object]:
    """Return settings as a form shows them."""
    setting = chosen.setting
    month, day = setting.accounting_year_ends
    return {
        "trigger": setting.trigger.value,
        "years": str(setting.years),
        "enquiry_months": str(setting.enquiry_months),
        "minor_age": str(setting.minor_age),
        "minor_age_at_17": str(setting.minor_age_at_17),
        "deceased_years": str(setting.deceased_years),
        "financial_years": str(setting.financial_years),
        "accounting_end_month": str(month),
        "accounting_end_day": str(day),
        "case_limit": str(chosen.case_limit),
    }


def warnings_of(setting: Setting) -> tuple[str, ...]:
    """Return what somebody should think about before these settings hold."""
    found = []
    if setting.years < PROMISED_YEARS:
        found.append(FEWER.format(promised=PROMISED_YEARS))
    if setting.minor_age_at_17 < setting.minor_age:
        found.append(YOUNGER)
    return tuple(found)


def _number(reading: Reading, name: str) -> int:
    """Return a whole number within its limits; anything else is a fault."""
    least, most = LIMITS[name]

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
            message = f"give a whole number from {least} to {most:,}"
            raise InvalidInputError(message)
        return int(text)

    if not reading.text(name):
        reading.faults[name] = f"give a whole number from {least} to {most:,}"
    return reading.value(name, parse, least)


def _is_day(month: int, day: int) -> bool:
    """Tell whether a year can end on that day; the end of February is the 28th or the 29th."""
    try:
        date(2028, month, day)
    except ValueError:
        return False
    return True
