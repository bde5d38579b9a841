-- Passkeys and security keys: what somebody signs in with by showing that they have it. What the
-- authenticator gave is sealed, bound to whose it is: whoever writes into this table gives nobody a
-- key. Nothing of it is secret; it is found by a hash of its own name for itself.
CREATE TABLE passkey (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  staff_id uuid NOT NULL REFERENCES staff (id),
  name text NOT NULL,
  kind text NOT NULL,
  credential_hash bytea NOT NULL UNIQUE,
  sealed bytea NOT NULL,
  added_at timestamptz NOT NULL,
  used_at timestamptz,
  -- When its counter went back: there may be a copy, and it opens nothing from then on.
  doubted_at timestamptz,
  ended_at timestamptz
);
CREATE INDEX passkey_staff ON passkey (staff_id);
-- What an authenticator was asked to sign, until it answers: once, within minutes, for the browser that
-- has this cookie.
CREATE TABLE passkey_challenge (
  token_hash bytea NOT NULL,
  purpose text NOT NULL,
  sealed bytea NOT NULL,
  begun_at timestamptz NOT NULL,
  PRIMARY KEY (token_hash, purpose)
);
-- By which passkey a session was begun; empty where it was not.
ALTER TABLE session ADD COLUMN passkey_id uuid REFERENCES passkey (id);
