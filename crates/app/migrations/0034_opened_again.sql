-- That somebody opened again, for a purpose, what was dealt with. What for stands in the journal.
CREATE TABLE opened_again (
  id uuid PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES staff (id),
  account_id uuid NOT NULL REFERENCES account (id),
  opened_at timestamptz NOT NULL
);
CREATE INDEX opened_again_account ON opened_again (account_id, staff_id);
