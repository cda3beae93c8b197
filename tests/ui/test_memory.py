"""Memory given back: what a heap keeps of blocks that were freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ui.memory import ARENAS, trimmer

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


HEAPS = """
import ctypes, threading
from ui.memory import few_arenas

if not few_arenas():
    raise SystemExit("no glibc")
libc, done = ctypes.CDLL(None), threading.Barrier(21)
libc.malloc.restype, libc.malloc_info.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p]
libc.open_memstream.restype = ctypes.c_void_p

def work():
    libc.malloc(1000)
    done.wait()

for _ in range(20):
    threading.Thread(target=work).start()
done.wait()
text, size = ctypes.c_char_p(), ctypes.c_size_t()
stream = ctypes.c_void_p(libc.open_memstream(ctypes.byref(text), ctypes.byref(size)))
libc.malloc_info(0, stream)
libc.fclose(stream)
print(text.value.decode().count("<heap nr="))
"""


@pytest.mark.skipif(trimmer() is None, reason="not glibc")
def test_threads_share_few_heaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    done = subprocess.run([sys.executable, "-c", HEAPS], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert 1 <= int(done.stdout) <= ARENAS
