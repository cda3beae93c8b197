-- What the processes of the service share besides the index: the tables of ui/api/file_database.py.

CREATE TABLE keys (
    id text PRIMARY KEY, name text NOT NULL, digest text NOT NULL, scopes text NOT NULL, per_minute bigint NOT NULL,
    created text NOT NULL, expires text, revoked text
);
CREATE TABLE buckets (name text PRIMARY KEY, tokens double precision NOT NULL, at double precision NOT NULL);
CREATE TABLE jobs (
    id text PRIMARY KEY, kind text NOT NULL, owner text NOT NULL, state text NOT NULL, options text NOT NULL,
    created double precision NOT NULL, ended double precision, total bigint NOT NULL, message text, worker text, leased double precision NOT NULL DEFAULT 0,
    result text
);
CREATE TABLE job_items (
    job text NOT NULL REFERENCES jobs ON DELETE CASCADE, n bigint NOT NULL, question text NOT NULL, record text,
    PRIMARY KEY (job, n)
);
CREATE INDEX jobs_by_state ON jobs (state, created);
CREATE TABLE secrets (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE logins (
    digest text PRIMARY KEY, name text NOT NULL, stamp text NOT NULL, form text NOT NULL, opened double precision NOT NULL,
    seen double precision NOT NULL
);
CREATE TABLE attempts (who text NOT NULL, at double precision NOT NULL);
CREATE INDEX attempts_by_who ON attempts (who, at);
CREATE TABLE transfers (
    token text PRIMARY KEY, owner text NOT NULL, sealed bytea NOT NULL, size bigint NOT NULL, kept double precision NOT NULL,
    until double precision NOT NULL
);
CREATE TABLE staged (token text PRIMARY KEY, name text NOT NULL, size bigint NOT NULL, at double precision NOT NULL);
CREATE TABLE works (
    id text PRIMARY KEY, kind text NOT NULL, person text NOT NULL, started double precision NOT NULL, stage text NOT NULL,
    done bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0, reports text NOT NULL DEFAULT '[]',
    sources text NOT NULL DEFAULT '[]', message text, language text NOT NULL, task text NOT NULL,
    tries bigint NOT NULL DEFAULT 1, worker text NOT NULL, leased double precision NOT NULL
);
CREATE TABLE stops (flag text PRIMARY KEY, at double precision NOT NULL);
