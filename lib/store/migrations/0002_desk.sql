-- The record people work in: versions of a patient, drafts, templates, charts, recalls, duplicates.

-- A record that was merged into another keeps its row, emptied of everything that hung on it.
ALTER TABLE patient ADD COLUMN merged_into_id UUID;

-- What a patient's row said before each change; the row itself is the newest version.
CREATE TABLE patient_version (
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    version INTEGER NOT NULL,
    title VARCHAR,
    given_names VARCHAR NOT NULL,
    family_name VARCHAR NOT NULL,
    preferred_name VARCHAR,
    sex VARCHAR NOT NULL,
    born_on DATE,
    deceased_on DATE,
    registered_on DATE NOT NULL,
    source VARCHAR NOT NULL,
    source_detail VARCHAR,
    note VARCHAR,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID,
    replaced_at TIMESTAMP NOT NULL,
    replaced_by UUID,
    reason VARCHAR,
    PRIMARY KEY (patient_id, version)
);

-- What somebody has typed and not saved yet, so that a lost connection loses nothing.
CREATE TABLE draft (
    draft_id UUID PRIMARY KEY,
    person_id UUID NOT NULL,
    form VARCHAR NOT NULL,
    patient_id UUID REFERENCES patient (patient_id),
    content VARCHAR NOT NULL,
    saved_at TIMESTAMP NOT NULL
);

-- Medical history -----------------------------------------------------------------------------

-- Somebody went through the whole history with the patient and found it right.
CREATE TABLE history_review (
    history_review_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    reviewed_on DATE NOT NULL,
    source VARCHAR NOT NULL,
    note VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

-- The clinic's own list: which words in a history speak against which group of products.
CREATE TABLE contraindication (
    contraindication_id UUID PRIMARY KEY,
    name VARCHAR NOT NULL,
    terms VARCHAR NOT NULL,
    product_group VARCHAR,
    level VARCHAR NOT NULL CHECK (level IN ('caution', 'stop')),
    advice VARCHAR NOT NULL,
    is_active BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID
);

-- Products, lots, templates ---------------------------------------------------------------------

-- What is in it, one a line: an allergy to any of them warns.
ALTER TABLE product ADD COLUMN components VARCHAR;

ALTER TABLE lot ADD COLUMN withdrawn_on DATE;
ALTER TABLE lot ADD COLUMN withdrawn_reason VARCHAR;

CREATE TABLE treatment_template (
    template_id UUID PRIMARY KEY,
    product_id UUID NOT NULL,
    name VARCHAR NOT NULL,
    chart VARCHAR NOT NULL,
    aftercare VARCHAR,
    follow_up_days INTEGER,
    price_pence BIGINT,
    is_active BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID
);

CREATE TABLE treatment_template_item (
    template_item_id UUID PRIMARY KEY,
    template_id UUID NOT NULL REFERENCES treatment_template (template_id),
    position INTEGER NOT NULL,
    area VARCHAR NOT NULL,
    dose DECIMAL(9, 3)
);

-- Treatments ----------------------------------------------------------------------------------------

ALTER TABLE treatment ADD COLUMN template_id UUID;
-- NULL where nobody recorded it.
ALTER TABLE treatment ADD COLUMN is_aftercare_given BOOLEAN;

CREATE TABLE treatment_external_id (
    system VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    series_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    PRIMARY KEY (system, external_id)
);

-- A point of the face and body chart; x and y are percent of the drawing, from its top left.
CREATE TABLE treatment_point (
    treatment_point_id UUID PRIMARY KEY,
    treatment_item_id UUID NOT NULL,
    treatment_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    chart VARCHAR NOT NULL,
    x DECIMAL(5, 2) NOT NULL CHECK (x BETWEEN 0 AND 100),
    y DECIMAL(5, 2) NOT NULL CHECK (y BETWEEN 0 AND 100),
    dose DECIMAL(9, 3)
);

-- A warning that was shown when a treatment was entered, and why it was given all the same.
CREATE TABLE treatment_warning (
    treatment_warning_id UUID PRIMARY KEY,
    treatment_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    warning VARCHAR NOT NULL,
    level VARCHAR NOT NULL CHECK (level IN ('caution', 'stop')),
    reason VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

ALTER TABLE adverse_event ADD COLUMN series_id UUID;
ALTER TABLE adverse_event ADD COLUMN version INTEGER;
ALTER TABLE adverse_event ADD COLUMN superseded_at TIMESTAMP;
ALTER TABLE adverse_event ADD COLUMN correction_reason VARCHAR;
UPDATE adverse_event SET series_id = adverse_event_id, version = 1;

-- Recalls ---------------------------------------------------------------------------------------------

CREATE TABLE recall (
    recall_id UUID PRIMARY KEY,
    product_id UUID NOT NULL,
    lot_id UUID,
    reason VARCHAR NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    opened_by UUID,
    closed_at TIMESTAMP,
    closed_by UUID
);

-- Appended: the newest entry of a patient in a recall says how it stands.
CREATE TABLE recall_contact (
    recall_contact_id UUID PRIMARY KEY,
    recall_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    is_done BOOLEAN NOT NULL,
    note VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

-- Duplicates --------------------------------------------------------------------------------------------

-- Two records that may be one person; patient_id is the smaller of the two.
CREATE TABLE duplicate_pair (
    pair_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    other_patient_id UUID NOT NULL REFERENCES patient (patient_id),
    probability DOUBLE NOT NULL,
    evidence VARCHAR NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('open', 'not_same', 'merged')),
    found_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP,
    decided_by UUID,
    reason VARCHAR,
    UNIQUE (patient_id, other_patient_id)
);

CREATE TABLE patient_merge (
    merge_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    absorbed_id UUID NOT NULL REFERENCES patient (patient_id),
    reason VARCHAR NOT NULL,
    merged_at TIMESTAMP NOT NULL,
    merged_by UUID,
    undone_at TIMESTAMP,
    undone_by UUID,
    undo_reason VARCHAR
);

-- What a merge did to one row, so that it can be undone: `before` is the row as it was (JSON).
CREATE TABLE merged_row (
    merged_row_id UUID PRIMARY KEY,
    merge_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    table_name VARCHAR NOT NULL,
    row_key VARCHAR NOT NULL,
    act VARCHAR NOT NULL CHECK (act IN ('moved', 'added', 'changed', 'removed')),
    before VARCHAR
);

-- Imports -------------------------------------------------------------------------------------------------

-- A row of a file whose patient a person must choose.
CREATE TABLE import_review (
    review_id UUID PRIMARY KEY,
    import_id UUID NOT NULL,
    kind VARCHAR NOT NULL,
    line BIGINT NOT NULL,
    content VARCHAR NOT NULL,
    candidates VARCHAR NOT NULL,
    patient_id UUID REFERENCES patient (patient_id),
    state VARCHAR NOT NULL CHECK (state IN ('open', 'linked', 'dismissed')),
    recorded_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP,
    decided_by UUID
);
