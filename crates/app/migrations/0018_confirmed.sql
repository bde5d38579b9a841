-- On which day somebody else confirmed that a member of staff still works there in their roles. An
-- account that nobody confirmed for ninety days sleeps, as does one without a day. Everybody who is
-- on the list when this comes has until then.
ALTER TABLE staff ADD COLUMN confirmed_on date;
ALTER TABLE staff ADD COLUMN confirmed_by uuid REFERENCES staff (id);
UPDATE staff SET confirmed_on = CURRENT_DATE;
