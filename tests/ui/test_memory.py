"""Memory given back: what a heap keeps of blocks that were freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ui.memory import trimmer

ROOT = Path(__file__).resolve().parents[2]
HOLES = """
import ctypes, re, time
from pathlib import Path
from ui.memory import keep_trim

def rss():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
blocks = []
for _ in range(2000):
    block = libc.malloc(100_000)  # below what is mapped by itself
    ctypes.memset(block, 1, 100_000)
    blocks.append(block)
pin = libc.malloc(64)  # at the top of the heap: it cannot shrink by itself
for block in blocks:
    libc.free(block)
before, stop, until = rss(), keep_trim(0.05), time.monotonic() + 30
while rss() > before - 100 and time.monotonic() < until:
    time.sleep(0.05)
stop.set()
print(before - rss())
"""


@pytest.mark.skipif(trimmer() is None or not Path("/proc/self/status").exists(), reason="not glibc on Linux")
def test_holes_go_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 100, "MB"
