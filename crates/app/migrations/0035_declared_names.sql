-- The words of the names that somebody declared, as fingerprints under the key: a request that comes later
-- is looked for by them. They say nothing without the key.
CREATE TABLE declared_name (
  declaration_id uuid NOT NULL REFERENCES declaration (id),
  line integer NOT NULL,
  word bytea NOT NULL,
  PRIMARY KEY (declaration_id, line, word)
);
CREATE INDEX declared_name_word ON declared_name (word, declaration_id);
-- That a request names somebody who may be one of those declared: the hub looks again.
CREATE TABLE declaration_again (
  id uuid PRIMARY KEY,
  declaration_id uuid NOT NULL REFERENCES declaration (id),
  contact_id uuid NOT NULL REFERENCES contact (id),
  came_at timestamptz NOT NULL,
  looked_at timestamptz
);
CREATE INDEX declaration_again_declaration ON declaration_again (declaration_id, came_at);
CREATE INDEX declaration_again_contact ON declaration_again (contact_id);
-- Where a member of staff lives, as the fingerprint of a postcode under the key: to notice a look at a
-- child of the same postcode. Nobody reads it.
CREATE TABLE staff_home (
  staff_id uuid PRIMARY KEY REFERENCES staff (id),
  place bytea NOT NULL,
  said_at timestamptz NOT NULL
);
-- The same of every address that is said of anybody; empty where no whole postcode was said.
ALTER TABLE account_address ADD COLUMN place bytea;
CREATE INDEX account_address_place ON account_address (place);
