-- How many rows there must be of what is kept: each change says how many it added and took away, and
-- every hour they are counted. Whatever went another way is missed.
CREATE TABLE kept_rows (name text PRIMARY KEY, how_many bigint NOT NULL);
