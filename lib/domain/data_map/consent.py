"""Consent: purposes, forms, evidence, events and tasks; keeping in touch."""

from lib.domain.data_map.model import (
    ABOUT_PATIENT,
    ABOUT_RECORD,
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
        "consent_purpose",
        OF_CLINIC,
        {
            Category.NONE: "code name question has_channels validity_months position is_active "
            "version changed_at changed_by",
        },
    ),
    *table(
        "consent_form",
        OF_CLINIC,
        {Category.NONE: "form_id name is_active version changed_at changed_by"},
    ),
    *table(
        "consent_form_version",
        OF_CLINIC,
        {
            Category.NONE: "form_version_id form_id number text is_material in_force_from note "
            f"version {RECORDED}",
        },
    ),
    *table(
        "consent_form_purpose",
        OF_CLINIC,
        {Category.NONE: "form_purpose_id form_version_id position purpose"},
    ),
    *table(
        "consent_evidence",
        OF_PATIENT,
        {
            Category.CONSENT: "evidence_id patient_id kind note filename media_type bytes sha256 "
            f"key_id {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "consent_capture",
        OF_PATIENT,
        {
            Category.CONSENT: "capture_id patient_id evidence_id form_version_id signed_at content "
            f"content_sha256 {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "consent_event",
        OF_PATIENT,
        {
            Category.CONSENT: "event_id patient_id purpose channel decision received_at route "
            f"form_version_id evidence_id note {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "consent_standing",
        ABOUT_RECORD,
        {
            Category.CONSENT: "patient_id purpose channel event_id decision received_on "
            "form_version_id",
        },
    ),
    *table("consent_epoch", OF_CLINIC, {Category.NONE: "name state_id"}),
    *table(
        "consent_task",
        ABOUT_PATIENT,
        {
            Category.CONSENT: "task_id patient_id kind purpose channel event_id media_id use_id "
            "export_id reason opened_at opened_by closed_at closed_by outcome note",
        },
    ),
    *table(
        "contact_collection",
        OF_PATIENT,
        {
            Category.CONSENT: "collection_id patient_id channel details_source is_opt_out_offered "
            f"collected_on {RECORDED}",
        },
        FROM_PATIENT,
    ),
    *table(
        "campaign",
        OF_CLINIC,
        {
            Category.NONE: "campaign_id name channel message audience is_similar_service "
            "has_opt_out uses_health_data built_at built_by exported_at exported_by closed_at "
            "closed_by sent_on sent_by",
        },
    ),
    *table(
        "campaign_member",
        OF_PATIENT,
        {
            Category.CONSENT: "campaign_member_id campaign_id patient_id is_included basis reason "
            "next_on exported_at exported_basis dropped_because",
        },
    ),
    *table(
        "contact_log",
        OF_PATIENT,
        {
            Category.CONTACT: "contact_id patient_id channel contacted_on is_marketing basis "
            f"campaign_id note {RECORDED} voided_at voided_by",
        },
    ),
    # Holds no patient's id: the hash is what keeps a promise after the record is gone (rule D6).
    *table(
        "suppression",
        OF_CLINIC,
        {Category.CONSENT: f"suppression_id channel digest {RECORDED} said_at"},
    ),
)
