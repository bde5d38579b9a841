-- Files that were sent with a request. The bytes and the name are sealed: a photograph shows who, a
-- name says it. In which entry one came stands among the words of that entry, and who sees the entry
-- sees the file.
CREATE TABLE file (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  contact_id uuid NOT NULL REFERENCES contact (id),
  kind text NOT NULL,
  bytes bigint NOT NULL,
  name_sealed bytea NOT NULL,
  content_sealed bytea NOT NULL,
  -- What a scanner said of it: waiting, clean, harmful.
  standing text NOT NULL,
  scanned_at timestamptz
);
CREATE INDEX file_contact ON file (contact_id);
