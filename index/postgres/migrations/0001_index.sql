-- The index: what each version holds, and which one is in use (docs/decisions/0008).

CREATE TABLE encoders (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fingerprint text NOT NULL UNIQUE,
    dimension int NOT NULL CHECK (dimension > 0)
);

-- By the text embedded: the same text is never embedded twice. Of no version: kept a while after its last passage.
CREATE TABLE vectors (
    encoder int NOT NULL REFERENCES encoders,
    digest bytea NOT NULL,
    vector vector NOT NULL,
    made timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (encoder, digest)
);

-- A document as it was put, never changed; replaced or removed, it is of no version from `died` on.
CREATE TABLE documents (
    id bigint PRIMARY KEY,
    born bigint NOT NULL,
    died bigint CHECK (died > born),
    doc text NOT NULL,
    title text NOT NULL,
    nature text,
    date text,
    region text,
    publisher text,
    url text,
    digest text NOT NULL,
    metadata text NOT NULL,
    n_pages int NOT NULL,
    n_passages int NOT NULL,
    record text NOT NULL
);
CREATE UNIQUE INDEX documents_alive ON documents (doc) WHERE died IS NULL;
CREATE INDEX documents_dead ON documents (died) WHERE died IS NOT NULL;

CREATE TABLE texts (
    document bigint PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    text text NOT NULL,
    blocks text NOT NULL,
    pages text NOT NULL
);

-- `place` counts from 0 in the order of the document; `tokens` are counted of the passages that are searched.
CREATE TABLE passages (
    document bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
    place int NOT NULL CHECK (place BETWEEN 0 AND 1048575),
    passage_id text NOT NULL,
    start int NOT NULL,
    "end" int NOT NULL,
    body int NOT NULL,
    heading text NOT NULL,
    kind text NOT NULL,
    page int,
    page_label text,
    embedded bytea NOT NULL,
    tokens int,
    text text NOT NULL,
    PRIMARY KEY (document, place)
);
CREATE INDEX passages_named ON passages (passage_id);
CREATE INDEX passages_embedded ON passages (embedded) WHERE tokens IS NOT NULL;

-- In which passages each token stands: `passage` is document * 2^20 + place, `tokens` how many that passage has.
CREATE TABLE postings (
    token text COLLATE "C" NOT NULL,
    passage bigint NOT NULL,
    count int NOT NULL,
    tokens int NOT NULL,
    PRIMARY KEY (token, passage) INCLUDE (count, tokens)
);
CREATE INDEX postings_of_passage ON postings (passage);

-- In how many passages a token stands, from a version on until the next row of that token.
CREATE TABLE frequencies (
    token text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    passages bigint NOT NULL,
    PRIMARY KEY (token, version) INCLUDE (passages)
);
CREATE INDEX frequencies_since ON frequencies (version);

CREATE TABLE versions (
    number bigint PRIMARY KEY,
    format int NOT NULL,
    encoder int NOT NULL REFERENCES encoders,
    fingerprint text NOT NULL,
    last_document bigint NOT NULL,
    documents int NOT NULL,
    passages bigint NOT NULL,
    searched bigint NOT NULL,
    tokens bigint NOT NULL,
    made timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE current (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL REFERENCES versions
);

-- The PDFs themselves, by SHA-256, so that every machine shows the page it cites.
CREATE TABLE originals (
    digest text PRIMARY KEY,
    content bytea NOT NULL,
    made timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE originals ALTER COLUMN content SET STORAGE EXTERNAL;
