"""What imports leave behind."""

from lib.domain.data_map.model import ABOUT_PATIENT, OF_CLINIC, Category, Column, table

COLUMNS: tuple[Column, ...] = (
    *table(
        "import_run",
        OF_CLINIC,
        {
            Category.NONE: "import_id kind file_sha256 is_partial started_at finished_at person_id "
            "rows_read rows_added rows_changed rows_unchanged rows_rejected",
        },
    ),
    *table("import_mapping", OF_CLINIC, {Category.NONE: "name kind mapping saved_at saved_by"}),
    *table(
        "import_row",
        ABOUT_PATIENT,
        {Category.IDENTITY: "row_digest patient_id import_id series_id"},
    ),
    *table(
        "import_review",
        ABOUT_PATIENT,
        {
            Category.CLINICAL: "review_id import_id kind line content candidates patient_id state "
            "recorded_at decided_at decided_by row_digest person_digest system external_id",
        },
        "a file whose row could not be tied to one patient",
    ),
)
