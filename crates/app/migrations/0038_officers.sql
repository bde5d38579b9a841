-- What one member of staff looked at, day by day, costs what they looked at and not what everybody did.
CREATE INDEX look_of_day_staff ON look_of_day (staff_id, day);
-- What a review of break-glass comes to, from a fixed list; of one from before nothing is said.
ALTER TABLE broken_glass ADD COLUMN theme text;
