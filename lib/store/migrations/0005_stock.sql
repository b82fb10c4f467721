-- The follow-ups that are open, kept beside the many treatments.
--
-- No index is made on treatment_item (lot_id): measured with 16 million rows it makes one lot's rows
-- come in 10 ms instead of 55 ms, but the whole recall hardly faster, because the rest of the work
-- stays; and a large lot's 22,000 rows come slower by it (390 ms) than by the scan (200 ms).

-- Derived: treatments with a follow-up that nobody has come to yet and that has no booking. Kept by
-- `lib.store.follow_ups` in the transactions that change treatments; it can be made anew at any time.
-- Whether the record is restricted is asked when it is read.
CREATE TABLE follow_up (
    treatment_id UUID NOT NULL,
    patient_id UUID NOT NULL REFERENCES patient (patient_id),
    due_on DATE NOT NULL,
    treated_on DATE NOT NULL,
    name VARCHAR NOT NULL,
    practitioner_id UUID,
    -- Both: a merge takes a row away and adds it under the other patient in one transaction, and
    -- DuckDB would still see the key that is gone.
    PRIMARY KEY (treatment_id, patient_id)
);

INSERT INTO follow_up (treatment_id, patient_id, due_on, treated_on, name, practitioner_id)
SELECT t.treatment_id, t.patient_id, t.follow_up_due_on, t.treated_on, t.name, t.practitioner_id
FROM treatment AS t
JOIN patient AS p ON p.patient_id = t.patient_id
WHERE t.follow_up_due_on IS NOT NULL
  AND t.superseded_at IS NULL
  AND CASE WHEN p.deceased_on IS NULL THEN p.merged_into_id IS NULL ELSE FALSE END
  AND (p.last_seen_on IS NULL OR p.last_seen_on <= t.treated_on)
  AND NOT EXISTS (
    SELECT 1 FROM appointment AS a
    WHERE a.patient_id = t.patient_id AND a.status IN ('booked', 'attended')
      AND CAST(a.starts_at AS DATE) > t.treated_on
  )
ORDER BY t.follow_up_due_on, t.treatment_id;
