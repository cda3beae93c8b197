"""`guichet mcp` over the tiny world of answer_worlds: the real command, a stand-in encoder. Arguments: those of mcp."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from worlds import HashingEncoder  # noqa: E402

import ui.living  # noqa: E402
from ui.cli import main  # noqa: E402

if __name__ == "__main__":
    ui.living.open_encoder = lambda settings: HashingEncoder(256)  # type: ignore[assignment,return-value]
    sys.exit(main(["mcp", "--no-llm", *sys.argv[1:]]))
