-- The register of questions (ui/api/register.py), empty unless GUICHET_RECORD_QUESTIONS turns it on.

CREATE TABLE kept_questions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at double precision NOT NULL, until double precision NOT NULL,
    door text NOT NULL, status text NOT NULL, reason text, question text NOT NULL, answer text NOT NULL,
    sources text NOT NULL, ms bigint, version text NOT NULL
);
CREATE INDEX kept_questions_by_moment ON kept_questions (at);
CREATE INDEX kept_questions_by_end ON kept_questions (until);
