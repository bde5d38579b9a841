-- What is said of people later, word by word: names, addresses and numbers with the dates that
-- they hold for; and the words of names, by which people are searched for.

-- A day of which only the month or the year is known keeps what was said of it. `from_on` is then
-- its first day, `until_on` its last one. `said_at` and `said_by` are of what was said later; what
-- came with the account has the account's own.
ALTER TABLE account_name ADD COLUMN from_said text;
ALTER TABLE account_name ADD COLUMN until_said text;
ALTER TABLE account_name ADD COLUMN said_at timestamptz;
ALTER TABLE account_name ADD COLUMN said_by uuid REFERENCES staff (id);
ALTER TABLE account_address ADD COLUMN from_said text;
ALTER TABLE account_address ADD COLUMN until_said text;
ALTER TABLE account_address ADD COLUMN said_at timestamptz;
ALTER TABLE account_address ADD COLUMN said_by uuid REFERENCES staff (id);
ALTER TABLE household_member ADD COLUMN until_said text;
-- It held the day on which the address was said, which says nothing of since when it is so.
UPDATE account_address SET from_on = NULL;
-- Whether the one who is related has parental responsibility, as said: yes, no, not-known.
ALTER TABLE relationship ADD COLUMN responsibility text;

-- A telephone number, and what it is safe for: ring, message, not, not-known.
CREATE TABLE account_phone (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  sealed bytea NOT NULL,
  fingerprint bytea NOT NULL,
  safe_for text NOT NULL,
  protected_since timestamptz,
  from_on date,
  from_said text,
  until_on date,
  until_said text,
  said_at timestamptz,
  said_by uuid REFERENCES staff (id)
);
CREATE INDEX account_phone_account ON account_phone (account_id);
CREATE INDEX account_phone_fingerprint ON account_phone (fingerprint);
-- Ethnic background, in the words of whoever said it.
CREATE TABLE account_ethnicity (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  sealed bytea NOT NULL
);
CREATE INDEX account_ethnicity_account ON account_ethnicity (account_id);

-- Every word of every name, folded. Bytes, since the two databases order texts differently, and
-- the beginning of a word must be a range of the index in both.
CREATE TABLE account_name_word (
  word bytea NOT NULL,
  name_id uuid NOT NULL REFERENCES account_name (id),
  account_id uuid NOT NULL REFERENCES account (id),
  PRIMARY KEY (word, name_id)
);
CREATE INDEX account_name_word_account ON account_name_word (account_id, word);
CREATE INDEX account_name_word_name ON account_name_word (name_id);
DROP INDEX account_name_folded;
