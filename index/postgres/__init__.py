"""The index in a PostgreSQL database with pgvector, shared by several machines (docs/decisions/0008)."""
