-- Counts up when something of a record's disposal is decided or done. Two transactions that count
-- the same patient conflict, so that the later one sees what the earlier one did (rule C10).
ALTER TABLE patient ADD COLUMN claims INTEGER;
