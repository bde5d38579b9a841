-- What one member of staff looked at, day by day, costs what they looked at and not what everybody did.
CREATE INDEX look_of_day_staff ON look_of_day (staff_id, day);
-- What a review of break-glass comes to, from a fixed list; of one from before nothing is said.
ALTER TABLE broken_glass ADD COLUMN theme text;
-- Which entries of the journal say that somebody saw nothing of what they asked for: found by who it was,
-- so that what whoever is kept away tried is read without the whole journal. It can be dropped and made
-- again, from the entries on that are folded (`who_looked/folding.rs`).
CREATE TABLE vain_look (seq bigint PRIMARY KEY, staff_id uuid NOT NULL, at timestamptz NOT NULL);
CREATE INDEX vain_look_staff ON vain_look (staff_id, at);
