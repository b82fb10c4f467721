"""Retention: settings, holds, vital interests, cases of disposal, back-ups."""

from lib.domain.data_map.model import OF_CASE, OF_CLINIC, OF_PATIENT, Category, Column, table

COLUMNS: tuple[Column, ...] = (
    *table(
        "retention_setting",
        OF_CLINIC,
        {
            Category.NONE: "setting_id version restart_trigger years enquiry_months minor_age "
            "minor_age_at_17 deceased_years financial_years accounting_end_month "
            "accounting_end_day case_limit reason changed_at changed_by",
        },
    ),
    *table(
        "hold",
        OF_PATIENT,
        {
            Category.CONSENT: "hold_id patient_id kind reason owner_id ends_on review_on placed_at "
            "placed_by released_at released_by release_reason version changed_at changed_by",
        },
    ),
    *table(
        "vital_interest",
        OF_PATIENT,
        {
            Category.CLINICAL: "vital_interest_id patient_id reason owner_id review_on marked_at "
            "marked_by reviewed_at reviewed_by released_at released_by release_reason version",
        },
    ),
    *table(
        "vital_interest_item",
        OF_PATIENT,
        {
            Category.CLINICAL: "vital_interest_item_id vital_interest_id patient_id kind "
            "table_name row_id chosen_at chosen_by dropped_at dropped_by happened_on",
        },
    ),
    *table(
        "disposal_case",
        OF_CLINIC,
        {
            Category.AUDIT: "case_id number method state as_of setting_version note proposed_at "
            "proposed_by decided_at decided_by decision_note started_at started_by erased_at "
            "finished_at fault stopped_at stopped_by",
        },
    ),
    # Its patient is taken out of it when the record goes; the number stays.
    *table(
        "disposal_item",
        OF_CASE,
        {
            Category.AUDIT: "disposal_item_id case_id number patient_id state is_partial is_minor "
            "basis retain_until skipped_because counts erased_at is_confirmed",
        },
    ),
    # Keys and files that are about to go; a row goes with its file.
    *table(
        "disposal_file",
        OF_CLINIC,
        {Category.AUDIT: "disposal_file_id disposal_item_id kind file_id"},
    ),
    *table(
        "disposal_note",
        OF_CLINIC,
        {Category.AUDIT: "disposal_note_id case_id noted_at noted_by words"},
    ),
    *table(
        "disposal_certificate",
        OF_CLINIC,
        {
            Category.AUDIT: "certificate_id number case_id content content_sha256 signature "
            "issued_at",
        },
    ),
    # Without a patient: what accounting law keeps (rule C9).
    *table(
        "financial_entry",
        OF_CLINIC,
        {Category.FINANCIAL: "financial_entry_id entered_on amount_pence retain_until"},
    ),
    *table(
        "anonymised_count",
        OF_CLINIC,
        {
            Category.NONE: "anonymised_count_id table_name first_value second_value third_value "
            "sensitive_value patients",
        },
    ),
    *table(
        "backup",
        OF_CLINIC,
        {
            Category.NONE: "backup_id kind state place started_at finished_at checked_at ends_on "
            "bytes files fault made_by",
        },
    ),
    *table("disposal_replayed", OF_CLINIC, {Category.NONE: "number replayed_at"}),
)
