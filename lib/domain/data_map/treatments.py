"""Treatments, consultations, appointments."""

from lib.domain.data_map.model import (
    ABOUT_PATIENT,
    ABOUT_RECORD,
    FROM_PATIENT,
    OF_PATIENT,
    RECORDED,
    Category,
    Column,
    table,
)

COLUMNS: tuple[Column, ...] = (
    *table(
        "treatment",
        OF_PATIENT,
        {
            Category.CLINICAL: "treatment_id series_id version patient_id name treated_on "
            "practitioner_id prescriber_id notes follow_up_due_on superseded_at "
            f"correction_reason {RECORDED} template_id is_aftercare_given "
            "aftercare",
            Category.FINANCIAL: "price_pence",
        },
    ),
    *table(
        "treatment_item",
        OF_PATIENT,
        {
            Category.CLINICAL: "treatment_item_id treatment_id patient_id product_id lot_id area "
            "dose unit",
        },
    ),
    *table(
        "adverse_event",
        OF_PATIENT,
        {
            Category.CLINICAL: "adverse_event_id patient_id treatment_id product_id lot_id "
            "occurred_on description severity action_taken is_reported reported_on "
            f"{RECORDED} series_id version superseded_at correction_reason",
        },
        FROM_PATIENT,
    ),
    *table(
        "consultation",
        OF_PATIENT,
        {
            Category.CLINICAL: "consultation_id patient_id consulted_on practitioner_id notes "
            f"outcome {RECORDED}",
        },
    ),
    *table(
        "appointment",
        OF_PATIENT,
        {
            Category.CLINICAL: "appointment_id patient_id starts_at ends_at practitioner_id "
            f"purpose status {RECORDED}",
        },
    ),
    *table(
        "treatment_external_id",
        OF_PATIENT,
        {Category.CLINICAL: "system external_id series_id patient_id row_digest"},
        "the software that the treatment was imported from",
    ),
    *table(
        "treatment_point",
        OF_PATIENT,
        {
            Category.CLINICAL: "treatment_point_id treatment_item_id treatment_id patient_id chart "
            "x y dose",
        },
    ),
    *table(
        "treatment_warning",
        OF_PATIENT,
        {
            Category.CLINICAL: "treatment_warning_id treatment_id patient_id warning level reason "
            f"{RECORDED} history_entry_id",
        },
    ),
    # Derived from treatment and treatment_item.
    *table(
        "item_without_lot",
        ABOUT_PATIENT,
        {Category.CLINICAL: "treatment_item_id patient_id treatment_id treated_on"},
    ),
    # Derived from treatments and visits, and made anew for both records after a merge.
    *table(
        "follow_up",
        ABOUT_RECORD,
        {Category.CLINICAL: "treatment_id patient_id due_on treated_on name practitioner_id"},
    ),
)
