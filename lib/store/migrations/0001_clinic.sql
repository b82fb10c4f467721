-- The clinic: accounts, audit trail, patients, history, treatments.
-- Only what DuckDB and PostgreSQL share is used: no sequences, ENUM, STRUCT or RETURNING.
-- Times are UTC; `_on` is a date, `_at` a timestamp. Money is in pence.

-- Settings and counters ------------------------------------------------------------------

CREATE TABLE setting (
    name VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID
);

CREATE TABLE counter (
    name VARCHAR PRIMARY KEY,
    next_value BIGINT NOT NULL
);

-- People who sign in ---------------------------------------------------------------------

CREATE TABLE person (
    person_id UUID PRIMARY KEY,
    username VARCHAR NOT NULL UNIQUE,
    display_name VARCHAR NOT NULL,
    email VARCHAR,
    password_hash VARCHAR NOT NULL,
    must_change_password BOOLEAN NOT NULL,
    password_changed_at TIMESTAMP,
    totp_secret_sealed VARCHAR,
    totp_confirmed_at TIMESTAMP,
    totp_last_step BIGINT,
    is_disabled BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by UUID
);

CREATE TABLE person_role (
    person_id UUID NOT NULL,
    role VARCHAR NOT NULL CHECK (role IN ('staff', 'compliance', 'owner', 'administrator')),
    given_at TIMESTAMP NOT NULL,
    given_by UUID,
    PRIMARY KEY (person_id, role)
);

CREATE TABLE recovery_code (
    recovery_code_id UUID PRIMARY KEY,
    person_id UUID NOT NULL,
    code_hash VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);

CREATE TABLE sign_in_ticket (
    ticket_hash VARCHAR PRIMARY KEY,
    person_id UUID NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);

CREATE TABLE sign_in_session (
    session_id UUID PRIMARY KEY,
    token_hash VARCHAR NOT NULL UNIQUE,
    person_id UUID NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    address VARCHAR,
    user_agent VARCHAR,
    ended_at TIMESTAMP,
    ended_because VARCHAR
);

CREATE TABLE sign_in_attempt (
    attempt_id UUID PRIMARY KEY,
    username_hash VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    attempted_at TIMESTAMP NOT NULL,
    is_successful BOOLEAN NOT NULL
);

-- Audit trail ----------------------------------------------------------------------------

CREATE TABLE audit_entry (
    entry_id UUID PRIMARY KEY,
    chain_id UUID NOT NULL,
    position BIGINT NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    person_id UUID,
    session_id UUID,
    address VARCHAR,
    action VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL CHECK (outcome IN ('done', 'refused')),
    patient_id UUID,
    patient_salt VARCHAR,
    patient_digest VARCHAR,
    subject_id UUID,
    ground VARCHAR,
    detail VARCHAR NOT NULL,
    previous_hash VARCHAR NOT NULL,
    entry_hash VARCHAR NOT NULL,
    UNIQUE (chain_id, position)
);

CREATE INDEX audit_entry_patient ON audit_entry (patient_id);

-- Patients -------------------------------------------------------------------------------

CREATE TABLE patient (
    patient_id UUID PRIMARY KEY,
    reference VARCHAR NOT NULL UNIQUE,
    title VARCHAR,
    given_names VARCHAR NOT NULL,
    family_name VARCHAR NOT NULL,
    preferred_name VARCHAR,
    sex VARCHAR NOT NULL CHECK (sex IN ('female', 'male', 'other', 'not_known')),
    born_on DATE,
    deceased_on DATE,
    registered_on DATE NOT NULL,
    source VARCHAR NOT NULL,
    source_detail VARCHAR,
    note VARCHAR,
    last_seen_on DATE,
    last_practitioner_id UUID,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by UUID,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID
);

CREATE TABLE patient_external_id (
    system VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    PRIMARY KEY (system, external_id)
);

CREATE TABLE patient_name (
    patient_name_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    kind VARCHAR NOT NULL CHECK (kind IN ('former', 'alias')),
    given_names VARCHAR NOT NULL,
    family_name VARCHAR NOT NULL,
    valid_until DATE,
    source VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE TABLE patient_phone (
    patient_phone_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    kind VARCHAR NOT NULL CHECK (kind IN ('mobile', 'home', 'work', 'other')),
    number VARCHAR NOT NULL,
    number_as_given VARCHAR NOT NULL,
    is_preferred BOOLEAN NOT NULL,
    valid_from DATE,
    valid_until DATE,
    source VARCHAR NOT NULL,
    source_detail VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE TABLE patient_email (
    patient_email_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    email VARCHAR NOT NULL,
    is_preferred BOOLEAN NOT NULL,
    valid_from DATE,
    valid_until DATE,
    source VARCHAR NOT NULL,
    source_detail VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE TABLE patient_address (
    patient_address_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    line_1 VARCHAR,
    line_2 VARCHAR,
    line_3 VARCHAR,
    town VARCHAR,
    county VARCHAR,
    postcode VARCHAR,
    country VARCHAR,
    is_preferred BOOLEAN NOT NULL,
    valid_from DATE,
    valid_until DATE,
    source VARCHAR NOT NULL,
    source_detail VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE TABLE reasonable_adjustment (
    adjustment_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    need VARCHAR NOT NULL,
    adjustment VARCHAR NOT NULL,
    has_consent_to_share BOOLEAN NOT NULL,
    source VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID,
    ended_on DATE
);

CREATE TABLE restriction (
    restriction_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    reason VARCHAR NOT NULL,
    placed_at TIMESTAMP NOT NULL,
    placed_by UUID,
    lifted_at TIMESTAMP,
    lifted_by UUID
);

CREATE TABLE contact_preference (
    contact_preference_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    channel VARCHAR NOT NULL CHECK (channel IN ('email', 'sms', 'phone', 'post')),
    is_accepted BOOLEAN NOT NULL,
    stated_on DATE,
    source VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE TABLE recent_record (
    person_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    opened_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, patient_id)
);

-- Medical history: a series of versions per entry -------------------------------------------

CREATE TABLE history_entry (
    entry_id UUID PRIMARY KEY,
    series_id UUID NOT NULL,
    version INTEGER NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    kind VARCHAR NOT NULL CHECK (
        kind IN ('condition', 'allergy', 'no_known_allergies', 'medicine', 'contraindication')
    ),
    name VARCHAR NOT NULL,
    detail VARCHAR,
    severity VARCHAR CHECK (severity IN ('mild', 'moderate', 'severe')),
    status VARCHAR NOT NULL CHECK (status IN ('active', 'resolved', 'entered_in_error')),
    started_on DATE,
    ended_on DATE,
    source VARCHAR NOT NULL,
    source_detail VARCHAR,
    correction_reason VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID,
    UNIQUE (series_id, version)
);

-- Practitioners, products, lots ---------------------------------------------------------------

CREATE TABLE practitioner (
    practitioner_id UUID PRIMARY KEY,
    display_name VARCHAR NOT NULL,
    profession VARCHAR NOT NULL,
    registration_body VARCHAR,
    registration_number VARCHAR,
    is_prescriber BOOLEAN NOT NULL,
    active_from DATE,
    active_until DATE,
    person_id UUID
);

CREATE TABLE product (
    product_id UUID PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    product_group VARCHAR NOT NULL CHECK (
        product_group IN ('toxin', 'filler', 'skin_booster', 'skin_care', 'device', 'other')
    ),
    manufacturer VARCHAR,
    unit VARCHAR NOT NULL,
    is_prescription_only BOOLEAN NOT NULL,
    is_active BOOLEAN NOT NULL
);

CREATE TABLE lot (
    lot_id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES product (product_id),
    lot_number VARCHAR NOT NULL,
    expires_on DATE,
    received_on DATE,
    quantity INTEGER,
    UNIQUE (product_id, lot_number)
);

-- Treatments, consultations, appointments ------------------------------------------------------

CREATE TABLE treatment (
    treatment_id UUID PRIMARY KEY,
    series_id UUID NOT NULL,
    version INTEGER NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    name VARCHAR NOT NULL,
    treated_on DATE NOT NULL,
    practitioner_id UUID,
    prescriber_id UUID,
    notes VARCHAR,
    price_pence BIGINT,
    follow_up_due_on DATE,
    superseded_at TIMESTAMP,
    correction_reason VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE TABLE treatment_item (
    treatment_item_id UUID PRIMARY KEY,
    treatment_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    product_id UUID NOT NULL,
    lot_id UUID,
    area VARCHAR NOT NULL,
    dose DECIMAL(9, 3),
    unit VARCHAR NOT NULL
);

CREATE TABLE adverse_event (
    adverse_event_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    treatment_id UUID,
    product_id UUID,
    lot_id UUID,
    occurred_on DATE NOT NULL,
    description VARCHAR NOT NULL,
    severity VARCHAR NOT NULL CHECK (severity IN ('mild', 'moderate', 'severe')),
    action_taken VARCHAR,
    is_reported BOOLEAN NOT NULL,
    reported_on DATE,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE TABLE consultation (
    consultation_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    consulted_on DATE NOT NULL,
    practitioner_id UUID,
    notes VARCHAR,
    outcome VARCHAR NOT NULL CHECK (
        outcome IN ('proceed', 'thinking_it_over', 'patient_declined', 'clinic_declined', 'under_age')
    ),
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE TABLE appointment (
    appointment_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    practitioner_id UUID,
    purpose VARCHAR,
    status VARCHAR NOT NULL CHECK (status IN ('booked', 'attended', 'cancelled', 'missed')),
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

-- Imports -----------------------------------------------------------------------------------------

CREATE TABLE import_run (
    import_id UUID PRIMARY KEY,
    kind VARCHAR NOT NULL,
    file_sha256 VARCHAR NOT NULL,
    is_partial BOOLEAN NOT NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    person_id UUID,
    rows_read BIGINT NOT NULL,
    rows_added BIGINT NOT NULL,
    rows_changed BIGINT NOT NULL,
    rows_unchanged BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL
);

CREATE TABLE import_mapping (
    name VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    mapping VARCHAR NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    saved_by UUID
);

CREATE TABLE import_row (
    row_digest VARCHAR PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    import_id UUID NOT NULL
);
