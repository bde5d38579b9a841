-- The gravest class of what was ever decided of a request (`practice::retention`), also of a decision
-- that was taken up again since: derived beside the rest. What stood before there was this column counts
-- as protection until it is derived again, which keeps it longest.
ALTER TABLE screening ADD COLUMN gravest text;
UPDATE screening SET gravest = 'protection';

-- About whom a draft was begun: it goes with what was said of them, sent or not.
CREATE TABLE response_account (
  response_id uuid NOT NULL REFERENCES response (id),
  account_id uuid NOT NULL REFERENCES account (id),
  PRIMARY KEY (response_id, account_id)
);
CREATE INDEX response_account_account ON response_account (account_id);
