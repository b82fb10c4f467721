"""Records that may be one person, and those that were merged."""

from lib.domain.data_map.model import ABOUT_RECORD, OF_RECORD, Category, Column, table

COLUMNS: tuple[Column, ...] = (
    *table(
        "duplicate_pair",
        ABOUT_RECORD,
        {
            Category.IDENTITY: "pair_id patient_id other_patient_id probability evidence state "
            "found_at decided_at decided_by reason",
        },
    ),
    *table(
        "patient_merge",
        OF_RECORD,
        {
            Category.IDENTITY: "merge_id patient_id absorbed_id reason merged_at merged_by "
            "undone_at undone_by undo_reason",
        },
    ),
    *table(
        "merged_row",
        ABOUT_RECORD,
        {
            Category.CLINICAL: "merged_row_id merge_id patient_id table_name row_key act before "
            "after"
        },
    ),
)
