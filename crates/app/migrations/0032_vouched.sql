-- Who vouched for a member of staff who got an account without the Business Unit, and when.
ALTER TABLE staff ADD COLUMN vouched_by uuid;
ALTER TABLE staff ADD COLUMN vouched_at timestamptz;
