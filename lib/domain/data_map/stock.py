"""Who treats and what with: practitioners, products, lots."""

from lib.domain.data_map.model import OF_CLINIC, OF_PATIENT, RECORDED, Category, Column, table

COLUMNS: tuple[Column, ...] = (
    *table(
        "practitioner",
        OF_CLINIC,
        {
            Category.ACCOUNT: "practitioner_id display_name profession registration_body "
            "registration_number is_prescriber active_from active_until person_id",
        },
    ),
    *table(
        "product",
        OF_CLINIC,
        {
            Category.NONE: "product_id name product_group manufacturer unit is_prescription_only "
            "is_active components",
        },
    ),
    *table(
        "lot",
        OF_CLINIC,
        {
            Category.NONE: "lot_id product_id lot_number expires_on received_on quantity "
            "withdrawn_on withdrawn_reason"
        },
    ),
    *table(
        "treatment_template",
        OF_CLINIC,
        {
            Category.NONE: "template_id product_id name chart aftercare follow_up_days price_pence "
            "is_active version changed_at changed_by",
        },
    ),
    *table(
        "treatment_template_item",
        OF_CLINIC,
        {Category.NONE: "template_item_id template_id position area dose"},
    ),
    *table(
        "recall",
        OF_CLINIC,
        {
            Category.NONE: "recall_id product_id lot_id reason opened_at opened_by closed_at "
            "closed_by",
        },
    ),
    *table(
        "recall_contact",
        OF_PATIENT,
        {
            Category.CLINICAL: f"recall_contact_id recall_id patient_id is_done note {RECORDED}",
        },
    ),
)
