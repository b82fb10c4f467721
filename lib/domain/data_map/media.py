"""Photographs and video: what is known of them; the files are in `files`."""

from lib.domain.data_map.model import (
    ABOUT_RECORD,
    OF_CLINIC,
    OF_PATIENT,
    RECORDED,
    Category,
    Column,
    table,
)

COLUMNS: tuple[Column, ...] = (
    *table("media_key", OF_PATIENT, {Category.MEDIA: "key_id patient_id made_at"}),
    *table(
        "media_item",
        OF_PATIENT,
        {
            Category.MEDIA: "media_id patient_id key_id kind format bytes width height duration_ms "
            f"digest likeness file_taken_at file_offset_minutes batch_id {RECORDED} removed_at "
            "removed_by removal_reason",
        },
        "the camera, telephone or file that was brought in",
    ),
    *table(
        "media_label",
        OF_PATIENT,
        {
            Category.MEDIA: "label_id media_id patient_id version captured_on captured_at "
            "capture_source treatment_series_id view expression stage area practitioner_id note "
            f"is_guessed superseded_at {RECORDED}",
        },
    ),
    *table(
        "media_rendition",
        OF_PATIENT,
        {Category.MEDIA: "media_id name patient_id media_type width height bytes fault"},
    ),
    *table("media_shelf", ABOUT_RECORD, {Category.MEDIA: "patient_id state_id"}),
    *table(
        "media_use",
        OF_PATIENT,
        {
            Category.MEDIA: "use_id media_id patient_id purpose place used_on ended_on used_by "
            f"{RECORDED} superseded_at replaces_id",
        },
    ),
    *table(
        "media_pair",
        OF_PATIENT,
        {
            Category.MEDIA: "pair_id patient_id first_id second_id first_x1 first_y1 first_x2 "
            f"first_y2 second_x1 second_y1 second_x2 second_y2 {RECORDED}",
        },
    ),
    *table(
        "media_annotation",
        OF_PATIENT,
        {
            Category.MEDIA: "annotation_id series_id version media_id patient_id marks note "
            f"is_removed superseded_at {RECORDED}",
        },
    ),
    *table(
        "capture_protocol",
        OF_CLINIC,
        {
            Category.NONE: "protocol_id name product_group is_active version changed_at changed_by",
        },
    ),
    *table(
        "capture_protocol_view",
        OF_CLINIC,
        {Category.NONE: "protocol_view_id protocol_id position view expression"},
    ),
)
