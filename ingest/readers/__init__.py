"""Files read into Documents: `read` for a trusted file, `read_bounded` for any file."""

from __future__ import annotations

from ingest.readers.bounded import read_bounded
from ingest.readers.dispatch import read

__all__ = ["read", "read_bounded"]
