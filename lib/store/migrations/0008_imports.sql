-- Imports of treatments and history: what was imported is known again, what waits is found by it.

-- The digest of what the file said of the treatment when it was last taken in.
ALTER TABLE treatment_external_id ADD COLUMN row_digest VARCHAR;

-- What was waiting is known again by its digest; all rows of one person are decided together.
ALTER TABLE import_review ADD COLUMN row_digest VARCHAR;
ALTER TABLE import_review ADD COLUMN person_digest VARCHAR;
ALTER TABLE import_review ADD COLUMN system VARCHAR;
ALTER TABLE import_review ADD COLUMN external_id VARCHAR;

-- The entry of the medical history that came from the row, where it did.
ALTER TABLE import_row ADD COLUMN series_id UUID;
