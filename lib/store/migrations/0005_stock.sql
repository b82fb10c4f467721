-- Stock and recalls: what a pack holds, codes on packs, and the follow-ups that are open.
--
-- No index is made on treatment_item (lot_id): measured with 16 million rows it makes one lot's rows
-- come in 10 ms instead of 55 ms, but the recall as a whole hardly faster, and DuckDB then refuses
-- every later ALTER TABLE on the table until the index is dropped. A migration that has to alter a
-- table with an index drops it first, commits with its own record, and a following one makes it anew.

-- How much of the product's unit is in one pack (100 units, 1 ml); NULL where nobody has said.
ALTER TABLE product ADD COLUMN pack_size DECIMAL(9, 3);

-- The number in a pack's barcode (GTIN), learned when a lot of the product is received.
CREATE TABLE product_code (
    code VARCHAR PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES product (product_id),
    recorded_at TIMESTAMP NOT NULL,
    recorded_by UUID
);

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
