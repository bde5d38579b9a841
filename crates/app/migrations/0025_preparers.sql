-- Everybody who had a hand in how a data request is answered: who took it down, vouched for whoever
-- asks, said whose an account is, decided, or proposed. What was overwritten since keeps its hands here.
CREATE TABLE data_request_preparer (
  request_id uuid NOT NULL REFERENCES data_request (id),
  staff_id uuid NOT NULL REFERENCES staff (id),
  PRIMARY KEY (request_id, staff_id)
);
INSERT INTO data_request_preparer (request_id, staff_id)
  SELECT id, recorded_by FROM data_request
  UNION SELECT request_id, decided_by FROM data_request_item
  UNION SELECT request_id, said_by FROM data_request_account WHERE said_by IS NOT NULL
  UNION SELECT id, proposed_by FROM data_request WHERE proposed_by IS NOT NULL;
CREATE INDEX data_request_ended ON data_request (ended_at) WHERE ended_at IS NOT NULL;
