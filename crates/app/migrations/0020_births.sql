-- What an agency said of a birth before it said something else: that a baby was expected, a day that
-- was mistyped.
CREATE TABLE account_birth (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  born_on date,
  born_said text,
  expected_on date,
  until_at timestamptz NOT NULL,
  until_by uuid NOT NULL REFERENCES staff (id)
);
CREATE INDEX account_birth_account ON account_birth (account_id);
