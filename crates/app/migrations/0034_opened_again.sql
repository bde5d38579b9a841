-- That somebody opened again, for a purpose, what was dealt with: a row for each account. What for is sealed.
CREATE TABLE opened_again (
  id uuid PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES staff (id),
  account_id uuid NOT NULL REFERENCES account (id),
  sealed bytea NOT NULL,
  opened_at timestamptz NOT NULL
);
CREATE INDEX opened_again_account ON opened_again (account_id, staff_id, opened_at);
