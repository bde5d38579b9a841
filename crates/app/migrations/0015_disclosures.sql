-- What was shared, when, by whom, with whom and what for: derived from the entry of the journal that
-- says so (`disclosing/derive.rs`). What was shared, what was held back and why lies there, sealed.
CREATE TABLE disclosure (
  seq bigint PRIMARY KEY REFERENCES journal (seq),
  reference text NOT NULL UNIQUE,
  occasion text NOT NULL,
  purpose text NOT NULL,
  made_at timestamptz NOT NULL,
  by_id uuid NOT NULL,
  -- Nobody where it was somebody who does not sign in.
  to_id uuid
);
CREATE INDEX disclosure_made ON disclosure (made_at);
-- About whom: accounts, since an account stays what it is when people are linked.
CREATE TABLE disclosure_account (
  seq bigint NOT NULL REFERENCES journal (seq),
  account_id uuid NOT NULL REFERENCES account (id),
  PRIMARY KEY (seq, account_id)
);
CREATE INDEX disclosure_account_account ON disclosure_account (account_id, seq);
-- The page on which one person of a family reads what was shared of one child. It begins empty.
CREATE TABLE family_page (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  -- The child, and for whom it is.
  account_id uuid NOT NULL REFERENCES account (id),
  for_account uuid NOT NULL REFERENCES account (id),
  begun_at timestamptz NOT NULL,
  begun_by uuid NOT NULL REFERENCES staff (id)
);
CREATE INDEX family_page_account ON family_page (account_id);
-- What somebody put on it, having said that it is safe if the other adult sees it.
CREATE TABLE family_page_item (
  id uuid PRIMARY KEY,
  page_id uuid NOT NULL REFERENCES family_page (id),
  seq bigint NOT NULL REFERENCES journal (seq),
  put_on_at timestamptz NOT NULL,
  put_on_by uuid NOT NULL REFERENCES staff (id),
  taken_off_at timestamptz,
  taken_off_by uuid REFERENCES staff (id)
);
CREATE UNIQUE INDEX family_page_item_one ON family_page_item (page_id, seq)
  WHERE taken_off_at IS NULL;
