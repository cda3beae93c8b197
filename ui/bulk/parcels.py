"""What goes to a worker and comes back: a line of JSON, then bytes. Plain data only: nothing of ours is pickled."""

from __future__ import annotations

import json
from typing import Any


def packed(head: dict[str, Any], body: bytes = b"") -> bytes:
    return json.dumps(head, allow_nan=False).encode() + b"\n" + body


def unpacked(parcel: bytes) -> tuple[dict[str, Any], bytes]:
    head, _, body = parcel.partition(b"\n")
    return json.loads(head), body
