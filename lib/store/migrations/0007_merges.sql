-- Merging: what a merge set, so that an undo knows what somebody changed since.

-- The changed columns as the merge left them (JSON); `before` is the same as it was before.
ALTER TABLE merged_row ADD COLUMN after VARCHAR;

CREATE INDEX merged_row_merge ON merged_row (merge_id);
