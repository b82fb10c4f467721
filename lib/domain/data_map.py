"""The data map: what every column and kind of file is, and what becomes of it; pure.

Access packs, merges, disposal, the erasure search and the record of processing (Art 30) are driven
by it. A test compares it with the live schema: a column that is not declared fails the build.
"""

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

    `reach` is the column of the same table that holds the patient's id, or None.
    """

    table: str
    name: str
    category: Category
    reach: str | None
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
ABOUT_PATIENT = Treatment(
    OnExport.LEAVE_OUT, OnMerge.MOVE, OnDisposal.DELETE, OnDisposal.DELETE, OnRestrict.STAY
)
TRAIL = Treatment(
    OnExport.INCLUDE, OnMerge.STAY, OnDisposal.UNLINK, OnDisposal.UNLINK, OnRestrict.STAY
)
OF_CLINIC = Treatment(
    OnExport.LEAVE_OUT, OnMerge.STAY, OnDisposal.KEEP, OnDisposal.KEEP, OnRestrict.STAY
)

FROM_PATIENT = "the patient, a professional or a third party, as `source` says"
FROM_CLINIC = "the clinic's own work"


def _table(
    name: str,
    treatment: Treatment,
    columns: Mapping[Category, str],
    source: str = FROM_CLINIC,
) -> tuple[Column, ...]:
    declared = {column for words in columns.values() for column in words.split()}
    reach = "patient_id" if "patient_id" in declared else None
    return tuple(
        Column(name, column, category, reach, source, treatment)
        for category, words in columns.items()
        for column in words.split()
    )


_RECORDED = "recorded_at recorded_by"

COLUMNS: tuple[Column, ...] = (
    *_table("schema_migration", OF_CLINIC, {Category.NONE: "version name sha256 applied_at"}),
    *_table("setting", OF_CLINIC, {Category.NONE: "name value changed_at changed_by"}),
    *_table("counter", OF_CLINIC, {Category.NONE: "name next_value"}),
    *_table(
        "person",
        OF_CLINIC,
        {
            Category.ACCOUNT: "person_id username display_name email password_hash "
            "must_change_password password_changed_at totp_secret_sealed totp_confirmed_at "
            "totp_last_step is_disabled created_at created_by",
        },
    ),
    *_table("person_role", OF_CLINIC, {Category.ACCOUNT: "person_id role given_at given_by"}),
    *_table(
        "recovery_code",
        OF_CLINIC,
        {Category.ACCOUNT: "recovery_code_id person_id code_hash created_at used_at"},
    ),
    *_table(
        "sign_in_ticket",
        OF_CLINIC,
        {Category.ACCOUNT: "ticket_hash person_id expires_at used_at"},
    ),
    *_table(
        "sign_in_session",
        OF_CLINIC,
        {
            Category.ACCOUNT: "session_id token_hash person_id created_at last_seen_at ends_at "
            "address user_agent ended_at ended_because",
        },
    ),
    *_table(
        "sign_in_attempt",
        OF_CLINIC,
        {Category.ACCOUNT: "attempt_id username_hash address attempted_at is_successful"},
    ),
    *_table(
        "audit_entry",
        TRAIL,
        {
            Category.AUDIT: "entry_id chain_id position occurred_at person_id session_id address "
            "action outcome patient_id patient_salt patient_digest subject_id ground detail "
            "previous_hash entry_hash",
        },
    ),
    *_table(
        "patient",
        THE_PATIENT,
        {
            Category.IDENTITY: "patient_id reference title given_names family_name preferred_name "
            "sex born_on deceased_on registered_on source source_detail",
            Category.CLINICAL: "note last_seen_on last_practitioner_id",
            Category.NONE: "version created_at created_by changed_at changed_by",
        },
        FROM_PATIENT,
    ),
    *_table(
        "patient_external_id",
        OF_PATIENT,
        {Category.IDENTITY: "system external_id patient_id"},
        "the software that the record was imported from",
    ),
    *_table(
        "patient_name",
        OF_PATIENT,
        {
            Category.IDENTITY: "patient_name_id patient_id kind given_names family_name "
            f"valid_until source {_RECORDED}",
        },
        FROM_PATIENT,
    ),
    *_table(
        "patient_phone",
        OF_PATIENT,
        {
            Category.CONTACT: "patient_phone_id patient_id kind number number_as_given "
            f"is_preferred valid_from valid_until source source_detail {_RECORDED}",
        },
        FROM_PATIENT,
    ),
    *_table(
        "patient_email",
        OF_PATIENT,
        {
            Category.CONTACT: "patient_email_id patient_id email is_preferred valid_from "
            f"valid_until source source_detail {_RECORDED}",
        },
        FROM_PATIENT,
    ),
    *_table(
        "patient_address",
        OF_PATIENT,
        {
            Category.CONTACT: "patient_address_id patient_id line_1 line_2 line_3 town county "
            "postcode country is_preferred valid_from valid_until source source_detail "
            f"{_RECORDED}",
        },
        FROM_PATIENT,
    ),
    *_table(
        "reasonable_adjustment",
        OF_PATIENT,
        {
            Category.CLINICAL: "adjustment_id patient_id need adjustment has_consent_to_share "
            f"source {_RECORDED} ended_on",
        },
        FROM_PATIENT,
    ),
    *_table(
        "restriction",
        OF_PATIENT,
        {
            Category.CONSENT: "restriction_id patient_id reason placed_at placed_by lifted_at "
            "lifted_by",
        },
    ),
    *_table(
        "contact_preference",
        OF_PATIENT,
        {
            Category.CONSENT: "contact_preference_id patient_id channel is_accepted stated_on "
            f"source {_RECORDED}",
        },
        FROM_PATIENT,
    ),
    *_table("recent_record", ABOUT_PATIENT, {Category.AUDIT: "person_id patient_id opened_at"}),
    *_table(
        "history_entry",
        OF_PATIENT,
        {
            Category.CLINICAL: "entry_id series_id version patient_id kind name detail severity "
            f"status started_on ended_on source source_detail correction_reason {_RECORDED}",
        },
        FROM_PATIENT,
    ),
    *_table(
        "practitioner",
        OF_CLINIC,
        {
            Category.ACCOUNT: "practitioner_id display_name profession registration_body "
            "registration_number is_prescriber active_from active_until person_id",
        },
    ),
    *_table(
        "product",
        OF_CLINIC,
        {
            Category.NONE: "product_id name product_group manufacturer unit is_prescription_only "
            "is_active",
        },
    ),
    *_table(
        "lot",
        OF_CLINIC,
        {Category.NONE: "lot_id product_id lot_number expires_on received_on quantity"},
    ),
    *_table(
        "treatment",
        OF_PATIENT,
        {
            Category.CLINICAL: "treatment_id series_id version patient_id name treated_on "
            "practitioner_id prescriber_id notes follow_up_due_on superseded_at "
            f"correction_reason {_RECORDED}",
            Category.FINANCIAL: "price_pence",
        },
    ),
    *_table(
        "treatment_item",
        OF_PATIENT,
        {
            Category.CLINICAL: "treatment_item_id treatment_id patient_id product_id lot_id area "
            "dose unit",
        },
    ),
    *_table(
        "adverse_event",
        OF_PATIENT,
        {
            Category.CLINICAL: "adverse_event_id patient_id treatment_id product_id lot_id "
            "occurred_on description severity action_taken is_reported reported_on "
            f"{_RECORDED}",
        },
        FROM_PATIENT,
    ),
    *_table(
        "consultation",
        OF_PATIENT,
        {
            Category.CLINICAL: "consultation_id patient_id consulted_on practitioner_id notes "
            f"outcome {_RECORDED}",
        },
    ),
    *_table(
        "appointment",
        OF_PATIENT,
        {
            Category.CLINICAL: "appointment_id patient_id starts_at ends_at practitioner_id "
            f"purpose status {_RECORDED}",
        },
    ),
    *_table(
        "import_run",
        OF_CLINIC,
        {
            Category.NONE: "import_id kind file_sha256 is_partial started_at finished_at person_id "
            "rows_read rows_added rows_changed rows_unchanged rows_rejected",
        },
    ),
    *_table("import_mapping", OF_CLINIC, {Category.NONE: "name kind mapping saved_at saved_by"}),
    *_table("import_row", ABOUT_PATIENT, {Category.IDENTITY: "row_digest patient_id import_id"}),
)

FILES: tuple[FileKind, ...] = (
    FileKind(
        "HOME/clinic.duckdb",
        Category.IDENTITY,
        "the encrypted store: every table",
        "rewritten without the person's rows",
    ),
    FileKind(
        "HOME/clinic.duckdb.wal",
        Category.IDENTITY,
        "the encrypted log of the store's last changes",
        "folded into the store and removed",
    ),
    FileKind(
        "HOME/clinic.duckdb.spill/*",
        Category.IDENTITY,
        "what a query could not hold in memory; encrypted with a key that ends with the process",
        "removed when the query ends, or at the next start after a crash",
    ),
    FileKind("HOME/DEMO", Category.NONE, "the mark of a synthetic clinic", "kept"),
    FileKind("HOME.keys/master.key", Category.NONE, "the master key that opens the store", "kept"),
    FileKind(
        "HOME.anchors/*",
        Category.NONE,
        "the heads of the audit chains, signed; hashes only",
        "kept",
    ),
)


def tables() -> tuple[str, ...]:
    """Return the name of every declared table, in the order of the map."""
    return tuple(dict.fromkeys(column.table for column in COLUMNS))


def columns_of(table: str) -> tuple[Column, ...]:
    """Return the declared columns of one table; empty when it is not declared."""
    return tuple(column for column in COLUMNS if column.table == table)


def tables_of_patient() -> tuple[str, ...]:
    """Return every table whose rows reach a patient."""
    return tuple(dict.fromkeys(column.table for column in COLUMNS if column.reach))
