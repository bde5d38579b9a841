-- What is disposed of once it need not be kept any longer, by two people; what somebody holds; and
-- what is left of it: that it was, of what class, when, and by whose word.

CREATE TABLE hold (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  person_id uuid NOT NULL REFERENCES person (id),
  -- For what: a court, an inquiry, a review.
  sort text NOT NULL,
  sealed bytea NOT NULL,
  set_at timestamptz NOT NULL,
  set_by uuid NOT NULL REFERENCES staff (id),
  lifted_at timestamptz,
  lifted_by uuid REFERENCES staff (id)
);
CREATE INDEX hold_person ON hold (person_id) WHERE lifted_at IS NULL;

CREATE TABLE disposal (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  proposed_at timestamptz NOT NULL,
  proposed_by uuid NOT NULL REFERENCES staff (id),
  withdrawn_at timestamptz,
  withdrawn_by uuid REFERENCES staff (id),
  approved_at timestamptz,
  approved_by uuid REFERENCES staff (id),
  -- The entry of the journal that commits to which contents went.
  seq bigint REFERENCES journal (seq),
  -- How many rows of what went, as JSON.
  counts text
);
CREATE INDEX disposal_open ON disposal (proposed_at) WHERE approved_at IS NULL AND withdrawn_at IS NULL;

-- The requests of a disposal: once it is approved, all that is left of them.
CREATE TABLE disposal_item (
  disposal_id uuid NOT NULL REFERENCES disposal (id),
  contact_id uuid NOT NULL,
  reference text NOT NULL,
  class text NOT NULL,
  received_on date NOT NULL,
  kept_until date NOT NULL,
  PRIMARY KEY (disposal_id, contact_id)
);
CREATE INDEX disposal_item_contact ON disposal_item (contact_id);

-- Which contents of the journal went with which disposal. The entry of the disposal commits to them.
CREATE TABLE disposed_content (
  seq bigint PRIMARY KEY REFERENCES journal (seq),
  disposal_seq bigint NOT NULL REFERENCES journal (seq)
);
CREATE INDEX disposed_content_disposal ON disposed_content (disposal_seq);

-- Rows of lists that were taken in once and disposed of since: they are not taken in again.
CREATE TABLE disposed_row (row_hash bytea PRIMARY KEY);

-- By which what is disposed of is found.
CREATE INDEX account_link_account ON account_link (account_id);
CREATE INDEX asking_account_account ON asking_account (account_id);
CREATE INDEX family_page_for ON family_page (for_account);
CREATE INDEX family_page_item_page ON family_page_item (page_id);
CREATE INDEX family_page_item_seq ON family_page_item (seq);
CREATE INDEX imported_row_contact ON imported_row (contact_id);
CREATE INDEX notice_of_contact ON notice (contact_id);
CREATE INDEX broken_glass_person ON broken_glass (person_id);
CREATE INDEX contact_response ON contact (response_id);
