-- Whose record exists only for those who are named: a child of somebody who works here, an adopted
-- child, one in whom the press is interested. Which of these, and why, is sealed.
CREATE TABLE restriction (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  sealed bytea NOT NULL,
  set_at timestamptz NOT NULL,
  set_by uuid NOT NULL REFERENCES staff (id),
  lifted_at timestamptz,
  lifted_by uuid REFERENCES staff (id)
);
CREATE INDEX restriction_lifted ON restriction (lifted_at);
-- For whom it stands: the person it was set for, and each to whom an account of that person went
-- since, or who may be the same. Only ever added to; it ends with the restriction.
CREATE TABLE restriction_person (
  restriction_id uuid NOT NULL REFERENCES restriction (id),
  person_id uuid NOT NULL REFERENCES person (id),
  since timestamptz NOT NULL,
  PRIMARY KEY (restriction_id, person_id)
);
CREATE INDEX restriction_person_person ON restriction_person (person_id);
-- For whom the record exists. Nobody named them where the platform did, for want of anybody else.
CREATE TABLE restriction_named (
  id uuid PRIMARY KEY,
  restriction_id uuid NOT NULL REFERENCES restriction (id),
  staff_id uuid NOT NULL REFERENCES staff (id),
  named_at timestamptz NOT NULL,
  named_by uuid REFERENCES staff (id),
  ended_at timestamptz,
  ended_by uuid REFERENCES staff (id)
);
CREATE UNIQUE INDEX restriction_named_once ON restriction_named (staff_id, restriction_id)
  WHERE ended_at IS NULL;
CREATE INDEX restriction_named_restriction ON restriction_named (restriction_id);
-- What one of those named asked: that it be lifted, with the reason, sealed. Another agrees.
CREATE TABLE restriction_lifting (
  restriction_id uuid PRIMARY KEY REFERENCES restriction (id),
  sealed bytea NOT NULL,
  asked_at timestamptz NOT NULL,
  asked_by uuid NOT NULL REFERENCES staff (id)
);
-- What a child is called where looks are asked about: one name in all rows of an agency, and no
-- reference of the record, so that a restricted child has one like any other.
ALTER TABLE unusual_access ADD COLUMN known_as text;
UPDATE unusual_access SET known_as = reference WHERE person_id IS NOT NULL;
CREATE INDEX unusual_access_known_as ON unusual_access (known_as);
CREATE INDEX unusual_access_person ON unusual_access (person_id, agency_id);
-- Whoever took a call down, who reads what they took down as a requester reads a request.
ALTER TABLE contact ADD COLUMN taken_by uuid REFERENCES staff (id);
