-- Keeping in touch: when a list was sent, who was left out of the file after all, and since when an
-- address is on the suppression list.

ALTER TABLE campaign ADD COLUMN sent_on DATE;
ALTER TABLE campaign ADD COLUMN sent_by UUID;

-- In the file for the mailing tool since then; NULL: never was.
ALTER TABLE campaign_member ADD COLUMN exported_at TIMESTAMP;
-- What the message stood on as the file was made.
ALTER TABLE campaign_member ADD COLUMN exported_basis VARCHAR;
-- Why the last check, as the file was made, left the person out though the list had them in.
ALTER TABLE campaign_member ADD COLUMN dropped_because VARCHAR;

-- A contact that was noted wrongly; it is kept, and counts no longer.
ALTER TABLE contact_log ADD COLUMN voided_at TIMESTAMP;
ALTER TABLE contact_log ADD COLUMN voided_by UUID;

-- When the person said so: consent that is given later answers it.
ALTER TABLE suppression ADD COLUMN said_at TIMESTAMP;
