-- Where the staff of an agency sign in with the agency's own accounts: one provider at a time. Its secret is
-- sealed, and gone once it has ended. Another issuer or client is another provider, since what it calls
-- somebody means nothing to the one before.
CREATE TABLE identity_provider (
  id uuid PRIMARY KEY,
  agency_id uuid NOT NULL REFERENCES agency (id),
  issuer text NOT NULL,
  client_id text NOT NULL,
  secret bytea NOT NULL,
  -- Since when every e-mail address that it sends counts, also one that it does not call verified.
  vouches_since timestamptz,
  -- Since when its word counts that it asked for a second step.
  second_step_since timestamptz,
  set_at timestamptz NOT NULL,
  ended_at timestamptz,
  revision bigint NOT NULL
);
CREATE UNIQUE INDEX identity_provider_agency ON identity_provider (agency_id) WHERE ended_at IS NULL;
-- As whom a provider knows a member of staff. It is found by a keyed hash of what the provider calls them,
-- which is sealed, bound to whose it is: whoever writes into this table connects nobody.
CREATE TABLE identity (
  id uuid PRIMARY KEY,
  provider_id uuid NOT NULL REFERENCES identity_provider (id),
  staff_id uuid NOT NULL REFERENCES staff (id),
  fingerprint bytea NOT NULL,
  sealed bytea NOT NULL,
  connected_at timestamptz NOT NULL,
  used_at timestamptz,
  ended_at timestamptz
);
CREATE UNIQUE INDEX identity_fingerprint ON identity (provider_id, fingerprint) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX identity_staff ON identity (staff_id) WHERE ended_at IS NULL;
-- Who has gone to a provider and not come back yet: once, within minutes, for the browser that has this cookie.
CREATE TABLE pending_sign_in (
  token_hash bytea PRIMARY KEY,
  begun_at timestamptz NOT NULL,
  -- 1 where something waits that they had typed: it can be long, and so there are not many.
  waits bigint NOT NULL,
  sealed bytea NOT NULL
);
CREATE INDEX pending_sign_in_begun ON pending_sign_in (begun_at);
CREATE INDEX pending_sign_in_waits ON pending_sign_in (waits) WHERE waits = 1;
-- By which identity a session was begun; empty where it was not.
ALTER TABLE session ADD COLUMN identity_id uuid REFERENCES identity (id);
-- When the agency's own provider said that it had asked for a second step; empty where it did not.
ALTER TABLE session ADD COLUMN vouched_at timestamptz;
