"""Porto Alegre in a lab: streets from the extract, people, schools and healthcare from the hexagons."""

from __future__ import annotations

from pathlib import Path

from stadslab.lab.lab import Lab

CITY = "porto-alegre"
PEOPLE, JOBS = 812_935, 337_921  # as the data's own catalogue sums them


def load(folder: Path, at: Path) -> Lab:
    """A lab with the city in it."""
    data = folder / "peer_porto_alegre"
    lab = Lab(at)
    lab.load(CITY, data / "poa.osm.pbf", layers=("streets",))
    lab.load(CITY, data / "poa_hexgrid.csv", source="people")
    for kind, column in (("school", "schools"), ("clinic", "healthcare")):
        lab.load(CITY, data / "poa_hexgrid.csv", source="places", kind=kind, count_column=column, id_column="id")
    return lab
