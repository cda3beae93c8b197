"""Plots as inline SVG: bars with their intervals, and curves. Text is escaped by markup.el, colours are classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10

from ui.fragments.markup import Markup, el, joined

WIDTH, LABEL, ROW = 640, 240, 26
CURVE_HEIGHT, MARGIN = 280, 46
COLOURS = 4  # classes c0 to c3 of report.css; a fifth series takes the first again


@dataclass(frozen=True, slots=True)
class Bar:
    """A share in [0, 1] with its interval; `note` stands after it."""

    label: str
    value: float
    low: float | None
    high: float | None
    note: str
    series: int = 0


Number = Callable[[str], str]  # a number as the language writes it


def bars(title: str, rows: Sequence[Bar], *, number: Number = str) -> Markup:
    """Horizontal bars, one a row, with the interval as a whisker."""
    height = ROW * len(rows) + 28
    span = WIDTH - LABEL - 90
    drawn = [_scale(height, span, number), *(_bar(row, n, span) for n, row in enumerate(rows))]
    return _figure(title, height, drawn)


def changes(title: str, rows: Sequence[Bar], *, number: Number = str) -> Markup:
    """Horizontal bars to the right and to the left of 0, with the interval as a whisker; the scale is that of the rows."""
    reach = max([0.05, *(abs(x) for row in rows for x in (row.value, row.low, row.high) if x is not None)])
    height, span = ROW * len(rows) + 28, (WIDTH - LABEL - 90) / 2
    middle = LABEL + span

    def at(value: float) -> float:
        return middle + value / reach * span

    drawn = []
    for value in (-reach, -reach / 2, 0.0, reach / 2, reach):
        drawn.append(_line(at(value), 0, at(value), height - 22, "axis" if value == 0 else "grid"))
        drawn.append(_text(at(value), height - 6, number(f"{value:+.2f}" if value else "0"), "middle"))
    for n, row in enumerate(rows):
        y = n * ROW + 6
        parts = [_text(LABEL - 8, y + 13, _short(row.label), "end"), _block(min(at(0), at(row.value)), y, abs(at(row.value) - at(0)), row.series)]  # fmt: skip
        if row.low is not None and row.high is not None:
            parts.append(_line(at(row.low), y + (ROW - 10) / 2, at(row.high), y + (ROW - 10) / 2, "whisker"))
        parts.append(_text(middle + span + 8, y + 13, row.note, "start"))
        drawn.append(el("g", el("title", f"{row.label} : {row.note}"), *parts))
    return _figure(title, height, drawn)


def curves(
    title: str,
    series: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    x_label: str,
    y_label: str,
    *,
    number: Number = str,
    logarithmic: bool = False,
    stepped: bool = False,
) -> Markup:
    """Lines over x and y in [0, 1] (y), x in [0, 1] or, logarithmic, over the decades of its values in seconds."""
    points = [x for _, line in series for x, _ in line]
    across, ticks = _logarithmic(points) if logarithmic else _linear()
    left, right, top, bottom = MARGIN, WIDTH - 20, 12, CURVE_HEIGHT - MARGIN
    drawn: list[Markup] = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = bottom - share * (bottom - top)
        drawn += [_line(left, y, right, y, "grid"), _text(left - 6, y + 4, number(f"{share:g}"), "end")]
    for value, name in ticks:
        x = left + across(value) * (right - left)
        drawn += [_line(x, bottom, x, bottom + 4, "axis"), _text(x, bottom + 18, number(name), "middle")]
    drawn += [_text((left + right) / 2, CURVE_HEIGHT - 6, x_label, "middle"), _text(left, top - 2, y_label, "start")]
    for n, (_, line) in enumerate(series):
        path = _path([(left + across(x) * (right - left), bottom - y * (bottom - top)) for x, y in line], stepped)
        drawn.append(el("path", d=path, class_=f"line c{n % COLOURS}", fill="none"))
    return _figure(title, CURVE_HEIGHT, drawn, [name for name, _ in series])


def _figure(title: str, height: int, drawn: Sequence[Markup], legend: Sequence[str] = ()) -> Markup:
    svg = el("svg", *drawn, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=title)
    keys = [el("li", el("span", class_=f"key c{n % COLOURS}"), name) for n, name in enumerate(legend)]
    return el("figure", el("figcaption", title), svg, el("ul", *keys, class_="legend") if len(keys) > 1 else None)


def _bar(row: Bar, n: int, span: int) -> Markup:
    y = n * ROW + 6
    parts = [
        _text(LABEL - 8, y + 13, _short(row.label), "end"),
        _block(LABEL, y, row.value * span, row.series),
    ]
    if row.low is not None and row.high is not None:
        middle = y + (ROW - 10) / 2
        parts.append(_line(LABEL + row.low * span, middle, LABEL + row.high * span, middle, "whisker"))
    parts.append(_text(LABEL + span + 8, y + 13, row.note, "start"))
    return el("g", el("title", f"{row.label} : {row.note}"), *parts)


def _block(x: float, y: float, width: float, series: int) -> Markup:
    """A bar: a line of it shows even where there is nothing."""
    return el(
        "rect", x=f"{x:.1f}", y=y, width=f"{max(1.0, width):.1f}", height=ROW - 10, class_=f"bar c{series % COLOURS}"
    )


def _scale(height: int, span: int, number: Number) -> Markup:
    ticks = [
        joined(
            [
                _line(LABEL + s * span, 0, LABEL + s * span, height - 22, "grid"),
                _text(LABEL + s * span, height - 6, number(f"{s:g}"), "middle"),
            ]
        )
        for s in (0, 0.25, 0.5, 0.75, 1)
    ]
    return joined(ticks)


def _linear() -> tuple[Callable[[float], float], list[tuple[float, str]]]:
    return lambda x: min(1.0, max(0.0, x)), [(s, f"{s:g}") for s in (0, 0.25, 0.5, 0.75, 1)]


def _logarithmic(points: Sequence[float]) -> tuple[Callable[[float], float], list[tuple[float, str]]]:
    """From the power of ten under the smallest to the one over the largest."""
    positive = [p for p in points if p > 0] or [1.0]
    first, last = _power(min(positive)), _power(max(positive)) + 1
    ticks = [(10.0**power, f"{10.0**power:g}") for power in range(first, last + 1)]
    return lambda x: (log10(max(x, 10.0**first)) - first) / (last - first), ticks


def _power(value: float) -> int:
    return int(log10(value) // 1)


def _path(points: Sequence[tuple[float, float]], stepped: bool) -> str:
    pieces = []
    for n, (x, y) in enumerate(points):
        if n and stepped:
            pieces.append(f"H{x:.1f}")
        pieces.append(f"{'L' if n else 'M'}{x:.1f} {y:.1f}")
    return " ".join(pieces)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return el("line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", class_=kind)


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return el("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)


def _short(text: str) -> str:
    return text if len(text) <= 34 else f"{text[:33]}…"
