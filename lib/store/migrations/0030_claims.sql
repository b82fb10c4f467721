-- Counts up when something of a record's disposal is decided or done. Two transactions that count
-- the same patient conflict, so that the later one sees what the earlier one did (rule C10).
ALTER TABLE patient ADD COLUMN claims INTEGER;

-- The day of a fact that is kept: of a product it is that of a treatment whose own row goes.
ALTER TABLE vital_interest_item ADD COLUMN happened_on DATE;

-- Counts from 1; each review takes a new one, whose values are in the audit trail.
ALTER TABLE vital_interest ADD COLUMN version INTEGER;
