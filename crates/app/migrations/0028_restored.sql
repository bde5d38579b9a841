-- That the database is an older one, restored: until somebody has looked, no letter leaves. Its letters may
-- have been sent long ago.
CREATE TABLE restored (
  id uuid PRIMARY KEY,
  -- When it was found, or restored.
  at timestamptz NOT NULL,
  -- Of when the backup was, where that is known.
  taken_at timestamptz,
  -- When what came after the backup was said again; nobody is served before.
  said_at timestamptz,
  released_at timestamptz,
  released_by uuid REFERENCES staff (id)
);
-- What became secret lately, or of whom somebody was linked to lately, is found by when it did.
CREATE INDEX account_address_protected ON account_address (protected_since) WHERE protected_since IS NOT NULL;
CREATE INDEX account_phone_protected ON account_phone (protected_since) WHERE protected_since IS NOT NULL;
CREATE INDEX account_link_linked ON account_link (linked_at);
-- That a backup was made, restored elsewhere and found whole: the drill.
CREATE TABLE drill (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  -- How long restoring took, in milliseconds, and how many rows it had.
  took_ms bigint NOT NULL,
  rows bigint NOT NULL,
  -- What was wrong, a line for each; empty where nothing was.
  wrong text NOT NULL
);
CREATE INDEX drill_at ON drill (at);
