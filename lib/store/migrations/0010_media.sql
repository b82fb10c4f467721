-- Photographs and video. What a file is never changes; what people say of it is versioned.
-- The files themselves are sealed and lie outside the store (`lib.media`).

-- Each patient has a key; a merged record brings its own along, so there may be several.
CREATE TABLE media_key (
    key_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    made_at TIMESTAMP NOT NULL
);

CREATE TABLE media_item (
    media_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    key_id UUID NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('photograph', 'video')),
    format VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    duration_ms BIGINT,
    -- Keyed with the patient's own key: it tells the same file again and nothing else.
    digest VARCHAR NOT NULL,
    -- A perceptual hash (64 bits as hexadecimal digits); NULL for a video.
    likeness VARCHAR,
    -- What the file says, in the camera's own time, and its offset from UTC where it says one.
    file_taken_at TIMESTAMP,
    file_offset_minutes INTEGER,
    -- Everything that was brought in together.
    batch_id UUID NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID,
    removed_at TIMESTAMP,
    removed_by UUID,
    removal_reason VARCHAR
);

CREATE TABLE media_label (
    label_id UUID PRIMARY KEY,
    media_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    version INTEGER NOT NULL,
    -- The clinic's own day; the instant (UTC) where it is known.
    captured_on DATE,
    captured_at TIMESTAMP,
    capture_source VARCHAR NOT NULL CHECK (capture_source IN ('file', 'person', 'upload')),
    -- The series, so that a corrected treatment keeps its pictures.
    treatment_series_id UUID,
    view VARCHAR,
    expression VARCHAR,
    stage VARCHAR,
    area VARCHAR,
    practitioner_id UUID,
    note VARCHAR,
    -- Whether view and stage are the software's guess that nobody has confirmed.
    is_guessed BOOLEAN NOT NULL,
    superseded_at TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID,
    UNIQUE (media_id, version)
);

CREATE TABLE media_rendition (
    media_id UUID NOT NULL,
    name VARCHAR NOT NULL CHECK (name IN ('thumbnail', 'preview', 'stream')),
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    -- NULL while it is being made; `fault` says why it cannot be.
    media_type VARCHAR,
    width INTEGER,
    height INTEGER,
    bytes BIGINT,
    fault VARCHAR,
    PRIMARY KEY (media_id, name)
);

-- Where a picture was used outside the clinic, or handed out.
CREATE TABLE media_use (
    use_id UUID PRIMARY KEY,
    media_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    purpose VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    used_on DATE NOT NULL,
    ended_on DATE,
    used_by VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID,
    superseded_at TIMESTAMP,
    replaces_id UUID
);

-- Two pictures compared and how they were laid over each other; the newest of a pair stands.
-- Points are fractions of width and height; all NULL while the pair is not aligned.
CREATE TABLE media_pair (
    pair_id UUID PRIMARY KEY,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    first_id UUID NOT NULL,
    second_id UUID NOT NULL,
    first_x1 DOUBLE, first_y1 DOUBLE, first_x2 DOUBLE, first_y2 DOUBLE,
    second_x1 DOUBLE, second_y1 DOUBLE, second_x2 DOUBLE, second_y2 DOUBLE,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

-- Marks and notes over a picture, kept apart from it; `marks` is JSON, points in fractions.
CREATE TABLE media_annotation (
    annotation_id UUID PRIMARY KEY,
    series_id UUID NOT NULL,
    version INTEGER NOT NULL,
    media_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    marks VARCHAR NOT NULL,
    note VARCHAR,
    is_removed BOOLEAN NOT NULL,
    superseded_at TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID,
    UNIQUE (series_id, version)
);

-- Which views are taken, in which order, for a group of products; NULL for every other treatment.
CREATE TABLE capture_protocol (
    protocol_id UUID PRIMARY KEY,
    name VARCHAR NOT NULL,
    product_group VARCHAR,
    is_active BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    changed_by UUID
);

CREATE TABLE capture_protocol_view (
    protocol_view_id UUID PRIMARY KEY,
    protocol_id UUID NOT NULL,
    position INTEGER NOT NULL,
    view VARCHAR NOT NULL,
    expression VARCHAR
);

INSERT INTO capture_protocol (protocol_id, name, product_group, is_active, version, changed_at)
VALUES
('01a20000-0010-7000-8000-000000000001', 'Wrinkle relaxing', 'toxin', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0010-7000-8000-000000000002', 'Filler', 'filler', true, 1,
 TIMESTAMP '2026-11-24 00:00:00'),
('01a20000-0010-7000-8000-000000000003', 'Skin', NULL, true, 1,
 TIMESTAMP '2026-11-24 00:00:00');

INSERT INTO capture_protocol_view (protocol_view_id, protocol_id, position, view, expression)
VALUES
('01a20000-0010-7000-8000-000000000101', '01a20000-0010-7000-8000-000000000001', 1, 'front', 'rest'),
('01a20000-0010-7000-8000-000000000102', '01a20000-0010-7000-8000-000000000001', 2, 'front', 'frown'),
('01a20000-0010-7000-8000-000000000103', '01a20000-0010-7000-8000-000000000001', 3, 'front', 'raised brows'),
('01a20000-0010-7000-8000-000000000104', '01a20000-0010-7000-8000-000000000001', 4, 'front', 'smile'),
('01a20000-0010-7000-8000-000000000201', '01a20000-0010-7000-8000-000000000002', 1, 'front', 'rest'),
('01a20000-0010-7000-8000-000000000202', '01a20000-0010-7000-8000-000000000002', 2, 'left oblique', 'rest'),
('01a20000-0010-7000-8000-000000000203', '01a20000-0010-7000-8000-000000000002', 3, 'right oblique', 'rest'),
('01a20000-0010-7000-8000-000000000204', '01a20000-0010-7000-8000-000000000002', 4, 'left profile', 'rest'),
('01a20000-0010-7000-8000-000000000205', '01a20000-0010-7000-8000-000000000002', 5, 'right profile', 'rest'),
('01a20000-0010-7000-8000-000000000301', '01a20000-0010-7000-8000-000000000003', 1, 'front', 'rest'),
('01a20000-0010-7000-8000-000000000302', '01a20000-0010-7000-8000-000000000003', 2, 'left oblique', 'rest'),
('01a20000-0010-7000-8000-000000000303', '01a20000-0010-7000-8000-000000000003', 3, 'right oblique', 'rest');
