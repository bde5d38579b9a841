-- Who looked at what, day by day: folded from the journal by a worker (`who_looked/folding.rs`), so that
-- a child's page of it costs what was looked at and not what was journaled. It can be dropped and made
-- again. Subjects are the rows that entries of the journal are about.
CREATE TABLE look_of_day (
  subject uuid NOT NULL,
  day date NOT NULL,
  staff_id uuid NOT NULL,
  sort text NOT NULL,
  looks bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (subject, day, staff_id, sort)
);
-- The last entry of the journal that is folded in; no row before the first is.
CREATE TABLE look_folded (one bigint PRIMARY KEY, seq bigint NOT NULL);
