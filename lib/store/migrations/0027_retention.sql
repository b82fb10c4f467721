-- Retention and disposal: the clinic's settings, holds, vital interests, cases of disposal.

-- Versions; the newest is in force. One a change, never edited.
CREATE TABLE retention_setting (
    setting_id UUID PRIMARY KEY,
    version INTEGER NOT NULL UNIQUE,
    restart_trigger VARCHAR NOT NULL CHECK (restart_trigger IN ('treatment', 'clinical_contact')),
    years INTEGER NOT NULL,
    enquiry_months INTEGER NOT NULL,
    minor_age INTEGER NOT NULL,
    minor_age_at_17 INTEGER NOT NULL,
    deceased_years INTEGER NOT NULL,
    financial_years INTEGER NOT NULL,
    accounting_end_month INTEGER NOT NULL,
    accounting_end_day INTEGER NOT NULL,
    -- How many records one case of disposal may hold at most (the brake).
    case_limit INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID
);

-- Why a record may not go although its date has passed; a new state takes a new version.
CREATE TABLE hold (
    hold_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    -- A name of lib.domain.retention.Blocker.
    kind VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    owner_id UUID,
    -- The last day on which it holds; NULL: until it is released.
    ends_on DATE,
    review_on DATE NOT NULL,
    placed_at TIMESTAMP NOT NULL,
    placed_by UUID,
    released_at TIMESTAMP,
    released_by UUID,
    release_reason VARCHAR,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID
);

CREATE INDEX hold_patient ON hold (patient_id);

-- The minimal subset that protects the patient and is kept without end (rule C7).
CREATE TABLE vital_interest (
    vital_interest_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    reason VARCHAR NOT NULL,
    owner_id UUID,
    review_on DATE NOT NULL,
    marked_at TIMESTAMP NOT NULL,
    marked_by UUID,
    reviewed_at TIMESTAMP,
    reviewed_by UUID,
    released_at TIMESTAMP,
    released_by UUID,
    release_reason VARCHAR
);

-- One fact that is kept, chosen by a person: a row of history, treatment items, adverse events.
CREATE TABLE vital_interest_item (
    vital_interest_item_id UUID PRIMARY KEY,
    vital_interest_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    -- allergy, adverse_event, product, condition, medicine
    kind VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    row_id UUID NOT NULL,
    chosen_at TIMESTAMP NOT NULL,
    chosen_by UUID,
    dropped_at TIMESTAMP,
    dropped_by UUID
);

-- A batch that one person proposes and another approves.
CREATE TABLE disposal_case (
    case_id UUID PRIMARY KEY,
    number VARCHAR NOT NULL UNIQUE,
    method VARCHAR NOT NULL CHECK (method IN ('erase', 'anonymise')),
    state VARCHAR NOT NULL CHECK (
        state IN ('proposed', 'sent_back', 'approved', 'erasing', 'rewriting', 'proving', 'done')
    ),
    as_of DATE NOT NULL,
    setting_version INTEGER NOT NULL,
    note VARCHAR,
    proposed_at TIMESTAMP NOT NULL,
    proposed_by UUID NOT NULL,
    decided_at TIMESTAMP,
    decided_by UUID,
    decision_note VARCHAR,
    started_at TIMESTAMP,
    started_by UUID,
    -- When the last record of it was gone, and when its proof was complete.
    erased_at TIMESTAMP,
    finished_at TIMESTAMP
);

-- One record of a case. Once it is gone only its number is left: `patient_id` is NULL then.
CREATE TABLE disposal_item (
    disposal_item_id UUID PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES disposal_case (case_id),
    number VARCHAR NOT NULL UNIQUE,
    patient_id UUID,
    state VARCHAR NOT NULL CHECK (state IN ('proposed', 'erasing', 'disposed', 'skipped')),
    -- PARTIAL keeps the vital-interest subset and with it the patient's row.
    is_partial BOOLEAN NOT NULL,
    is_minor BOOLEAN NOT NULL,
    -- What the reviewer saw: the rule's words, dates of the schedule, no identity.
    basis VARCHAR NOT NULL,
    retain_until DATE,
    skipped_because VARCHAR,
    -- Counts by category of what went, as JSON.
    counts VARCHAR,
    erased_at TIMESTAMP
);

CREATE INDEX disposal_item_case ON disposal_item (case_id);

CREATE TABLE disposal_certificate (
    certificate_id UUID PRIMARY KEY,
    number VARCHAR NOT NULL UNIQUE,
    case_id UUID NOT NULL REFERENCES disposal_case (case_id),
    -- The exact text that is hashed and signed.
    content VARCHAR NOT NULL,
    content_sha256 VARCHAR NOT NULL,
    signature VARCHAR NOT NULL,
    issued_at TIMESTAMP NOT NULL
);

-- Financial entries that the law keeps after the record is gone (rule C9): no patient, no treatment.
CREATE TABLE financial_entry (
    financial_entry_id UUID PRIMARY KEY,
    entered_on DATE NOT NULL,
    amount_pence BIGINT NOT NULL,
    retain_until DATE NOT NULL
);

-- Narrow counts of those whose records were anonymised; nothing row by row, no date of the act.
CREATE TABLE anonymised_count (
    anonymised_count_id UUID PRIMARY KEY,
    table_name VARCHAR NOT NULL,
    first_value VARCHAR NOT NULL,
    second_value VARCHAR,
    third_value VARCHAR,
    sensitive_value VARCHAR NOT NULL,
    patients INTEGER NOT NULL
);

-- Entries of the audit trail stay and point to a number once their patient is gone.
ALTER TABLE audit_entry ADD COLUMN disposal_number VARCHAR;

CREATE TABLE backup (
    backup_id UUID PRIMARY KEY,
    -- demand or nightly
    kind VARCHAR NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('running', 'made', 'checked', 'failed', 'removed')),
    place VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    checked_at TIMESTAMP,
    -- The day on which it is rotated away.
    ends_on DATE NOT NULL,
    bytes BIGINT,
    files INTEGER,
    fault VARCHAR,
    made_by UUID
);
