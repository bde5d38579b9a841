-- Who must not see somebody, whatever else they may do. It is never shown to whom it is about.
-- The reason is sealed.
CREATE TABLE exclusion (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  staff_id uuid NOT NULL REFERENCES staff (id),
  sealed bytea NOT NULL,
  receives_instead uuid REFERENCES staff (id),
  set_at timestamptz NOT NULL,
  set_by uuid NOT NULL REFERENCES staff (id),
  lifted_at timestamptz,
  lifted_by uuid REFERENCES staff (id)
);
CREATE INDEX exclusion_staff ON exclusion (staff_id) WHERE lifted_at IS NULL;
-- Whom it keeps them from: the person it was set for, and each to whom an account of that person
-- went since, or who may be the same. Only ever added to; it ends with the exclusion.
CREATE TABLE exclusion_person (
  exclusion_id uuid NOT NULL REFERENCES exclusion (id),
  person_id uuid NOT NULL REFERENCES person (id),
  since timestamptz NOT NULL,
  PRIMARY KEY (exclusion_id, person_id)
);
CREATE INDEX exclusion_person_person ON exclusion_person (person_id);
