"""Pictures as SVG, by hand: lines over an axis, and bars. Plain values in, text out; knows no scenario.

Readable where the page is light and where it is dark: a picture brings its own ground and two sets of colours, and
takes the one the reader's system asks for. Both axes say what they count and in which unit; every line is named in
words and has its own dashes and dots, so that colour is never the only difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 400
MOST_DECADES = 9  # of an axis by powers of ten; what is smaller stands at its foot
LEFT, RIGHT, TOP, BOTTOM = 74, 24, 64, 58
# Light, then dark; each at least 4.5 : 1 on its ground (WCAG 2.2, 1.4.3 and 1.4.11).
COLOURS = (("#0b57a4", "#8ab8f0"), ("#a5430b", "#f2a579"), ("#2f6b2f", "#8fcf8f"), ("#7a2e8a", "#d8a0e6"))
DASHES = ("", "7 4", "2 3", "10 3 2 3")
_STYLE = (
    "text{{font:13px system-ui,sans-serif;fill:#1c1c1c}}.title{{font-size:16px;font-weight:600}}"
    ".small{{font-size:12px}}"
    ".ground{{fill:#fdfdfb}}.grid{{stroke:#d5d5d0;stroke-width:1}}.axis{{stroke:#55554f;stroke-width:1}}"
    "{light}@media (prefers-color-scheme:dark){{text{{fill:#e8e8e4}}.ground{{fill:#1b1c1e}}.grid{{stroke:#3b3d40}}"
    ".axis{{stroke:#a5a5a0}}{dark}}}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One named line of points `(x, y)`, in the order in which they are joined."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis counts, unit in the words. `is_log`: by powers of ten, for values above 0 only."""

    words: str
    is_log: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line at `x` with a word: something happened there."""

    x: float
    words: str


def lines(title: str, x: Axis, y: Axis, drawn: Sequence[Line], marks: Sequence[Mark] = ()) -> str:
    """Draw lines; those without points are left out. Raises: ValueError when none has any."""
    drawn = [line for line in drawn if line.points]
    if not drawn:
        raise ValueError(f"nothing to draw: {title}")
    across = _Scale([p[0] for line in drawn for p in line.points], x.is_log, LEFT, WIDTH - RIGHT)
    up = _Scale([p[1] for line in drawn for p in line.points], y.is_log, HEIGHT - BOTTOM, TOP)
    parts = [*_grid(across, up, x, y)]
    for mark in marks:
        parts.append(_stroke(across.at(mark.x), TOP, across.at(mark.x), HEIGHT - BOTTOM, "axis"))
        parts.append(_text(across.at(mark.x) + 5, TOP + 12, mark.words, "small"))
    for number, line in enumerate(drawn):
        parts.append(_line(number, [(across.at(px), up.at(py)) for px, py in line.points]))
    parts += _names([line.name for line in drawn])
    return _picture(title, HEIGHT, parts)


def bars(title: str, x: Axis, names: Sequence[str], groups: Sequence[tuple[str, Sequence[float | None]]]) -> str:
    """Draw lying bars: one block a group, one bar in it a name; None leaves a bar out, and says so."""
    values = [value for _, group in groups for value in group if value is not None]
    step, gap, left = 17, 16, 210
    block = step * len(names) + gap
    height = TOP + block * len(groups) + BOTTOM
    across = _Scale(values, x.is_log, left, WIDTH - RIGHT - 60)
    parts = []
    for tick in across.ticks:
        parts.append(_stroke(across.at(tick), TOP - 4, across.at(tick), height - BOTTOM, "grid"))
        parts.append(_text(across.at(tick), height - BOTTOM + 18, _number(tick), "small", "middle"))
    parts.append(_text((left + WIDTH - RIGHT) / 2, height - 14, x.words, "", "middle"))
    for place, (words, group) in enumerate(groups):
        top = TOP + place * block
        parts.append(_text(left - 10, top + block / 2 - gap / 2 + 4, words, "", "end"))
        for number, value in enumerate(group):
            parts.append(_bar(number, left, top + number * step, step - 3, across, value))
    return _picture(title, height, parts + _names(names))


class _Scale:
    """Where values stand between two edges of the picture: from nought, or by powers of ten."""

    def __init__(self, values: Sequence[float], is_log: bool, low: float, high: float) -> None:
        self.is_log, self._low, self._high = is_log, low, high
        self.ticks = _powers(values) if is_log else _rounds(values)
        self.first, self.last = self.ticks[0], self.ticks[-1]

    def at(self, value: float) -> float:
        if self.is_log:
            part = math.log10(max(value, self.first) / self.first) / math.log10(self.last / self.first)
        else:
            part = (value - self.first) / (self.last - self.first)
        return round(self._low + part * (self._high - self._low), 1)


def _powers(values: Sequence[float]) -> list[float]:
    """The powers of ten around the values above 0, two at least."""
    positive = [value for value in values if value > 0] or [1.0]
    last = math.ceil(math.log10(max(positive)))
    first = min(max(math.floor(math.log10(min(positive))), last - MOST_DECADES), last - 1)
    return [10.0**power for power in range(first, last + 1)]


def _rounds(values: Sequence[float]) -> list[float]:
    """Round numbers from nought to above the largest value, two at least."""
    step = _step(max(*values, 0.0, 1e-9))
    return [step * n for n in range(max(1, math.ceil(round(max(values) / step, 9))) + 1)]


def _step(span: float) -> float:
    """A round step that gives four to ten ticks."""
    rough = span / 5
    power = float(10 ** math.floor(math.log10(rough)))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= rough)


def _grid(across: _Scale, up: _Scale, x: Axis, y: Axis) -> list[str]:
    parts = []
    for tick in up.ticks:
        parts.append(_stroke(LEFT, up.at(tick), WIDTH - RIGHT, up.at(tick), "grid"))
        parts.append(_text(LEFT - 8, up.at(tick) + 4, _number(tick), "small", "end"))
    for tick in across.ticks:
        parts.append(_stroke(across.at(tick), HEIGHT - BOTTOM, across.at(tick), HEIGHT - BOTTOM + 5, "axis"))
        parts.append(_text(across.at(tick), HEIGHT - BOTTOM + 19, _number(tick), "small", "middle"))
    parts.append(_stroke(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "axis"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, x.words, "", "middle"))
    turned = f'transform="rotate(-90 18 {(TOP + HEIGHT - BOTTOM) / 2})"'
    parts.append(_text(18, (TOP + HEIGHT - BOTTOM) / 2, y.words, "", "middle", turned))
    return parts


def _names(names: Sequence[str]) -> list[str]:
    """The legend: each line's dash, dot and name."""
    parts, at = [], float(LEFT)
    for number, name in enumerate(names):
        parts.append(_line(number, [(at, 44.0), (at + 30, 44.0)]))
        parts.append(_text(at + 38, 48, name, "small"))
        at += 38 + 7 * len(name) + 22
    return parts


def _line(number: int, points: Sequence[tuple[float, float]]) -> str:
    which = number % len(COLOURS)
    joined = " ".join(f"{x:g},{y:g}" for x, y in points)
    dash = f' stroke-dasharray="{DASHES[which]}"' if DASHES[which] else ""
    dots = "".join(f'<circle class="f{which}" cx="{x:g}" cy="{y:g}" r="3"/>' for x, y in points[:MAX_DOTS])
    return f'<polyline class="s{which}"{dash} points="{joined}"/>' + (dots if len(points) <= MAX_DOTS else "")


MAX_DOTS = 24  # more of them run into each other


def _bar(number: int, left: float, top: float, thick: float, across: _Scale, value: float | None) -> str:
    if value is None:
        return _text(left + 6, top + thick - 2, "not measured", "small")
    wide = max(1.0, across.at(value) - left)
    bar = f'<rect class="f{number % len(COLOURS)}" x="{left:g}" y="{top:g}" width="{wide:g}" height="{thick:g}"/>'
    return bar + _text(left + wide + 6, top + thick - 2, _number(value), "small")


def _stroke(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start", more: str = "") -> str:
    kind = f' class="{kind}"' if kind else ""
    return f'<text{kind} x="{x:g}" y="{y:g}" text-anchor="{anchor}" {more}>{escape(words)}</text>'


def _number(value: float) -> str:
    """As people write it: 0.05, 2.5, 40, 1,200."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _picture(title: str, height: float, parts: Sequence[str]) -> str:
    light, dark = ("".join(_coloured(n, pair[way]) for n, pair in enumerate(COLOURS)) for way in (0, 1))
    style = _STYLE.format(light=light, dark=dark)
    size = f'viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
            f"<title>{escape(title)}</title><style>{style}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{height:g}"/>',
            _text(LEFT, 24, title, "title"),
            *parts,
            "</svg>\n",
        ]
    )


def _coloured(number: int, colour: str) -> str:
    return f".s{number}{{fill:none;stroke:{colour};stroke-width:2}}.f{number}{{fill:{colour}}}"
