"""Why a record is still here, in one sentence with its dates, rule numbers and blockers; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from lib.domain import formats
from lib.domain.ages import ADULT_YEARS, years_old
from lib.domain.retention import Basis, Disposition, Facts, Setting, Status, Trigger

NO_ANCHOR: Final = "No treatment, consultation or contact has a date (C2): a person must decide"
MINOR: Final = "a minor's record, so a person decides (C4)"
ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}
VITAL: Final = "what protects the patient"


@dataclass(frozen=True, slots=True)
class Phrase:
    """How a blocker is told: `an appointment booked on 01-Nov-2026 for 03-Dec-2026`."""

    name: str
    begun: str = "since"
    ends: str = "until"

    @property
    def title(self) -> str:
        """Return the name as a heading has it: `Open complaint`."""
        bare = self.name.removeprefix("a ").removeprefix("an ")
        return bare[:1].upper() + bare[1:]


@dataclass(frozen=True, slots=True)
class Standing:
    """One blocker of one patient that stands; it holds to the end of `ends_on`, or without end."""

    blocker: str
    since: date
    ends_on: date | None
    phrase: Phrase

    @property
    def words(self) -> str:
        """Return it with its dates: `an open complaint since 03-Nov-2026`."""
        begun = f"{self.phrase.name} {self.phrase.begun} {formats.day(self.since)}"
        return f"{begun} {self.phrase.ends} {formats.day(self.ends_on)}" if self.ends_on else begun

    def order(self) -> tuple[str, date, date]:
        """Return what blockers are sorted by: their name, then how long they stand."""
        return self.blocker, self.since, self.ends_on or date.max


def sentence(
    told: Disposition,
    facts: Facts,
    standing: Sequence[Standing] = (),
    setting: Setting | None = None,
    kept: Sequence[str] = (),
) -> str:
    """Return why a record is still here, or that it need not be any longer.

    `standing` is every blocker that stands, `kept` what is kept of a vital-interest subset
    (rule C7), such as `2 allergies`. The dates, each rule's number and every blocker are in it.
    """
    outcome = _outcome(told, standing, kept)
    parts = [_until(told, facts, setting or Setting()), *([outcome] if outcome else [])]
    return f"{'; '.join(parts)}."


def line(told: Disposition, standing: Sequence[Standing] = ()) -> str:
    """Return until when a record is kept, in a few words."""
    if told.retain_until is None:
        return "Kept until a person decides"
    due = formats.day(told.dispose_from)
    words = {
        Status.BLOCKED: f"Due since {due}, held back",
        Status.PARTIAL: f"May go in part from {due}",
        Status.DISPOSE_DUE: f"May go from {due}",
    }
    until = f"Kept until {formats.day(told.retain_until)}"
    return words.get(told.status, f"{until}, then held back" if standing else until)


def listed(parts: Sequence[str]) -> str:
    """Return parts as a sentence has them: `a, b and c`."""
    *first, last = parts or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def _until(told: Disposition, facts: Facts, setting: Setting) -> str:
    if told.anchor_on is None or told.retain_until is None:
        return NO_ANCHOR
    anchor = f"{_anchor(told, facts, setting)} {formats.day(told.anchor_on)}"
    return (
        f"{anchor}{_reckoned(told, facts, setting)} = kept until {formats.day(told.retain_until)}"
    )


def _anchor(told: Disposition, facts: Facts, setting: Setting) -> str:
    """Return what kind of day the clock started on (rules C1, C2)."""
    if facts.last_treated_on is not None:
        restarted = setting.trigger is Trigger.CLINICAL_CONTACT
        later = restarted and told.anchor_on != facts.last_treated_on
        return "Last seen after a treatment" if later else "Last treated"
    if facts.last_consulted_on is not None:
        return "Never treated, last consulted"
    return "Enquiry only, last contact"


def _reckoned(told: Disposition, facts: Facts, setting: Setting) -> str:
    """Return what is added to that day, and by which rule."""
    if told.basis is Basis.DECEASED_FLOOR and facts.died_on is not None:
        years = formats.counted(setting.deceased_years, "year")
        return f", died {formats.day(facts.died_on)} + {years} (C5)"
    if told.basis is Basis.MINOR_FLOOR and facts.born_on is not None and told.anchor_on is not None:
        age = years_old(facts.born_on, told.anchor_on)
        floor = setting.minor_age_at_17 if age == ADULT_YEARS - 1 else setting.minor_age
        return f" at the age of {age}, to the {_ordinal(floor)} birthday (C4)"
    if told.basis is Basis.ENQUIRY:
        return f" + {formats.counted(setting.enquiry_months, 'month')} (C2)"
    rule = "C1" if facts.last_treated_on == told.anchor_on else "C2"
    return f" + {formats.counted(setting.years, 'year')} ({rule})"


def _outcome(told: Disposition, standing: Sequence[Standing], kept: Sequence[str]) -> str:
    """Return what follows for the record today; nothing where only its date is to be waited for."""
    if standing:
        held = f"held back by {listed([one.words for one in standing])} (C6)"
        return f"it would then be {held}" if told.status is Status.RETAIN else held
    protected = f"kept without end to protect the patient: {listed(kept) or VITAL} (C7)"
    if told.status is Status.PARTIAL:
        return f"{protected}; {_may_go('all else', told)}"
    if told.status is Status.DISPOSE_DUE:
        due = _may_go("the record", told)
        return f"{due}, {MINOR}" if told.was_minor else due
    # Of a record of which all else went, nothing with a date is left.
    return protected if told.status is Status.REVIEW and kept else ""


def _may_go(what: str, told: Disposition) -> str:
    return f"{what} may go from {formats.day(told.dispose_from)} (C1)"


def _ordinal(number: int) -> str:
    """Return a number as a birthday has it: 25th, 21st."""
    is_teen = number // 10 % 10 == 1
    return f"{number}{'th' if is_teen else ENDINGS.get(number % 10, 'th')}"
