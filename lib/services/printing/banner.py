"""Whose sheet it is, and what must be seen first: the same on every document about a patient."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from lib.domain import formats
from lib.domain.history import AllergyState
from lib.paper.sheet import Banner, Notice, Notices, Pair
from lib.services.printing.prepare import Asked
from lib.services.records import Alerts, Record

SILENT = {
    AllergyState.NONE_KNOWN: "No known allergies",
    AllergyState.NOT_RECORDED: "Allergies not recorded",
}


def banner(record: Record, asked: Asked) -> Banner:
    """Return who the patient is, as on the screen, for the head of every page."""
    patient, found = record.patient, record.alerts
    died = found.deceased_on
    return Banner(
        name=formats.name(patient.family_name, patient.given_names, patient.title),
        preferred=patient.preferred_name or "",
        pairs=(
            Pair("Born", formats.born(patient.born_on, asked.today, died)),
            Pair("Gender", formats.sex(patient.sex)),
            Pair("Reference", patient.reference),
        ),
        alerts=(_allergies(found), *_marks(found)),
        died=f"Deceased {formats.died(patient.born_on, died)}" if died else "",
    )


def _allergies(found: Alerts) -> str:
    if found.allergy_state is not AllergyState.KNOWN:
        return SILENT[found.allergy_state]
    named = (
        f"{entry.name} ({entry.severity})" if entry.severity else entry.name
        for entry in found.allergies
    )
    return f"Allergies: {', '.join(named)}"


def _marks(found: Alerts) -> Iterable[str]:
    if found.adjustments:
        yield formats.counted(len(found.adjustments), "reasonable adjustment")
    if found.restriction:
        yield "Restricted"
    if found.is_minor:
        yield "Under 18"
    if found.withdrawn:
        yield f"Consent withdrawn: {'; '.join(found.withdrawn)}"


def alerts(record: Record, zone: ZoneInfo) -> Notices:
    """Return what must be seen before anything else (rules C4, D3, E1, G4)."""
    return Notices(
        "",
        (
            *_adjustments(record.alerts),
            *_medical(record.alerts),
            *_consent(record.alerts),
            *_standing(record, zone),
        ),
    )


def _adjustments(found: Alerts) -> Iterable[Notice]:
    for one in found.adjustments:
        shared = "" if one.has_consent_to_share else "Not to be shared outside the clinic."
        lines = tuple(line for line in (one.adjustment, shared) if line)
        yield Notice(f"Reasonable adjustment: {one.need}", lines)


def _medical(found: Alerts) -> Iterable[Notice]:
    for entry in found.allergies:
        severity = f" ({entry.severity})" if entry.severity else ""
        lines = (entry.detail,) if entry.detail else ()
        yield Notice(f"Allergy: {entry.name}{severity}", lines, is_grave=True)
    for entry in found.contraindications:
        lines = (entry.detail,) if entry.detail else ()
        yield Notice(f"Contraindication: {entry.name}", lines, is_grave=True)


def _consent(found: Alerts) -> Iterable[Notice]:
    if found.withdrawn:
        yield Notice(
            "Consent withdrawn", ("; ".join(found.withdrawn),), is_grave=found.is_treatment_ended
        )


def _standing(record: Record, zone: ZoneInfo) -> Iterable[Notice]:
    found = record.alerts
    if found.restriction:
        since = formats.moment(found.restriction.placed_at, zone)
        ground = record.ground.value if record.ground else formats.NOT_KNOWN
        lines = (
            f"Since {since}: {found.restriction.reason}. It may only be stored.",
            f"Printed on this ground: {ground}.",
        )
        yield Notice("This record is restricted", lines, is_grave=True)
    if found.is_minor:
        line = "Toxin and filler may not be given to anybody under 18 for cosmetic reasons."
        yield Notice("Under 18", (line,), is_grave=True)
    if found.injected_as_minor:
        treatments = formats.counted(found.injected_as_minor, "treatment")
        line = f"{treatments} with toxin or filler took place before the eighteenth birthday."
        yield Notice("Treated under 18", (line,), is_grave=True)
