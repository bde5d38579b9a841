-- What a restriction covers: the whole record ('record'); where somebody lives and how they are reached
-- ('address'), which those who are named for it alone are shown; or nothing, but that each look of
-- somebody who has no part in it is asked about ('looks'): a case in the news.
ALTER TABLE restriction ADD COLUMN covers text NOT NULL DEFAULT 'record';
-- Until when somebody's safeguarding training is current, and who leads them: neither is known of
-- whom nobody said it of.
ALTER TABLE staff ADD COLUMN trained_until date;
-- A plain id: a restore writes the table row by row, and whoever leads somebody may come later in it.
ALTER TABLE staff ADD COLUMN manager_id uuid;
-- By which rule somebody looked, the last one of the day. What was folded before has none: to fold the
-- whole journal anew would bring back who looked at whom of what was disposed of.
ALTER TABLE look_of_day ADD COLUMN because text NOT NULL DEFAULT '';
