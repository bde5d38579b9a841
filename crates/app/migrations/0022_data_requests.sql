-- Requests of people for what is held about them. What they said is sealed with the id of its row.

CREATE TABLE data_request (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL REFERENCES staff (id),
  received_on date NOT NULL,
  -- Who asks, about whom, by what right, and how they are reached.
  sealed bytea NOT NULL,
  -- Since when it is known who asks. The clock runs from then.
  known_on date,
  -- When they were told that it takes longer, and why.
  extended_on date,
  sealed_extension bytea,
  -- How it is to be answered, for another to approve.
  sealed_proposal bytea,
  proposed_at timestamptz,
  proposed_by uuid REFERENCES staff (id),
  -- Why it was sent back the last time.
  sealed_sent_back bytea,
  approved_at timestamptz,
  approved_by uuid REFERENCES staff (id),
  -- What was approved: the copy itself, so that nothing that changes later is in it.
  sealed_copy bytea,
  -- When they had the answer, and how.
  sealed_end bytea,
  ended_at timestamptz,
  ended_by uuid REFERENCES staff (id),
  -- When the hub's managers were told that its day is near, or over.
  near_raised_at timestamptz,
  late_raised_at timestamptz
);
CREATE INDEX data_request_open ON data_request (received_on) WHERE ended_at IS NULL;
CREATE INDEX data_request_recorded_by ON data_request (recorded_by);

-- When they were asked what they mean, and when they said so: the clock stands still meanwhile.
CREATE TABLE data_request_clarification (
  id uuid PRIMARY KEY,
  request_id uuid NOT NULL REFERENCES data_request (id),
  asked_on date NOT NULL,
  answered_on date
);
CREATE INDEX data_request_clarification_request ON data_request_clarification (request_id);

-- The accounts that may be of whoever it is about, and whether they are.
CREATE TABLE data_request_account (
  request_id uuid NOT NULL REFERENCES data_request (id),
  account_id uuid NOT NULL REFERENCES account (id),
  is_theirs boolean,
  said_by uuid REFERENCES staff (id),
  PRIMARY KEY (request_id, account_id)
);
CREATE INDEX data_request_account_account ON data_request_account (account_id);

-- What was decided of each thing that is held. A new decision is a new row, and the last one counts.
CREATE TABLE data_request_item (
  id uuid PRIMARY KEY,
  request_id uuid NOT NULL REFERENCES data_request (id),
  item text NOT NULL,
  sealed bytea NOT NULL,
  decided_at timestamptz NOT NULL,
  decided_by uuid NOT NULL REFERENCES staff (id)
);
CREATE INDEX data_request_item_request ON data_request_item (request_id, decided_at);
