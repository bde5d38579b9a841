-- The second step of signing in: something that somebody has. An authenticator app shares a key
-- with the server, which is kept sealed; of a printed list only the hashes of its codes are kept.
CREATE TABLE second_step (
  id uuid PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES staff (id),
  kind text NOT NULL,
  sealed bytea,
  begun_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  ended_at timestamptz,
  last_step bigint
);
CREATE INDEX second_step_staff ON second_step (staff_id) WHERE ended_at IS NULL;
CREATE TABLE one_time_code (
  code_hash bytea PRIMARY KEY,
  second_step_id uuid NOT NULL REFERENCES second_step (id),
  used_at timestamptz
);
CREATE INDEX one_time_code_step ON one_time_code (second_step_id);
-- When the second step was last taken in a session; empty where it was not.
ALTER TABLE session ADD COLUMN second_at timestamptz;
