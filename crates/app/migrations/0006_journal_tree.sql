-- The tree over the journal (RFC 6962). Its state, from which it grows, stands beside the journal's
-- head and is NULL until the first entry is in it; entries that were there before are taken into it
-- when the program starts, since no database can hash them.
ALTER TABLE journal_head ADD COLUMN tree bytea;
-- The nodes that each entry completed, 32 bytes each, the entry's own first: node `index` of level
-- `l` is hash `l` of entry `(index + 1) << l`. They never change.
CREATE TABLE journal_node (seq bigint PRIMARY KEY, hashes bytea NOT NULL);
-- What the log has signed, with the cosignatures of its witnesses: those that somebody co-signed,
-- and the last.
CREATE TABLE journal_checkpoint (
  size bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  cosignatures bigint NOT NULL,
  note text NOT NULL
);
