-- Who opened so many records within an hour that they were stopped, and what they said why, sealed.
CREATE TABLE stopped_look (
  id uuid PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES staff (id),
  stopped_at timestamptz NOT NULL,
  opened bigint NOT NULL,
  said_at timestamptz,
  said bytea
);
CREATE INDEX stopped_look_unsaid ON stopped_look (staff_id) WHERE said_at IS NULL;
CREATE INDEX stopped_look_at ON stopped_look (stopped_at);
