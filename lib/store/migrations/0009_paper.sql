-- Reading a record with hundreds of treatments by keys alone.
--
-- Measured with 16 million rows in the order of time: the items of twenty treatments come in 1.5 ms
-- by this index, in 40 ms by the patient's, in 150 ms without any. DuckDB then refuses to alter the
-- table: a migration that must drops the index first, and a following one makes it anew.
CREATE INDEX treatment_item_treatment ON treatment_item (treatment_id);
