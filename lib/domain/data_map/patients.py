"""Who the patients are and how they are reached."""

from lib.domain.data_map.model import (
    ABOUT_PATIENT,
    FROM_PATIENT,
    OF_PATIENT,
    OF_RECORD,
    RECORDED,
    THE_PATIENT,
    Category,
    Column,
    table,
)

COLUMNS: tuple[Column, ...] = (
    *table(
        "patient",
        THE_PATIENT,
        {
            Category.IDENTITY: "patient_id reference title given_names family_name preferred_name "
            "sex born_on deceased_on registered_on source source_detail merged_into_id",
            Category.CLINICAL: "note last_seen_on last_practitioner_id",
            Category.NONE: "version created_at created_by changed_at changed_by claims",
        },
        FROM_PATIENT,
    ),
    *table(
        "patient_external_id",
        OF_PATIENT,
        {Category.IDENTITY: "system external_id patient_id"},
        "the software that the record was imported from",
    ),
    *table(
        "patient_name",
        OF_PATIENT,
        {
            Category.IDENTITY: "patient_name_id patient_id kind given_names family_name "
            f"valid_until source {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "patient_phone",
        OF_PATIENT,
        {
            Category.CONTACT: "patient_phone_id patient_id kind number number_as_given "
            f"is_preferred valid_from valid_until source source_detail {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "patient_email",
        OF_PATIENT,
        {
            Category.CONTACT: "patient_email_id patient_id email is_preferred valid_from "
            f"valid_until source source_detail {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "patient_address",
        OF_PATIENT,
        {
            Category.CONTACT: "patient_address_id patient_id line_1 line_2 line_3 town county "
            "postcode country is_preferred valid_from valid_until source source_detail "
            f"{RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "reasonable_adjustment",
        OF_PATIENT,
        {
            Category.CLINICAL: "adjustment_id patient_id need adjustment has_consent_to_share "
            f"source {RECORDED} ended_on",
        },
        FROM_PATIENT,
    ),
    *table(
        "restriction",
        OF_PATIENT,
        {
            Category.CONSENT: "restriction_id patient_id reason placed_at placed_by lifted_at "
            "lifted_by",
        },
    ),
    *table(
        "contact_preference",
        OF_PATIENT,
        {
            Category.CONSENT: "contact_preference_id patient_id channel is_accepted stated_on "
            f"source {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table("recent_record", ABOUT_PATIENT, {Category.AUDIT: "person_id patient_id opened_at"}),
    *table(
        "patient_version",
        OF_RECORD,
        {
            Category.IDENTITY: "patient_id title given_names family_name preferred_name sex "
            "born_on deceased_on registered_on source source_detail",
            Category.CLINICAL: "note",
            Category.NONE: "version changed_at changed_by replaced_at replaced_by reason",
        },
        FROM_PATIENT,
    ),
    *table(
        "draft",
        ABOUT_PATIENT,
        {Category.IDENTITY: "draft_id person_id form patient_id content saved_at"},
    ),
)
