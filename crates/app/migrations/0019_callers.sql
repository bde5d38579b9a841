-- Who asked, where the family may not know it: sealed, and then nothing in the column beside it.
ALTER TABLE contact ADD COLUMN requester_sealed bytea;
