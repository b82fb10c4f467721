-- Consent: purposes, forms, evidence, events; what a withdrawal sets off; keeping in touch.
-- Events are appended only. A channel is '' where its purpose has none: keys hold no NULL.

-- What is asked for. The clinic may add its own; the built-in codes are named in `lib.domain.consent`.
CREATE TABLE consent_purpose (
    code VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    -- What the patient is asked, in one sentence.
    question VARCHAR NOT NULL,
    -- Whether each way of contact is asked for on its own.
    has_channels BOOLEAN NOT NULL,
    -- NULL: what was given holds until it is withdrawn.
    validity_months INTEGER,
    position INTEGER NOT NULL,
    is_active BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID
);

INSERT INTO consent_purpose (
    code, name, question, has_channels, validity_months, position, is_active, version, changed_at
) VALUES
('treatment', 'Treatment',
 'May we treat you as it was explained to you?',
 false, NULL, 1, true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('record media', 'Photographs and video for the record',
 'May we photograph and film your treatment for your own record?',
 false, NULL, 2, true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('education', 'Use for education',
 'May we show your pictures to professionals and students when we teach?',
 false, 24, 3, true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('social media', 'Use on social media',
 'May we publish your pictures on our social media and website?',
 false, 24, 4, true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('third party', 'Sharing pictures with a third party',
 'May we hand your pictures to somebody outside the clinic, such as a manufacturer?',
 false, 24, 5, true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('keeping in touch', 'Keeping in touch',
 'May we tell you about our services?',
 true, 24, 6, true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('obtaining information', 'Information from third parties',
 'May we ask the people you name for information about you?',
 false, 24, 7, true, 1, TIMESTAMP '2026-11-24 00:00:00'),
('sharing with professionals', 'Sharing with your GP or another professional',
 'May we tell your GP, or another professional you name, about your treatment?',
 false, 24, 8, true, 1, TIMESTAMP '2026-11-24 00:00:00');

CREATE TABLE consent_form (
    form_id UUID PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    is_active BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID
);

-- Each wording of a form. One that was used, or is in force, is never edited again.
CREATE TABLE consent_form_version (
    form_version_id UUID PRIMARY KEY,
    form_id UUID NOT NULL,
    number INTEGER NOT NULL,
    -- Markdown.
    text VARCHAR NOT NULL,
    -- A material change asks everybody anew (rule D3).
    is_material BOOLEAN NOT NULL,
    -- NULL while it is being written.
    in_force_from DATE,
    -- What changed, and why.
    note VARCHAR,
    version INTEGER NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID,
    UNIQUE (form_id, number)
);

CREATE TABLE consent_form_purpose (
    form_purpose_id UUID PRIMARY KEY,
    form_version_id UUID NOT NULL,
    position INTEGER NOT NULL,
    purpose VARCHAR NOT NULL
);

-- What shows that a consent was given, or how word of it came. A file is sealed outside the store.
CREATE TABLE consent_evidence (
    evidence_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    kind VARCHAR NOT NULL CHECK (kind IN ('signature', 'scan', 'email', 'note', 'imported')),
    -- What was said, or where the paper lies.
    note VARCHAR,
    -- All NULL where there is no file.
    filename VARCHAR,
    media_type VARCHAR,
    bytes BIGINT,
    sha256 VARCHAR,
    key_id UUID,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

-- A form signed in the room: `content` is the exact text that was signed (JSON), and its hash.
CREATE TABLE consent_capture (
    capture_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    evidence_id UUID NOT NULL,
    form_version_id UUID NOT NULL,
    signed_at TIMESTAMP NOT NULL,
    content VARCHAR NOT NULL,
    content_sha256 VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE TABLE consent_event (
    event_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    purpose VARCHAR NOT NULL,
    channel VARCHAR NOT NULL CHECK (channel IN ('', 'email', 'sms', 'phone', 'post')),
    decision VARCHAR NOT NULL CHECK (decision IN ('given', 'refused', 'withdrawn')),
    -- When it reached the clinic, to the second; this alone orders (rule D1).
    received_at TIMESTAMP NOT NULL,
    route VARCHAR NOT NULL,
    form_version_id UUID,
    evidence_id UUID,
    note VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

-- The event that decides each purpose and channel today, so that a million patients can be counted;
-- derived from the events, written with them. Whether it expired or was superseded is worked out.
CREATE TABLE consent_standing (
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    purpose VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    event_id UUID NOT NULL,
    decision VARCHAR NOT NULL,
    -- The clinic's own day on which it reached the clinic.
    received_on DATE NOT NULL,
    form_version_id UUID
);

-- Another id whenever a consent, a purpose or a form changed: what was counted before is out of date.
CREATE TABLE consent_epoch (
    name VARCHAR PRIMARY KEY,
    state_id UUID NOT NULL
);

-- What somebody has to do: take a picture down, ask at the next visit, look at odd events.
CREATE TABLE consent_task (
    task_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    kind VARCHAR NOT NULL CHECK (kind IN ('take down', 'ask', 'look at', 'acknowledge')),
    purpose VARCHAR,
    channel VARCHAR NOT NULL,
    -- The event that opened it; the picture and its use that it is about.
    event_id UUID,
    media_id UUID,
    use_id UUID,
    -- The entry of the trail that says the picture left the clinic as a file.
    export_id UUID,
    reason VARCHAR NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    opened_by UUID,
    closed_at TIMESTAMP,
    closed_by UUID,
    -- How it ended: taken down, recalled, cannot be recalled, asked, not needed, seen, sent.
    outcome VARCHAR,
    note VARCHAR
);

CREATE INDEX consent_task_open ON consent_task (closed_at);

-- Keeping in touch ---------------------------------------------------------------------------

-- How a contact detail was collected: the limbs of the soft opt-in (rule D6).
CREATE TABLE contact_collection (
    collection_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    channel VARCHAR NOT NULL CHECK (channel IN ('email', 'sms', 'phone', 'post')),
    details_source VARCHAR NOT NULL CHECK (
        details_source IN ('sale', 'negotiation', 'general_enquiry', 'third_party')
    ),
    is_opt_out_offered BOOLEAN NOT NULL,
    collected_on DATE NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

-- A list that was built for one message; kept as evidence with why each person is in or out.
CREATE TABLE campaign (
    campaign_id UUID PRIMARY KEY,
    name VARCHAR NOT NULL,
    channel VARCHAR NOT NULL CHECK (channel IN ('email', 'sms', 'phone', 'post')),
    message VARCHAR NOT NULL,
    -- JSON: whom it is for.
    audience VARCHAR NOT NULL,
    is_similar_service BOOLEAN NOT NULL,
    has_opt_out BOOLEAN NOT NULL,
    uses_health_data BOOLEAN NOT NULL,
    built_at TIMESTAMP NOT NULL,
    built_by UUID,
    exported_at TIMESTAMP,
    exported_by UUID,
    closed_at TIMESTAMP,
    closed_by UUID
);

CREATE TABLE campaign_member (
    campaign_member_id UUID PRIMARY KEY,
    campaign_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    is_included BOOLEAN NOT NULL,
    basis VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    -- When the cap lets the person be contacted again (rule D7).
    next_on DATE
);

CREATE INDEX campaign_member_campaign ON campaign_member (campaign_id);

CREATE TABLE contact_log (
    contact_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    channel VARCHAR NOT NULL CHECK (channel IN ('email', 'sms', 'phone', 'post')),
    contacted_on DATE NOT NULL,
    is_marketing BOOLEAN NOT NULL,
    basis VARCHAR NOT NULL,
    campaign_id UUID,
    note VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

-- Nobody is written to here again. A keyed hash of the address alone: it outlives the record.
CREATE TABLE suppression (
    suppression_id UUID PRIMARY KEY,
    channel VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

CREATE INDEX suppression_digest ON suppression (digest);
