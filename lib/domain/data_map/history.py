"""Medical history."""

from lib.domain.data_map.model import (
    FROM_PATIENT,
    OF_CLINIC,
    OF_PATIENT,
    RECORDED,
    Category,
    Column,
    table,
)

COLUMNS: tuple[Column, ...] = (
    *table(
        "history_entry",
        OF_PATIENT,
        {
            Category.CLINICAL: "entry_id series_id version patient_id kind name detail severity "
            f"status started_on ended_on source source_detail correction_reason {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "history_review",
        OF_PATIENT,
        {
            Category.CLINICAL: f"history_review_id patient_id reviewed_on source note {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "contraindication",
        OF_CLINIC,
        {
            Category.NONE: "contraindication_id name terms product_groups level advice is_active "
            "version changed_at changed_by",
        },
    ),
)
