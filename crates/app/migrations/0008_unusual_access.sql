-- Looks that stood out, for an agency's privacy officers to ask about. What was found, and why it was
-- settled as it was, is sealed. Nothing of it is ever shown to whom it is about.
CREATE TABLE unusual_access (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  agency_id uuid NOT NULL REFERENCES agency (id),
  staff_id uuid NOT NULL REFERENCES staff (id),
  -- Nobody where it is about many children.
  person_id uuid REFERENCES person (id),
  since date NOT NULL,
  -- The day on which it took its place among the few rows of a day; until then it waits.
  shown_on date,
  sealed bytea NOT NULL,
  outcome text,
  sealed_reason bytea,
  settled_at timestamptz,
  settled_by uuid REFERENCES staff (id)
);
CREATE INDEX unusual_access_open ON unusual_access (agency_id, shown_on) WHERE outcome IS NULL;
CREATE INDEX unusual_access_staff ON unusual_access (staff_id, shown_on);
-- Which days the rules were run over.
CREATE TABLE unusual_access_day (day date PRIMARY KEY, found bigint NOT NULL, derived_at timestamptz NOT NULL);
