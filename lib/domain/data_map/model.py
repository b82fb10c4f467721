"""What the data map says of a column: its category, its reach, what becomes of it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """The kind of personal data a column holds; NONE is no personal data."""

    IDENTITY = "identity"
    CONTACT = "contact"
    CLINICAL = "clinical"
    MEDIA = "media"
    CONSENT = "consent"
    FINANCIAL = "financial"
    AUDIT = "audit"
    ACCOUNT = "account"
    NONE = "none"


class OnExport(StrEnum):
    """Whether an access pack carries it."""

    INCLUDE = "include"
    LEAVE_OUT = "leave out"


class OnMerge(StrEnum):
    """What a merge of two records of one person does with the row."""

    MOVE = "move to the surviving record"
    RECONCILE = "reconcile with the surviving record"
    STAY = "stay"


class OnDisposal(StrEnum):
    """What erasing or anonymising does with it."""

    DELETE = "delete the row"
    UNLINK = "empty the columns that point to the patient"
    KEEP = "keep"


class OnRestrict(StrEnum):
    """What a restriction does: WITHHOLD needs a ground to be used (rule E1)."""

    WITHHOLD = "withhold"
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What happens to a row on each act that the map drives."""

    on_export: OnExport
    on_merge: OnMerge
    on_erase: OnDisposal
    on_anonymise: OnDisposal
    on_restrict: OnRestrict


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it is, what it is, how it reaches its patient, what happens to it.

    `reach` names the columns of the same table that hold a patient's id; empty when none does.
    """

    table: str
    name: str
    category: Category
    reach: tuple[str, ...]
    source: str
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file that the software writes; `pattern` is relative to the home's parent."""

    pattern: str
    category: Category
    holds: str
    on_erase: str


OF_PATIENT = Treatment(
    OnExport.INCLUDE, OnMerge.MOVE, OnDisposal.DELETE, OnDisposal.DELETE, OnRestrict.WITHHOLD
)
THE_PATIENT = Treatment(
    OnExport.INCLUDE, OnMerge.RECONCILE, OnDisposal.DELETE, OnDisposal.DELETE, OnRestrict.WITHHOLD
)
# Stays with the row that it describes when two records are merged: an undo needs it there.
OF_RECORD = Treatment(
    OnExport.INCLUDE, OnMerge.STAY, OnDisposal.DELETE, OnDisposal.DELETE, OnRestrict.WITHHOLD
)
ABOUT_PATIENT = Treatment(
    OnExport.LEAVE_OUT, OnMerge.MOVE, OnDisposal.DELETE, OnDisposal.DELETE, OnRestrict.STAY
)
ABOUT_RECORD = Treatment(
    OnExport.LEAVE_OUT, OnMerge.STAY, OnDisposal.DELETE, OnDisposal.DELETE, OnRestrict.STAY
)
TRAIL = Treatment(
    OnExport.INCLUDE, OnMerge.STAY, OnDisposal.UNLINK, OnDisposal.UNLINK, OnRestrict.STAY
)
# Stays where it is and loses its patient when the record goes; what it says was never about them.
OF_CASE = Treatment(
    OnExport.LEAVE_OUT, OnMerge.STAY, OnDisposal.UNLINK, OnDisposal.UNLINK, OnRestrict.STAY
)
OF_CLINIC = Treatment(
    OnExport.LEAVE_OUT, OnMerge.STAY, OnDisposal.KEEP, OnDisposal.KEEP, OnRestrict.STAY
)

# Columns that hold a patient's id; one of another record of the same person counts too.
REACHING = ("patient_id", "other_patient_id", "absorbed_id", "merged_into_id")

FROM_PATIENT = "the patient, a professional or a third party, as `source` says"
FROM_CLINIC = "the clinic's own work"


def table(
    name: str,
    treatment: Treatment,
    columns: Mapping[Category, str],
    source: str = FROM_CLINIC,
) -> tuple[Column, ...]:
    """Return the columns of one table; each category lists its columns' names in one text."""
    declared = {column for words in columns.values() for column in words.split()}
    reach = tuple(column for column in REACHING if column in declared)
    return tuple(
        Column(name, column, category, reach, source, treatment)
        for category, words in columns.items()
        for column in words.split()
    )


RECORDED = "recorded_at recorded_by"
