"""From a question to a cited, verified answer. Imports `index` and `ingest`."""
