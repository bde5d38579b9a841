-- Who asks the hub about a child. Whom they mean and why is sealed as they typed it, and so is what
-- they are answered: it says who is worried about whom.
CREATE TABLE asking (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  staff_id uuid NOT NULL REFERENCES staff (id),
  asked_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  sealed bytea NOT NULL,
  -- When Sightline had looked whom they may mean. Until then the hub does not see it.
  looked_at timestamptz,
  sealed_answer bytea,
  answered_at timestamptz,
  answered_by uuid REFERENCES staff (id),
  -- When whoever asked had read the answer.
  read_at timestamptz,
  -- When it was late, and the hub's managers were told.
  raised_at timestamptz
);
CREATE INDEX asking_waiting ON asking (due_at) WHERE answered_at IS NULL;
CREATE INDEX asking_staff ON asking (staff_id, asked_at);
-- Whom they may mean: accounts, since an account stays what it is when people are linked.
CREATE TABLE asking_account (
  asking_id uuid NOT NULL REFERENCES asking (id),
  account_id uuid NOT NULL REFERENCES account (id),
  PRIMARY KEY (asking_id, account_id)
);
-- Each use of break-glass, for one child, to its review. The reason and the review are sealed.
CREATE TABLE broken_glass (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  staff_id uuid NOT NULL REFERENCES staff (id),
  person_id uuid NOT NULL REFERENCES person (id),
  users_agency_id uuid NOT NULL REFERENCES agency (id),
  -- Who holds the record.
  holders_agency_id uuid NOT NULL REFERENCES agency (id),
  purpose text NOT NULL,
  sealed_reason bytea NOT NULL,
  opened_at timestamptz NOT NULL,
  -- The latest moment at which somebody looked through it: a clock that goes back ends it.
  seen_at timestamptz NOT NULL,
  looks bigint NOT NULL,
  ended_at timestamptz,
  -- By when it must be reviewed.
  due_at timestamptz NOT NULL,
  finding text,
  sealed_review bytea,
  reviewed_at timestamptz,
  reviewed_by uuid REFERENCES staff (id),
  -- When the review was late, and those who review were told again.
  raised_at timestamptz
);
CREATE INDEX broken_glass_staff ON broken_glass (staff_id, opened_at);
CREATE INDEX broken_glass_waiting ON broken_glass (due_at) WHERE reviewed_at IS NULL;
-- Who was told of a use.
CREATE TABLE broken_glass_told (
  glass_id uuid NOT NULL REFERENCES broken_glass (id),
  staff_id uuid NOT NULL REFERENCES staff (id),
  as_whom text NOT NULL,
  told_at timestamptz NOT NULL,
  PRIMARY KEY (glass_id, staff_id)
);
