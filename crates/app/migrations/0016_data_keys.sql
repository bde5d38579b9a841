-- The keys with which everything is sealed, the first one first, each wrapped with the key of a file
-- that is kept elsewhere. Of a database that began before this there is none until that key is
-- changed: it was sealed with the key of the file itself.
CREATE TABLE data_key (number bigint PRIMARY KEY, wrapped bytea NOT NULL);
