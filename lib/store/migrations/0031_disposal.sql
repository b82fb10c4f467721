-- Disposal: why a case stands still, what is still to be removed outside the store, what was decided.

-- Why the job could not go on; NULL: it goes on, or is done.
ALTER TABLE disposal_case ADD COLUMN fault VARCHAR;
-- Somebody asked it to stop after the records at hand; NULL once it is told to go on.
ALTER TABLE disposal_case ADD COLUMN stopped_at TIMESTAMP;
ALTER TABLE disposal_case ADD COLUMN stopped_by UUID;

-- A person looked at what asks for one, such as a patient treated as a minor (rule C4).
ALTER TABLE disposal_item ADD COLUMN is_confirmed BOOLEAN;

-- Keys and files of a record whose rows are gone, each removed from here once it is gone itself.
-- Written in the transaction that deletes the rows, so that a crash forgets none of them.
CREATE TABLE disposal_file (
    disposal_file_id UUID PRIMARY KEY,
    disposal_item_id UUID NOT NULL,
    -- The name of the kind: key, media, evidence, waiting.
    kind VARCHAR NOT NULL CHECK (kind IN ('key', 'media', 'evidence', 'waiting')),
    file_id UUID NOT NULL
);

CREATE INDEX disposal_file_item ON disposal_file (disposal_item_id);

-- What was decided of a case, by whom and when; appended, without anybody's identity.
CREATE TABLE disposal_note (
    disposal_note_id UUID PRIMARY KEY,
    case_id UUID NOT NULL,
    noted_at TIMESTAMP NOT NULL,
    noted_by UUID,
    words VARCHAR NOT NULL
);
