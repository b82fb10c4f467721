"""Accounts, settings and the audit trail."""

from lib.domain.data_map.model import OF_CLINIC, TRAIL, Category, Column, table

COLUMNS: tuple[Column, ...] = (
    *table("schema_migration", OF_CLINIC, {Category.NONE: "version name sha256 applied_at"}),
    *table("setting", OF_CLINIC, {Category.NONE: "name value changed_at changed_by"}),
    *table("counter", OF_CLINIC, {Category.NONE: "name next_value"}),
    *table(
        "person",
        OF_CLINIC,
        {
            Category.ACCOUNT: "person_id username display_name email password_hash "
            "must_change_password password_changed_at totp_secret_sealed totp_confirmed_at "
            "totp_last_step is_disabled created_at created_by",
        },
    ),
    *table("person_role", OF_CLINIC, {Category.ACCOUNT: "person_id role given_at given_by"}),
    *table(
        "recovery_code",
        OF_CLINIC,
        {Category.ACCOUNT: "recovery_code_id person_id code_hash created_at used_at"},
    ),
    *table(
        "sign_in_ticket",
        OF_CLINIC,
        {Category.ACCOUNT: "ticket_hash person_id expires_at used_at"},
    ),
    *table(
        "sign_in_session",
        OF_CLINIC,
        {
            Category.ACCOUNT: "session_id token_hash person_id created_at last_seen_at ends_at "
            "address user_agent ended_at ended_because",
        },
    ),
    *table(
        "sign_in_attempt",
        OF_CLINIC,
        {Category.ACCOUNT: "attempt_id username_hash address attempted_at is_successful"},
    ),
    *table(
        "audit_entry",
        TRAIL,
        {
            Category.AUDIT: "entry_id chain_id position occurred_at person_id session_id address "
            "action outcome patient_id patient_salt patient_digest subject_id ground detail "
            "previous_hash entry_hash disposal_number",
        },
    ),
)
