-- Danger is told by the history and derived into `screening`; nobody reads or writes this copy.
ALTER TABLE contact DROP COLUMN danger_at;
