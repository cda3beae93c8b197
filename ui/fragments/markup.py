"""HTML written by code: every text and every attribute is escaped here, and nowhere is a string trusted."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

__all__ = ["Markup", "el", "joined"]

_VOID = frozenset({"br", "hr", "input", "img", "link", "meta"})


def el(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element. Children that are not Markup are escaped; None is left out; `class_` is class, `data_n` is data-n."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")  # noqa: S704  # the name is ours, the attributes are escaped
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")  # noqa: S704  # as above; children escaped


def joined(children: Iterable[object], between: str = "") -> Markup:
    """Children one after the other, escaped."""
    return escape(between).join(escape(child) for child in children if child is not None)


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
