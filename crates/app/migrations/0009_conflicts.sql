-- Whom members of staff say that they know. Each stands beside the ones before it. All that was
-- said is sealed, since it says who knows whom; none is there where they know of nobody.
CREATE TABLE declaration (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  staff_id uuid NOT NULL REFERENCES staff (id),
  declared_at timestamptz NOT NULL,
  sealed bytea
);
CREATE INDEX declaration_staff ON declaration (staff_id, declared_at);
-- What came of it, which never reaches whoever declared it. Sealed.
CREATE TABLE declaration_outcome (
  declaration_id uuid PRIMARY KEY REFERENCES declaration (id),
  sealed bytea NOT NULL,
  looked_at timestamptz NOT NULL,
  looked_by uuid NOT NULL REFERENCES staff (id)
);
