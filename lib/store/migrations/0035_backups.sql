-- Disposals that were carried out after the back-up from which this store was restored, and that
-- were done again in it: the ledger beside the keys names them, no patient is named here.
CREATE TABLE disposal_replayed (
    number VARCHAR PRIMARY KEY,
    replayed_at TIMESTAMP NOT NULL
);
