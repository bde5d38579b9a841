-- That two are to be linked of whom both have something open: asked for by one person, linked by another.
-- Why is sealed. Persons come and go with links, and so it is kept of an account of each.
CREATE TABLE link_asked (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  from_account uuid NOT NULL REFERENCES account (id),
  to_account uuid NOT NULL REFERENCES account (id),
  sealed bytea NOT NULL,
  asked_at timestamptz NOT NULL,
  asked_by uuid NOT NULL REFERENCES staff (id),
  ended_at timestamptz,
  ended_by uuid REFERENCES staff (id),
  -- What came of it: linked, refused, withdrawn.
  outcome text
);
CREATE INDEX link_asked_from ON link_asked (from_account);
CREATE INDEX link_asked_to ON link_asked (to_account);
CREATE INDEX link_asked_open ON link_asked (asked_at) WHERE ended_at IS NULL;
