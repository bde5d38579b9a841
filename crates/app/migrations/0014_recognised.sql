-- What an account is found by when somebody asks who may be the same person: keyed fingerprints of
-- the engine's keys (docs/matching.md), so that nothing of a name or an address can be read here.
-- Derived from what the account says, but for what is protected.
CREATE TABLE account_key (
  key bigint NOT NULL,
  account_id uuid NOT NULL REFERENCES account (id),
  PRIMARY KEY (key, account_id)
);
CREATE INDEX account_key_account ON account_key (account_id);
-- Which form of keys an account has: 0 where it was on the record before there were any, until the
-- server starts.
ALTER TABLE account ADD COLUMN keys_form bigint NOT NULL DEFAULT 0;
CREATE INDEX account_keys_form ON account (keys_form);

-- Somebody in the hub said that two are different people; why is sealed. Taken back, it stays.
CREATE TABLE different_people (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  sealed bytea NOT NULL,
  said_at timestamptz NOT NULL,
  said_by uuid NOT NULL REFERENCES staff (id),
  taken_back_at timestamptz,
  taken_back_by uuid REFERENCES staff (id)
);
-- Of which accounts it was said, each with each, both ways round: persons come and go with links.
CREATE TABLE different_pair (
  one_id uuid NOT NULL REFERENCES account (id),
  other_id uuid NOT NULL REFERENCES account (id),
  different_id uuid NOT NULL REFERENCES different_people (id),
  PRIMARY KEY (one_id, other_id, different_id)
);
CREATE INDEX different_pair_other ON different_pair (other_id);
CREATE INDEX different_pair_different ON different_pair (different_id);
