"""Curves of a table as SVG, both axes logarithmic: latency and memory by number of passages, or of users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

Curve = Sequence[tuple[float, float]]


def drawn(
    path: Path,
    title: str,
    label: str,
    curves: Mapping[str, Curve],
    targets: Mapping[str, Curve],
    over: str = "passages",
) -> str:
    """Writes the picture and returns its name; `targets` are drawn dashed."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "guichet"  # the same picture for the same figures
    mpl.rcParams["svg.fonttype"] = "none"  # letters stay letters: a small file, read aloud
    figure, axes = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
    for name, points in curves.items():
        if not points:
            continue
        axes.plot(*zip(*points, strict=True), marker="o", markersize=4, label=name)
    for name, points in targets.items():
        axes.plot(*zip(*points, strict=True), linestyle="none", marker="v", color="black", label=name)
    axes.set(xscale="log", yscale="log", xlabel=over, ylabel=label, title=title)
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path.name
