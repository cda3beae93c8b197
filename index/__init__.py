"""Models, vectors, lexical search and the index on disk. Imports `ingest` only."""
