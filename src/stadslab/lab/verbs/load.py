"""Load files, or what a source fetches, into a city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.progress import Progress
from stadslab.core.units import About
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.core.layer import Layer
    from stadslab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """Which city, which files, read as what."""

    city: Annotated[str, About("name of the city; made when new")]
    files: Annotated[tuple[Path, ...], About("files to read; none to let the source fetch them")] = ()
    source: Annotated[str, About("which source reads them; guessed from the file when left out")] = ""
    name: Annotated[
        str, About("store the layer under this name instead of its usual one, e.g. a second set of areas")
    ] = ""
    projection: Annotated[
        str, About("metric projection to work in, e.g. EPSG:3006; the UTM zone of the data when left out")
    ] = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    recipe: Annotated[str, About("load by this recipe: a name, or your own file ending in .toml")] = ""
    folder: Annotated[Path | None, About("where the files of a recipe lie; left out: they are fetched")] = None


@dataclass(frozen=True, slots=True)
class LoadReply:
    """The city after the load, and how each layer fared."""

    city: str
    version: str
    crs: str
    source: str
    layers: tuple[Layer, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        layers = [{"name": x.name, "rows": x.rows, "digest": x.digest, "stamp": x.stamp.to_json()} for x in self.layers]
        told = {"city": self.city, "version": self.version, "crs": self.crs, "source": self.source, "layers": layers}
        return told | ({"notes": list(self.notes)} if self.notes else {})

    def lines(self) -> list[str]:
        """One line a layer, notes indented below it."""
        found = [f"{self.city}: loaded by {self.source}, working in {self.crs}, version {self.version[:8]}"]
        for layer in self.layers:
            found.append(f"  {layer.name}: {layer.stamp.verdict.sentence()}")
            found += [f"    {note}" for note in layer.stamp.verdict.notes]
        return [*found, *(f"  {note}" for note in self.notes)]


def load(lab: Lab, request: LoadRequest, progress: Progress) -> LoadReply:
    """Read the files (or fetch them), check them, and store the layers; the lab is unchanged when anything fails."""
    from stadslab.lab.following import follow, wants_recipe
    from stadslab.lab.loading import load_into

    if wants_recipe(request):
        return follow(lab, request, progress)

    return load_into(lab, request, progress)


VERB = Verb(
    "load",
    "Load a city's data from files, from the net, or by recipe",
    LoadRequest,
    load,
    (
        "stadslab load vaduz liechtenstein.osm.pbf",
        "stadslab load stockholm deso.parquet --source areas --vintage 2018",
        "stadslab load stockholm age.csv --source people --key deso --vintage 2018 --dimension age",
        'stadslab load vaduz --source osm --place "Vaduz, Liechtenstein"',
        "stadslab load stockholm                      (by recipe, from the net)",
        "stadslab load stockholm --folder downloads   (by recipe, from files)",
    ),
    opens="source",
    positional=("city", "files"),
)
