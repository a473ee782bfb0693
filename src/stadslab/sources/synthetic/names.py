"""Invented, Swedish-sounding names: every part is a plain word, no combination is meant to be a real place."""

from __future__ import annotations

import numpy as np


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


THEMES: dict[str, tuple[str, ...]] = {
    "birds": _words("""
        Trut Strandskate Knipe Tofsvipe Rördrom Sädesärl Gråsiske Lommar Alfågel Tobisgrissle Skrak Svartsnäppe
        Hägers Fiskgjuse Bergand Tärn Labb Ejder Vigg Storspov
    """),
    "trades": _words("""
        Repslagar Segelmakar Kopparslagar Tunnbindar Garvar Krukmakar Glasblåsar Lykttändar Vagnmakar Bokbindar
        Sadelmakar Handskmakar Klensmeds Nålmakar Pärlstickar Urmakar
    """),
    "sea": _words("""
        Ankar Styrbords Babords Lods Skonar Brigg Mesan Fock Kompass Logg Sextant Bogspröts Relings Akter Märs
        Salnings Toppsegel Kölsvin Trossbotten Däcks
    """),
    "trees": _words("""
        Hassel Oxel Sälg Brakved Hägg Olvon Lärkträds Slån Måbär Vresal Skogslönn Glasbjörks Bergtalls Enbärs Pors
        Vide Idegrans Fläder Benved Try
    """),
    "meadow": _words("""
        Blåklocks Rölleka Kattfots Gullvive Jungfrulin Backsippe Darrgräs Ögontröst Fibble Midsommar Nattviol
        Prästkrags Käringtand Vildtimjan Åkervädd Svinrots Slåttergubbe Liljekonvalj
    """),
    "sky": _words("""
        Norrskens Stjärnfalls Halvmåne Regnbågs Snöflinge Kornblixt Morgonrodnads Polstjärne Dimbanks Vintergats
        Aftonstjärne Solgårds Dagg Rimfrost Vårdagjämnings Skymnings Åsk Molnbanks
    """),
    "tales": _words("""
        Näck Skogsrå Tomte Vittra Mare Lindorms Bergatroll Älve Irrbloss Gast Havsfru Sjörå Lyktgubbe Vätte
        Drakskepps Trollslända
    """),
    "craft": _words("""
        Väv Linberednings Spinnrocks Skyttel Varp Nystan Kardnings Sländ Bobin Damast Tuskaft Kypert Brokad
        Trådrulle Knyppel Hjulmakar
    """),
    "rocks": _words("""
        Granit Gnejs Fältspats Glimmer Kvarts Skiffer Flint Porfyr Hälleflint Diabas Kalkstens Täljstens
        Grönstens Bärnstens Sandstens Pegmatit
    """),
    "fruit": _words("""
        Astrakan Gravenstens Oranie Melon Sävstaholms Ringstads Åkerö Päron Bigarrå Morell Krikon Kvitten
        Mullbärs Krusbärs Vinbärs Hallon
    """),
}
STREET_ENDINGS = _words("""
    gatan vägen gränd stigen backen stråket ringen slingan
""")
DISTRICT_STARTS = _words("""
    Alm Trut Skarv Lind Ek Hav Ljung Berg Sund Orr Svan Hassel Rör Klipp Björk Ormbunks Vass Tall Gräs Korp
    Malört Näver Oxel Grå Ving Bränn Sten Fager Gran Hjort Humle Järn Kvarn Lärk Mjöd Måne Nytt Ost Penning Ren
    Rosen Sjö Skog Släpp Smed Stav Tegel Tor Ugg Vall Vinter Åker Älg Ängs Furu Gärds Hög Kals Märgel
""")
DISTRICT_ENDINGS = _words("""
    torp vik udden berga lunda näs ängen hult backa hamra löt rum tuna sta dal gärdet malm hagen åsen kulla
""")
ISLAND_STARTS = _words("""
    Tärn Lommar Grissle Knip Alkull Vigg Sävlan Ejder Skrake Gråtrut Labb Häger
""")
ISLAND_ENDINGS = _words("""
    ön holmen landet skär grundet
""")
SIDES = _words("""
    Norra Södra Östra Västra Lilla Stora Övre Nedre Gamla Nya Yttre Inre
""")


class NameGiver:
    """Hands out names in a seeded order, never the same twice (when the words run out, a quarter's prefix is added)."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._used: set[str] = set()
        self._themes = list(THEMES)

    def theme_for(self, district: int) -> str:
        """Which family of words a quarter takes its street names from."""
        return self._themes[district % len(self._themes)]

    def street(self, district: int, ending: str | None = None) -> str:
        """A new street name in the quarter's family of words."""
        words = THEMES[self.theme_for(district)]
        for attempt in range(400):
            word = words[int(self._random.integers(len(words)))]
            chosen = (
                ending or STREET_ENDINGS[int(self._random.choice(8, p=(0.38, 0.3, 0.07, 0.07, 0.06, 0.04, 0.04, 0.04)))]
            )
            if attempt > 30:
                words = THEMES[self._themes[int(self._random.integers(len(self._themes)))]]
            prefix = "" if attempt < 90 else f"{SIDES[int(self._random.integers(len(SIDES)))]} "
            name = prefix + join_words(word, chosen)
            if name not in self._used:
                self._used.add(name)
                return name
        return self.numbered("Nygatan")

    def numbered(self, base: str) -> str:
        """A name with a number, when the words run out."""
        number = 1
        while f"{base} {number}" in self._used:
            number += 1
        self._used.add(f"{base} {number}")
        return f"{base} {number}"

    def island(self) -> str:
        """A new name for an island or a boat."""
        return self._combine(ISLAND_STARTS, ISLAND_ENDINGS)

    def district(self) -> str:
        """A new name for a quarter, a school, a park."""
        return self._combine(DISTRICT_STARTS, DISTRICT_ENDINGS)

    def _combine(self, starts: tuple[str, ...], endings: tuple[str, ...]) -> str:
        for attempt in range(400):
            name = join_words(
                starts[int(self._random.integers(len(starts)))], endings[int(self._random.integers(len(endings)))]
            )
            if attempt > 40:
                name = f"{SIDES[int(self._random.integers(len(SIDES)))]} {name}"
            if name not in self._used:
                self._used.add(name)
                return name
        return self.numbered(starts[0] + endings[0])


def join_words(first: str, second: str) -> str:
    """Swedish writes compounds as one word and never with three equal letters in a row."""
    if len(first) > 1 and first[-1] == first[-2] == second[0]:
        return first[:-1] + second
    return first + second
