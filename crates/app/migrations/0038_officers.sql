-- What one member of staff looked at, day by day, costs what they looked at and not what everybody did.
CREATE INDEX look_of_day_staff ON look_of_day (staff_id, day);
