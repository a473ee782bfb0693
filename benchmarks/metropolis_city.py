"""An invented metropolis of any size as the files a real one comes in: a map, a table of people, a timetable.

Streets are a bent lattice, denser in the middle, with gaps, dead ends, footways and a river that only main streets
cross. People and jobs stand at the middles of blocks, as in the population grids of statistical offices. Buses run
along every main street, metro lines through the centre. The area grows with the people, so that a walk meets about as
many junctions in every size, and a journey by public transport ever more of the city.

The same people and seed give the same city. Nobody and nothing in it exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CRS, EAST_M, NORTH_M = "EPSG:32633", 500_000.0, 6_320_000.0
NODES_PER_PERSON = 0.56
SPACING_M = 60.0
MIDDLE = 0.75  # spacing in the middle, as a share of the mean
GAPS, BENDS = 0.25, 0.5  # shares of the lattice that are not built, and that bend between two junctions
MAIN, STOP, BLOCK = 16, 8, 4  # so many lattice lines apart: main streets, stops on them, people
MOST_PIECES = 12  # of a way
CLASSES = ("residential", "footway", "service", "cycleway", "living_street", "secondary")
SHARES = (0.66, 0.16, 0.10, 0.05, 0.03)
MAIN_CLASS = CLASSES.index("secondary")
PLACES: tuple[tuple[dict[str, str], float], ...] = (  # for a thousand people
    ({"amenity": "school"}, 0.25),
    ({"amenity": "kindergarten"}, 0.5),
    ({"amenity": "pharmacy"}, 0.15),
    ({"amenity": "doctors"}, 0.25),
    ({"amenity": "library"}, 0.04),
    ({"shop": "supermarket"}, 0.3),
    ({"amenity": "restaurant"}, 3.5),
    ({"shop": "clothes"}, 4.0),
    ({"leisure": "playground"}, 1.0),
)
JOBS_PER_PERSON = 0.5
TIMESTAMP = "2026-01-01T00:00:00Z"
DAY = "2026-03-10"


@dataclass(frozen=True)
class Lattice:
    """Junction (row, column) of a square lattice.

    xy: float64[side, side, 2], metres from the centre. built: bool[2, side, side], is there a piece from a junction to
    the next one of its row (0) or column (1)? bridge: the same, over the river.
    """

    half_m: float
    xy: NDArray[np.float64]
    built: NDArray[np.bool_]
    bridge: NDArray[np.bool_]

    @property
    def side(self) -> int:
        """Junctions a row."""
        return len(self.xy)

    @property
    def from_centre(self) -> NDArray[np.float64]:
        """Distance from the centre as a share of half the side, float64[side, side]."""
        import numpy as np

        return np.asarray(np.hypot(self.xy[..., 0], self.xy[..., 1]) / self.half_m)


def generate(folder: Path, people: int, seed: int = 1) -> dict[str, Any]:
    """Write map, people and timetable of so many people into the folder; the paths, and what is in them."""
    import numpy as np

    from benchmarks.metropolis_timetable import write_timetable

    names = {"map": "metropolis.osm.pbf", "people": "metropolis-people.csv", "timetable": "metropolis.gtfs.zip"}
    files = {sort: folder / name for sort, name in names.items()}
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence([seed, people]).spawn(4)]
    lattice = draw_lattice(people, streams[0])
    write_map(files["map"], lattice, people, streams[1])
    write_people(files["people"], lattice, people, streams[2])
    write_timetable(files["timetable"], lattice, people, streams[3])
    return {"files": {sort: str(path) for sort, path in files.items()}, "date": DAY}


def draw_lattice(people: int, random: np.random.Generator) -> Lattice:
    """Where the junctions are and which pieces join them."""
    import numpy as np

    side = max(2 * MAIN, int(np.sqrt(people * NODES_PER_PERSON)))
    half = side * SPACING_M / 2
    line = (np.arange(side) - (side - 1) / 2) / (side / 2)
    place = half * line * (MIDDLE + (1 - MIDDLE) * line**2)
    x, y = np.meshgrid(place, place)
    bend = 0.9 * SPACING_M
    x, y = x + bend * np.sin(y / 700), y + bend * np.sin(x / 900)
    xy = np.stack([x, y], axis=-1) + random.uniform(-0.15, 0.15, (side, side, 2)) * SPACING_M
    main = np.arange(side) % MAIN == MAIN // 2
    built = random.random((2, side, side)) >= GAPS
    built[0, main, :] = True
    built[1, :, main] = True
    river = 0.15 * half * np.sin(xy[..., 1] / (0.25 * half)) + 0.22 * half
    over = np.zeros((2, side, side), bool)
    over[0, :, :-1] = (xy[:, :-1, 0] < river[:, :-1]) & (xy[:, 1:, 0] >= river[:, 1:])
    over[1, :-1] = (xy[:-1, :, 0] < river[:-1]) != (xy[1:, :, 0] < river[1:])
    over[0, :, :-1] |= (xy[:, :-1, 0] >= river[:, :-1]) & (xy[:, 1:, 0] < river[:, 1:])
    bridge = over & np.stack([np.broadcast_to(main[:, None], over.shape[1:]), np.broadcast_to(main, over.shape[1:])])
    built &= ~over | bridge
    built[0, :, -1] = built[1, -1, :] = False
    return Lattice(half, xy, built, bridge)


def lonlat(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of points in metres from the centre, float64[n, 2], to about a centimetre."""
    import numpy as np
    from pyproj import Transformer

    east, north = np.asarray(xy).reshape(-1, 2).T
    transformer = Transformer.from_crs(CRS, "OGC:CRS84", always_xy=True)
    return np.round(np.column_stack(transformer.transform(east + EAST_M, north + NORTH_M)), 7)


# the map


def write_map(path: Path, lattice: Lattice, people: int, random: np.random.Generator) -> None:
    """Streets and places as an .osm.pbf; junctions first, then bends, then places."""
    import numpy as np
    import osmium
    from osmium.osm import mutable

    ways, bends = _ways(lattice, random)
    spots, tags = _places(lattice, people, random)
    degrees = lonlat(np.concatenate([lattice.xy.reshape(-1, 2), bends, spots]))
    tagged = len(degrees) - len(spots)
    path.unlink(missing_ok=True)
    header = osmium.io.Header()
    header.set("generator", "stadslab synthetic")
    header.add_box(osmium.osm.Box(*degrees.min(axis=0).tolist(), *degrees.max(axis=0).tolist()))
    with osmium.SimpleWriter(str(path), 4 * 1024 * 1024, header) as writer:
        node = mutable.Node(version=1, timestamp=TIMESTAMP, visible=True)
        for number, place in enumerate(degrees.tolist()):
            node.id, node.location = number + 1, place
            node.tags = tags[number - tagged] if number >= tagged else None
            writer.add_node(node)
        way = mutable.Way(version=1, timestamp=TIMESTAMP, visible=True)
        for number, (nodes, said) in enumerate(ways):
            way.id, way.nodes, way.tags = number + 1, nodes, said
            writer.add_way(way)


def _ways(lattice: Lattice, random: np.random.Generator) -> tuple[list[tuple[list[int], dict[str, str]]], Any]:
    """Node ids and tags of every way, and where the bends are (float64[k, 2]); a bend's id follows the junctions'."""
    import numpy as np

    side = lattice.side
    number = 1 + np.arange(side * side).reshape(side, side)
    main = np.arange(side) % MAIN == MAIN // 2
    ways: list[tuple[list[int], dict[str, str]]] = []
    bends = []
    first_bend = side * side + 1
    for along, word in ((0, "Row"), (1, "Column")):
        built, bridge, ids = (a if along == 0 else a.T for a in (lattice.built[along], lattice.bridge[along], number))
        drawn = random.choice(len(SHARES), size=(side, side // MOST_PIECES + 1), p=SHARES)
        sort = np.repeat(drawn, MOST_PIECES, axis=1)[:, :side]
        sort[main] = MAIN_CLASS
        line, at = np.nonzero(built)
        sort, over = sort[line, at], bridge[line, at]
        start, stop = ids[line, at], ids[line, at + 1]
        new = np.ones(len(line), bool)
        new[1:] = (start[1:] != stop[:-1]) | (sort[1:] != sort[:-1]) | (over[1:] != over[:-1])
        new |= at % MOST_PIECES == 0
        bent = random.random(len(line)) < BENDS
        bend = np.where(bent, first_bend + np.cumsum(bent) - 1, 0)
        first_bend += int(bent.sum())
        a, b = (lattice.xy.reshape(-1, 2)[one[bent] - 1] for one in (start, stop))
        across = (b - a)[:, ::-1] * [-1, 1] * random.uniform(-0.15, 0.15, (len(a), 1))
        bends.append((a + b) / 2 + across)
        first = np.flatnonzero(new)
        for low, high in zip(first.tolist(), [*first[1:].tolist(), len(line)], strict=True):
            nodes = np.column_stack([start[low:high], bend[low:high]]).ravel()
            tags = {"highway": CLASSES[sort[low]], "name": f"{word} {line[low]}"}
            if over[low]:
                tags |= {"bridge": "yes", "layer": "1"}
            ways.append(([*nodes[nodes > 0].tolist(), int(stop[high - 1])], tags))
    return ways, np.concatenate(bends)


def _places(lattice: Lattice, people: int, random: np.random.Generator) -> tuple[Any, list[dict[str, str]]]:
    """Where places are (float64[p, 2]), near junctions and more of them in the middle, and their tags."""
    import numpy as np

    counts = [round(share * people / 1000) for _, share in PLACES]
    weight = np.exp(-2.5 * lattice.from_centre.ravel())
    at = random.choice(weight.size, size=sum(counts), p=weight / weight.sum())
    spots = lattice.xy.reshape(-1, 2)[at] + random.uniform(-25, 25, (len(at), 2))
    return spots, [tags for (tags, _), count in zip(PLACES, counts, strict=True) for _ in range(count)]


# people


def write_people(path: Path, lattice: Lattice, people: int, random: np.random.Generator) -> None:
    """A row of people and jobs for every block, as a CSV."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    middle = slice(BLOCK // 2, None, BLOCK)
    at = lattice.from_centre[middle, middle].ravel()
    lon, lat = lonlat(lattice.xy[middle, middle] + SPACING_M / 3).T
    counted = {}
    for name, total, fall, rough in (("total", people, 2.2, 2.0), ("jobs", int(JOBS_PER_PERSON * people), 4.0, 0.5)):
        weight = np.exp(-fall * at) * random.gamma(rough, size=len(at))
        counted[name] = random.multinomial(total, weight / weight.sum())
    csv.write_csv(pa.table({"lon": lon, "lat": lat, **counted}), path)
