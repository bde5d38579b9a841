-- The gravest class of what was ever decided of a request (`practice::retention`), also of a decision
-- that was taken up again since: derived beside the rest. Of what was taken up again before there was
-- this column nobody knows here what was decided first: it counts as protection until it is derived
-- again (`sightline rederive`), which keeps it longest.
ALTER TABLE screening ADD COLUMN gravest text;
UPDATE screening SET gravest = CASE
    WHEN (SELECT count(DISTINCT k.started_by) FROM clock k
      WHERE k.pathway_id = screening.pathway_id AND k.code = 'REF-1WD') > 1 THEN 'protection'
    WHEN outcome IN ('information-and-advice', 'no-further-action', 'another-authority') THEN 'advice'
    WHEN outcome IN ('partner-early-help', 'intensive-family-support') THEN 'early-help'
    WHEN outcome IS NOT NULL THEN 'protection'
  END;

-- About whom a draft was begun: it goes with what was said of them, sent or not.
CREATE TABLE response_account (
  response_id uuid NOT NULL REFERENCES response (id),
  account_id uuid NOT NULL REFERENCES account (id),
  PRIMARY KEY (response_id, account_id)
);
CREATE INDEX response_account_account ON response_account (account_id);
