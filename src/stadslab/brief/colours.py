"""The colours of maps and charts: told apart by lightness, safe for colour-blind readers and grey printers."""

from __future__ import annotations

PAPER, INK, QUIET = "#ffffff", "#1d2328", "#5d666e"
LAND, WATER, GREEN, STREET, MAIN_STREET = "#f4f2ed", "#cfdfe8", "#dde8d3", "#8d8a84", "#5b5955"
# Light to dark, told apart by lightness alone, so that colour-blind readers and grey printers see the order.
LOW_TO_HIGH = ("#f6eccb", "#cfe0b5", "#93cbb2", "#4faaae", "#2a7c9c", "#25517f", "#1f2a5c")
WORSE = ("#ecd0a0", "#cf9743", "#8f5312")  # BrBG after Brewer: safe for red-green blindness
BETTER = ("#b5dcd5", "#56ab9f", "#0c6a60")
NO_CHANGE, CUT_OFF, REACHED, UNKNOWN, UNREACHABLE = "#e2dfd8", "#4a2405", "#00352f", "#d9d9d9", "#b9b3bd"
MARK_COLOUR = {
    "closed": "#c8102e",
    "changed": "#c8102e",
    "new_street": "#1f5fd0",
    "new_place": "#1f5fd0",
    "removed_place": "#c8102e",
    "new_homes": "#1f5fd0",
    "new_line": "#1f5fd0",
    "closed_stop": "#c8102e",
}
UNSURE = "////"  # white lines where fewer than nine draws in ten agree: the colour keeps its meaning


def towards_paper(colour: str, share: float) -> str:
    """The colour mixed with a share of white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(p + (255 - p) * share):02x}" for p in parts)


def ramp(number: int) -> list[str]:
    """So many colours from light to dark."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    scale = LinearSegmentedColormap.from_list("stadslab", LOW_TO_HIGH)
    return [to_hex(scale(i / (number - 1))) for i in range(number)] if number > 1 else [to_hex(scale(0.55))] * number
