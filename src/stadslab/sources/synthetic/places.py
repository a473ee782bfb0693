"""Schools, care, shops and the rest: how many there are, where they stand, and which the lone island does without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely.geometry import Polygon

from stadslab.sources.synthetic.buildings import Blocks, Buildings, spread_centres
from stadslab.sources.synthetic.names import NameGiver
from stadslab.sources.synthetic.noise import Floats
from stadslab.sources.synthetic.plan import Plan

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Service:
    """One kind of public service: one per `people_each`, at least `least`; `building` is the house it stands in."""

    kind: str
    tags: tuple[tuple[str, str], ...]
    people_each: int
    least: int
    building: str
    word: str
    jobs: int


SERVICES = (
    Service("school", (("amenity", "school"),), 2400, 1, "school", "skola", 45),
    Service(
        "hospital",
        (("amenity", "hospital"), ("healthcare", "hospital"), ("emergency", "yes")),
        250_000,
        1,
        "hospital",
        " sjukhus",
        900,
    ),
    Service("kindergarten", (("amenity", "kindergarten"),), 750, 1, "kindergarten", " förskola", 14),
    Service("clinic", (("amenity", "clinic"), ("healthcare", "clinic")), 8000, 1, "clinic", " vårdcentral", 30),
    Service("fire_station", (("amenity", "fire_station"),), 25_000, 1, "fire_station", " brandstation", 40),
    Service("police", (("amenity", "police"),), 40_000, 1, "civic", " polisstation", 60),
    Service(
        "nursing_home",
        (("amenity", "social_facility"), ("social_facility", "nursing_home"), ("social_facility:for", "senior")),
        4500,
        1,
        "residential",
        "gården",
        40,
    ),
    Service("library", (("amenity", "library"),), 12_000, 1, "civic", " bibliotek", 10),
    Service("sports_centre", (("leisure", "sports_centre"),), 9000, 1, "sports_centre", " sporthall", 6),
    Service("community_centre", (("amenity", "community_centre"),), 15_000, 1, "civic", " folkets hus", 5),
    Service(
        "place_of_worship",
        (("amenity", "place_of_worship"), ("religion", "christian")),
        10_000,
        1,
        "church",
        " kyrka",
        4,
    ),
)


@dataclass(frozen=True)
class Trade:
    """One kind of shop or table: one per `people_each`; `central` is how much it seeks the centre (0 not, 2 much)."""

    kind: str
    tag: tuple[str, str]
    people_each: int
    central: float
    words: tuple[str, ...]
    jobs: int


TRADES = (
    Trade(
        "supermarket", ("shop", "supermarket"), 2200, 0.3, ("Handelshallen", "Storköpet", "Matboden", "Köpladan"), 22
    ),
    Trade("convenience", ("shop", "convenience"), 1300, 0.4, ("Närboden", "Kvartersboden", "Hörnet", "Lanthandeln"), 4),
    Trade("bakery", ("shop", "bakery"), 3000, 0.8, ("Bullen", "Degknåden", "Surdegen", "Kringlan"), 5),
    Trade("clothes", ("shop", "clothes"), 1800, 2.0, ("Trasan", "Nålen", "Modeboden", "Skrädderiet"), 5),
    Trade("hairdresser", ("shop", "hairdresser"), 900, 1.0, ("Saxen", "Klippotek", "Lockeriet", "Hårfin"), 3),
    Trade("books", ("shop", "books"), 9000, 2.0, ("Bokvraket", "Läslust", "Pärmen"), 3),
    Trade("florist", ("shop", "florist"), 5000, 1.0, ("Blomsteriet", "Ståndaren", "Buketten"), 3),
    Trade("bicycle", ("shop", "bicycle"), 8000, 0.8, ("Ekern", "Cykelnavet", "Pedalen"), 3),
    Trade("hardware", ("shop", "hardware"), 9000, 0.6, ("Spiken", "Skruvlådan", "Järnboden"), 6),
    Trade("pharmacy", ("amenity", "pharmacy"), 5500, 0.7, ("Malörten", "Fänkålen", "Uttern"), 8),
    Trade("doctors", ("amenity", "doctors"), 5000, 0.7, ("Läkarhuset", "Doktorn på hörnet", "Husläkarna"), 6),
    Trade("dentist", ("amenity", "dentist"), 4500, 0.8, ("Tandhälsan", "Visdomstanden", "Tandläkarna"), 6),
    Trade(
        "restaurant",
        ("amenity", "restaurant"),
        420,
        1.5,
        ("Krogen", "Sjöboden", "Matsalen", "Tallriken", "Grytan", "Strömmingen"),
        9,
    ),
    Trade("cafe", ("amenity", "cafe"), 650, 1.3, ("Kaffestugan", "Bönan", "Kardemumman", "Fikarummet", "Koppen"), 4),
    Trade("bank", ("amenity", "bank"), 12_000, 2.0, ("Sparbössan", "Riksdalern"), 10),
    Trade("cinema", ("amenity", "cinema"), 40_000, 2.0, ("Biograf Norrskenet", "Biograf Månen"), 8),
    Trade("theatre", ("amenity", "theatre"), 60_000, 2.0, ("Teatern", "Scenen"), 30),
)
NOT_ON_THE_LONE_ISLAND = (*(service.kind for service in SERVICES), "pharmacy", "doctors", "dentist")


@dataclass(frozen=True)
class Place:
    """One place: a point, or the house (`building`, index) or ground (`ground`) that carries its tags.

    `piece`: island, `block`: street block.
    """

    kind: str
    tags: tuple[tuple[str, str], ...]
    xy: tuple[float, float]
    piece: int
    block: int
    building: int | None = None
    ground: Polygon | None = None


def place_everything(
    plan: Plan, blocks: Blocks, buildings: Buildings, giver: NameGiver, random: np.random.Generator
) -> tuple[list[Place], Buildings]:
    """All places, and the houses after some have become schools and others made way for a school yard."""
    places: list[Place] = []
    drop = np.zeros(len(buildings.outline), dtype=bool)
    weight = np.where(buildings.tag == "apartments", 12.0, np.where(buildings.tag == "house", 2.6, 0.0))
    weight[buildings.piece == plan.lone] = 0
    free = (buildings.piece != plan.lone) & (buildings.use != "allotments") & (weight > 0)
    taken_blocks: set[int] = set()
    for service in SERVICES:
        count = max(service.least, round(plan.people / service.people_each))
        live = np.flatnonzero(weight > 0)
        centres = spread_centres(buildings.middle[live], weight[live], min(count, len(live) // 2), random)
        if service.kind == "school" or (service.kind == "hospital" and plan.people >= 3000):
            places += _campuses(service, centres, blocks, buildings, free, drop, taken_blocks, giver, plan)
        else:
            places += _houses(service, centres, buildings, free, giver)
    places += _traders(plan, buildings, drop, random)
    places += _play(plan, blocks, random)
    number = np.cumsum(~drop) - 1
    moved = [
        place if place.building is None else Place(
            place.kind, place.tags, place.xy, place.piece, place.block, int(number[place.building]), place.ground)
        for place in places
    ]  # fmt: skip
    return moved, buildings.without(drop)


def _campuses(
    service: Service,
    centres: Floats,
    blocks: Blocks,
    buildings: Buildings,
    free: NDArray[np.bool_],
    drop: NDArray[np.bool_],
    taken_blocks: set[int],
    giver: NameGiver,
    plan: Plan,
) -> list[Place]:
    """A street block becomes the ground; the three largest houses on it stay and change use."""
    area = shapely.area(blocks.outline)
    hosts = np.bincount(buildings.block[free & ~drop], minlength=len(area))
    lower, upper = (3500, 26_000) if service.kind == "school" else (7000, 60_000)
    fits = (
        (hosts >= 2)
        & (area > lower)
        & (area < upper)
        & ~np.isin(blocks.use, ["wood", "park"])
        & (blocks.piece != plan.lone)
    )
    if not fits.any():
        fits = (hosts >= 1) & (blocks.piece != plan.lone)
    found: list[Place] = []
    for x, y in centres:
        choice = np.flatnonzero(fits & ~np.isin(np.arange(len(area)), sorted(taken_blocks)))
        if not len(choice):
            break
        away = np.hypot(blocks.middle[choice, 0] - x, blocks.middle[choice, 1] - y)
        block = int(choice[np.argmin(away)])
        taken_blocks.add(block)
        ground = blocks.outline[block].buffer(-6.5, join_style="mitre")
        if ground.geom_type != "Polygon":
            ground = max(ground.geoms, key=lambda part: part.area)
        ground = Polygon(shapely.simplify(ground.exterior, 0.5))
        members = np.flatnonzero((buildings.block == block) & ~drop)
        size = shapely.area(buildings.outline[members])
        stays = members[np.argsort(-size, kind="stable")[: 3 if plan.people >= 1500 else 1]]
        free[members] = plan.people < 1500
        free[stays] = False
        drop[members] = plan.people >= 1500  # a village cannot spare them
        drop[stays] = False
        buildings.tag[stays] = service.building
        buildings.levels[stays] = 2 if service.kind == "school" else 6
        buildings.jobs[stays] = service.jobs // len(stays)
        name = giver.district() + service.word
        tags = (*service.tags, ("name", name))
        if service.kind == "school":
            tags = (*tags, ("isced:level", "1;2"), ("capacity", str(240 + 60 * (block % 6))))
        spot = ground.representative_point()
        found.append(Place(service.kind, tags, (spot.x, spot.y), int(blocks.piece[block]), block, None, ground))
    return found


def _houses(
    service: Service, centres: Floats, buildings: Buildings, free: NDArray[np.bool_], giver: NameGiver
) -> list[Place]:
    """The free house nearest to each centre becomes the place."""
    found: list[Place] = []
    for x, y in centres:
        choice = np.flatnonzero(free)
        if not len(choice):
            break
        away = np.hypot(buildings.middle[choice, 0] - x, buildings.middle[choice, 1] - y)
        away[shapely.area(buildings.outline[choice]) < 90] += 120
        index = int(choice[np.argmin(away)])
        free[index] = False
        buildings.tag[index] = service.building
        buildings.levels[index] = min(int(buildings.levels[index]), 3)
        buildings.jobs[index] = service.jobs
        name = giver.district() + service.word
        if service.kind == "nursing_home":
            tags: tuple[tuple[str, str], ...] = (
                *service.tags,
                ("name", name),
                ("capacity", str(36 + 12 * (index % 4))),
            )
        else:
            tags = (*service.tags, ("name", name))
        found.append(
            Place(
                service.kind, tags, (float(buildings.middle[index, 0]), float(buildings.middle[index, 1])),
                int(buildings.piece[index]), int(buildings.block[index]), index,
            )
        )  # fmt: skip
    return found


def _traders(plan: Plan, buildings: Buildings, drop: NDArray[np.bool_], random: np.random.Generator) -> list[Place]:
    """Shops and tables as points just inside the street wall of a house, thickest in the centre and around stations."""
    ok = ~drop & np.isin(buildings.tag, ["apartments", "office", "retail", "house"])
    ok[buildings.tag == "house"] &= (plan.people < 6000) | (buildings.piece[buildings.tag == "house"] == plan.lone)
    hosts = np.flatnonzero(ok)
    middle, door = buildings.middle[hosts], buildings.entrance[hosts]
    r = np.hypot(middle[:, 0], middle[:, 1]) / plan.radius_m
    near = np.exp(-((r / 0.17) ** 1.3))
    if len(plan.stations):
        away = cKDTree(plan.stations).query(middle)[0]
        near = near + 0.5 * np.exp(-((away / 190) ** 2))
    near = near * np.where(np.isin(buildings.tag[hosts], ["retail", "office"]), 2.4, 1.0)
    near[buildings.tag[hosts] == "house"] *= 0.2
    inward = middle - door
    inward = inward / np.maximum(np.hypot(inward[:, 0], inward[:, 1]), 1e-9)[:, None]
    sideways = np.column_stack([-inward[:, 1], inward[:, 0]])
    on_lone = buildings.piece[hosts] == plan.lone
    found: list[Place] = []

    def put(trade: Trade, at: int) -> None:
        index = int(hosts[at])
        spot = door[at] + inward[at] * 2.0 + sideways[at] * float(random.uniform(-2.2, 2.2))
        word = trade.words[int(random.integers(len(trade.words)))]
        tags: tuple[tuple[str, str], ...] = (trade.tag, ("name", f"{word} {len(found) + 1}"))
        if trade.kind in ("doctors", "dentist", "pharmacy"):
            tags = (*tags, ("healthcare", {"doctors": "doctor"}.get(trade.kind, trade.kind)))
        found.append(
            Place(
                trade.kind,
                tags,
                (float(spot[0]), float(spot[1])),
                int(buildings.piece[index]),
                int(buildings.block[index]),
            )
        )
        buildings.jobs[index] += trade.jobs

    for trade in TRADES:
        count = max(1 if trade.people_each <= 9000 else 0, round(plan.people / trade.people_each))
        chance = 0.004 + near**trade.central
        chance = np.where(on_lone & (trade.kind in NOT_ON_THE_LONE_ISLAND), 0.0, chance)
        for at in random.choice(
            len(hosts), size=min(count, len(hosts) // 2), p=chance / chance.sum(), replace=False
        ).tolist():
            put(trade, at)
    lone_hosts = np.flatnonzero(on_lone)
    # The lone island has its shop and its table, so that not everything is missing there.
    for kind in ("convenience", "cafe"):
        trade = next(item for item in TRADES if item.kind == kind)
        put(trade, int(lone_hosts[int(random.integers(len(lone_hosts)))]))
    return found


def _play(plan: Plan, blocks: Blocks, random: np.random.Generator) -> list[Place]:
    """Playgrounds and pitches on park ground."""
    found: list[Place] = []
    green = np.flatnonzero((blocks.use == "park") & (shapely.area(blocks.outline) > 2500))
    for number, block in enumerate(random.permutation(green).tolist()):
        inner = blocks.outline[block].buffer(-16)
        if inner.is_empty or inner.area < 60:
            continue
        spot = inner.representative_point()
        piece = int(blocks.piece[block])
        if inner.area > 9000 and number % 3 == 0 and piece != plan.lone:
            ground = shapely.box(spot.x - 34, spot.y - 22, spot.x + 34, spot.y + 22)
            if blocks.outline[block].buffer(-8).contains(ground):
                found.append(Place("pitch", (("leisure", "pitch"), ("sport", "soccer"), ("surface", "grass")),
                                   (spot.x, spot.y), piece, block, None, ground))  # fmt: skip
                continue
        found.append(Place("playground", (("leisure", "playground"),), (spot.x, spot.y), piece, block))
    return found[: max(2, round(plan.people / 1200))]
