-- What somebody was told that must be handled with care: sealed whole, with its grade, its handling code and
-- whom that names. What was taken back stays, and is shown to nobody.
CREATE TABLE intelligence (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  account_id uuid NOT NULL REFERENCES account (id),
  agency_id uuid NOT NULL REFERENCES agency (id),
  by_id uuid NOT NULL REFERENCES staff (id),
  written_at timestamptz NOT NULL,
  sealed bytea NOT NULL,
  taken_back_at timestamptz
);
CREATE INDEX intelligence_account ON intelligence (account_id);
CREATE INDEX intelligence_written_at ON intelligence (written_at);
