-- The first tables. One text for SQLite and PostgreSQL: types that both accept, no defaults that
-- a database computes, no triggers. Bytes named `sealed` are ciphertext.

-- The journal: one gap-free sequence of what was seen and what was changed. An entry commits by
-- salted hash to content that lives in a row of its own, so that the content can be disposed of
-- lawfully without touching the sequence.
CREATE TABLE journal_head (one bigint PRIMARY KEY, seq bigint NOT NULL);
INSERT INTO journal_head (one, seq) VALUES (1, 0);
CREATE TABLE journal (seq bigint PRIMARY KEY, entry bytea NOT NULL);
CREATE TABLE journal_content (
  seq bigint PRIMARY KEY REFERENCES journal (seq),
  salt bytea NOT NULL,
  sealed bytea NOT NULL
);
-- Which key the database was sealed with: its fingerprint, never the key.
CREATE TABLE key_check (one bigint PRIMARY KEY, fingerprint bytea NOT NULL);
-- A form that is sent twice makes one thing: what the first sending made is answered again, if it
-- says the same.
CREATE TABLE once (
  form_key text NOT NULL,
  actor uuid NOT NULL,
  at timestamptz NOT NULL,
  what text NOT NULL,
  said bytea NOT NULL,
  made text NOT NULL,
  PRIMARY KEY (form_key, actor)
);

CREATE TABLE agency (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  name text NOT NULL,
  kind text NOT NULL
);
CREATE TABLE setting (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  agency_id uuid NOT NULL REFERENCES agency (id),
  name text NOT NULL,
  kind text NOT NULL,
  term_calendar text,
  phone text
);
CREATE INDEX setting_agency ON setting (agency_id);
CREATE TABLE staff (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  agency_id uuid NOT NULL REFERENCES agency (id),
  setting_id uuid REFERENCES setting (id),
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  phone text,
  job text NOT NULL,
  password text,
  joined_on date NOT NULL,
  left_on date
);
CREATE INDEX staff_agency ON staff (agency_id);
CREATE TABLE staff_role (
  id uuid PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES staff (id),
  role text NOT NULL,
  from_on date NOT NULL,
  until_on date
);
CREATE INDEX staff_role_staff ON staff_role (staff_id);
CREATE TABLE session (
  token_hash bytea PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES staff (id),
  form_token text NOT NULL,
  begun_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX session_staff ON session (staff_id);

-- A person is nobody's record: only what joins the accounts that agencies give of them.
CREATE TABLE person (id uuid PRIMARY KEY, reference text NOT NULL UNIQUE);
-- An account: what one agency has said about a person, kept as it came.
CREATE TABLE account (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  agency_id uuid NOT NULL REFERENCES agency (id),
  given_at timestamptz NOT NULL,
  source text NOT NULL,
  born_on date,
  born_said text,
  expected_on date,
  sex text,
  setting_said text
);
CREATE INDEX account_born ON account (born_on);
-- What somebody said about a person later: an account itself is never edited.
CREATE TABLE account_addendum (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  sealed bytea NOT NULL,
  at timestamptz NOT NULL,
  by_id uuid NOT NULL REFERENCES staff (id)
);
CREATE INDEX account_addendum_account ON account_addendum (account_id);
CREATE TABLE account_link (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  person_id uuid NOT NULL REFERENCES person (id),
  reason text NOT NULL,
  linked_at timestamptz NOT NULL,
  linked_by uuid,
  unlinked_at timestamptz,
  unlinked_by uuid,
  unlinked_reason text
);
CREATE UNIQUE INDEX account_link_one ON account_link (account_id) WHERE unlinked_at IS NULL;
CREATE INDEX account_link_person ON account_link (person_id);
CREATE TABLE account_name (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  given text NOT NULL,
  family text NOT NULL,
  folded text NOT NULL,
  kind text NOT NULL,
  from_on date,
  until_on date
);
CREATE INDEX account_name_account ON account_name (account_id);
CREATE INDEX account_name_folded ON account_name (folded);
CREATE TABLE account_address (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  sealed bytea NOT NULL,
  fingerprint bytea NOT NULL,
  protected_since timestamptz,
  from_on date,
  until_on date
);
CREATE INDEX account_address_account ON account_address (account_id);
CREATE INDEX account_address_fingerprint ON account_address (fingerprint);
CREATE TABLE account_identifier (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  scheme text NOT NULL,
  said text NOT NULL,
  normal text,
  problem text
);
CREATE INDEX account_identifier_account ON account_identifier (account_id);
CREATE INDEX account_identifier_normal ON account_identifier (normal, scheme);
CREATE TABLE relationship (
  id uuid PRIMARY KEY,
  of_account uuid NOT NULL REFERENCES account (id),
  to_account uuid NOT NULL REFERENCES account (id),
  said text NOT NULL,
  from_on date,
  until_on date
);
CREATE INDEX relationship_of ON relationship (of_account);
CREATE INDEX relationship_to ON relationship (to_account);
CREATE TABLE household (id uuid PRIMARY KEY);
CREATE TABLE household_member (
  household_id uuid NOT NULL REFERENCES household (id),
  account_id uuid NOT NULL REFERENCES account (id),
  from_on date,
  until_on date,
  PRIMARY KEY (household_id, account_id)
);
CREATE INDEX household_member_account ON household_member (account_id);

-- Answers to a questionnaire: a draft until it is completed.
CREATE TABLE response (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  questionnaire text NOT NULL,
  owner_id uuid NOT NULL REFERENCES staff (id),
  sealed bytea NOT NULL,
  revision bigint NOT NULL,
  begun_at timestamptz NOT NULL,
  saved_at timestamptz NOT NULL,
  completed_at timestamptz,
  discarded_at timestamptz
);
CREATE INDEX response_owner ON response (owner_id);

-- A contact: any approach about one or more children, at one moment, by one requester.
CREATE TABLE contact (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  channel text NOT NULL,
  source text NOT NULL,
  received_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  agency_id uuid NOT NULL REFERENCES agency (id),
  setting_id uuid REFERENCES setting (id),
  requested_by uuid REFERENCES staff (id),
  requester_said text,
  danger_at timestamptz,
  response_id uuid REFERENCES response (id),
  list_reference text
);
CREATE INDEX contact_requester ON contact (requested_by);
CREATE INDEX contact_setting ON contact (setting_id);
CREATE INDEX contact_received ON contact (received_at);
CREATE INDEX contact_list ON contact (list_reference);

-- Which rows of which lists were taken in, so that a list taken in twice adds nothing, and which
-- child under which reference they were about, so that a row that changed since is told from a new
-- one. Both are keyed hashes.
CREATE TABLE imported_row (
  row_hash bytea PRIMARY KEY,
  child_hash bytea NOT NULL,
  contact_id uuid NOT NULL REFERENCES contact (id),
  at timestamptz NOT NULL
);

-- A pathway belongs to a person as the recording agency knows them. Stage, holder and clocks are
-- derived from its events by one writer, and `rederive --check` proves them.
CREATE TABLE pathway (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  process text NOT NULL,
  account_id uuid NOT NULL REFERENCES account (id),
  contact_id uuid NOT NULL REFERENCES contact (id),
  revision bigint NOT NULL,
  stage text NOT NULL,
  since timestamptz,
  ended_at timestamptz,
  holder_id uuid REFERENCES staff (id)
);
CREATE INDEX pathway_account ON pathway (account_id);
CREATE INDEX pathway_contact ON pathway (contact_id);
CREATE INDEX pathway_open ON pathway (process, since) WHERE ended_at IS NULL;
CREATE INDEX pathway_holder ON pathway (holder_id);
CREATE TABLE event (
  seq bigint PRIMARY KEY REFERENCES journal (seq),
  pathway_id uuid NOT NULL REFERENCES pathway (id),
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid,
  struck_by bigint REFERENCES journal (seq),
  struck_at timestamptz,
  struck_reason text
);
CREATE INDEX event_pathway ON event (pathway_id, at, seq);
CREATE TABLE clock (
  pathway_id uuid NOT NULL REFERENCES pathway (id),
  code text NOT NULL,
  started_by bigint NOT NULL REFERENCES journal (seq),
  started_at timestamptz NOT NULL,
  target_at timestamptz,
  breach_at timestamptz NOT NULL,
  act_by date,
  state text NOT NULL,
  ended_at timestamptz,
  ended_by bigint,
  calendar_version bigint NOT NULL,
  ladder text NOT NULL,
  PRIMARY KEY (pathway_id, code, started_by)
);
CREATE INDEX clock_running ON clock (code, breach_at) WHERE state = 'running';
CREATE INDEX clock_started ON clock (started_at, code);
-- What a clock said before the calendar or a local length changed.
CREATE TABLE clock_before (
  id uuid PRIMARY KEY,
  pathway_id uuid NOT NULL REFERENCES pathway (id),
  code text NOT NULL,
  started_by bigint NOT NULL,
  breach_at timestamptz NOT NULL,
  calendar_version bigint NOT NULL,
  replaced_at timestamptz NOT NULL
);
CREATE INDEX clock_before_pathway ON clock_before (pathway_id);

-- What each request for support has come to, for the queue and the figures: derived.
CREATE TABLE screening (
  pathway_id uuid PRIMARY KEY REFERENCES pathway (id),
  danger boolean NOT NULL,
  unread_since timestamptz,
  level_asked integer,
  received_at timestamptz NOT NULL,
  level integer,
  outcome text,
  decided_at timestamptz
);
CREATE INDEX screening_received ON screening (received_at);

CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  about text NOT NULL,
  state text NOT NULL,
  tries integer NOT NULL,
  asked_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  ended_at timestamptz,
  trouble text
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_given_up ON outbox (ended_at) WHERE state = 'given up';
-- What a person finds on their page: that something waits, by reference only.
CREATE TABLE notice (
  id uuid PRIMARY KEY,
  staff_id uuid NOT NULL REFERENCES staff (id),
  kind text NOT NULL,
  contact_id uuid NOT NULL REFERENCES contact (id),
  made_at timestamptz NOT NULL,
  read_at timestamptz
);
CREATE INDEX notice_waiting ON notice (staff_id, made_at) WHERE read_at IS NULL;
CREATE INDEX notice_contact ON notice (staff_id, contact_id);

-- Local choices, each version kept with its first day.
CREATE TABLE bank_holiday_list (
  version bigint PRIMARY KEY,
  text text NOT NULL,
  loaded_at timestamptz NOT NULL
);
CREATE TABLE local_length (
  id uuid PRIMARY KEY,
  code text NOT NULL,
  within text NOT NULL,
  from_on date NOT NULL,
  set_at timestamptz NOT NULL,
  set_by uuid REFERENCES staff (id)
);
CREATE TABLE partnership (
  version bigint PRIMARY KEY,
  from_at timestamptz NOT NULL,
  body text NOT NULL,
  set_at timestamptz NOT NULL,
  set_by uuid REFERENCES staff (id)
);
