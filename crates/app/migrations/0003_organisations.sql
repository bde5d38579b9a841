-- Teams and who is in them, sign-in codes, lists of term dates, and what was set for later and
-- withdrawn. A revision lets two people who edit one thing see each other's text.

ALTER TABLE agency ADD COLUMN revision bigint NOT NULL DEFAULT 1;
ALTER TABLE setting ADD COLUMN revision bigint NOT NULL DEFAULT 1;
ALTER TABLE staff ADD COLUMN revision bigint NOT NULL DEFAULT 1;

CREATE TABLE team (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  agency_id uuid NOT NULL REFERENCES agency (id),
  name text NOT NULL,
  kind text NOT NULL,
  phone text,
  revision bigint NOT NULL DEFAULT 1
);
CREATE INDEX team_agency ON team (agency_id);
CREATE TABLE team_member (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES team (id),
  staff_id uuid NOT NULL REFERENCES staff (id),
  from_on date NOT NULL,
  until_on date
);
CREATE INDEX team_member_team ON team_member (team_id);
CREATE INDEX team_member_staff ON team_member (staff_id);

-- By which somebody sets their own password, once. Only a hash is kept.
CREATE TABLE sign_in_code (
  code_hash bytea PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES staff (id),
  made_at timestamptz NOT NULL,
  made_by uuid NOT NULL REFERENCES staff (id),
  used_at timestamptz,
  withdrawn_at timestamptz
);
CREATE INDEX sign_in_code_staff ON sign_in_code (staff_id);

-- As `bank_holiday_list`: each version kept with the moment from which it counted.
CREATE TABLE term_date_list (
  version bigint PRIMARY KEY,
  text text NOT NULL,
  loaded_at timestamptz NOT NULL
);

ALTER TABLE local_length ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE local_length ADD COLUMN withdrawn_by uuid REFERENCES staff (id);
ALTER TABLE local_length ADD COLUMN withdrawn_why text;
ALTER TABLE partnership ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE partnership ADD COLUMN withdrawn_by uuid REFERENCES staff (id);
ALTER TABLE partnership ADD COLUMN withdrawn_why text;
