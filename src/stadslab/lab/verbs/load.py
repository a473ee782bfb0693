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
    from stadslab.lab.lab import Lab
    from stadslab.lab.loading import LoadReply


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
        "stadslab load stockholm",
        "stadslab load stockholm --folder downloads",
    ),
    opens="source",
    positional=("city", "files"),
    files=True,
)
