"""Which table of the statistics office tells what, and what its codes mean in plain words?

One entry a table: where it lies, which variable holds the groups, and the plain name of each of its codes. Codes that
stand here and not in the table any more are an error, never a guess.

| name | people | variable | groups |
| --- | --- | --- | --- |
| age | everybody registered on 31 December | Alder | five-year bands, `80+`, and the total |
| income | 20 years and older, net income, thousand kronor a year | ContentsCode | the median, carried as a mean |
| education | 25 to 64 years; to 65 in newer tables | UtbildningsNiva | four levels and unknown |
| tenure | everybody, by the tenure of their home | Upplatelseform | rented, tenant-owned, owned, unknown |
| background | everybody | UtlBakgrund | Swedish; foreign (born abroad, or both parents born abroad) |
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stadslab.sources._columns import Meaning

CURRENT = 2024  # from this year on the tables tell of the areas of 2025


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject: its tables by first year, and the meaning of the codes of its variable.

    contents: codes of the variable ContentsCode, one of which each edition of the table has. fixed: the code that
    each other variable is held at, such as both sexes together.
    """

    name: str
    title: str
    paths: tuple[tuple[int, str], ...]  # (first year, path), newest first
    variable: str
    meanings: dict[str, Meaning]
    contents: tuple[str, ...]
    fixed: dict[str, str] = field(default_factory=dict)
    note: str = ""

    def path(self, year: int) -> str:
        """Where the table for this year lies."""
        return next((path for first, path in self.paths if year >= first), self.paths[-1][1])


_BANDS = ("5-9", "10-14", "15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64")
_LATE = ("65-69", "70-74", "75-79")
_EVERYBODY = Meaning("total", "all")

SUBJECTS: dict[str, Subject] = {
    subject.name: subject
    for subject in (
        Subject(
            "age",
            "Population by age",
            ((0, "BE/BE0101/BE0101Y/FolkmDesoAldKon"),),
            "Alder",
            {
                "totalt": _EVERYBODY,
                "-4": Meaning("age", "0-4"),
                **{band: Meaning("age", band) for band in (*_BANDS, *_LATE)},
                "80-": Meaning("age", "80+"),
            },
            ("000007Y7",),
            {"Kon": "1+2"},
        ),
        Subject(
            "income",
            "Net income",
            ((0, "HE/HE0110/HE0110I/Tab1InkDesoRegso"),),
            "ContentsCode",
            {"0000089U": Meaning("income", "median", "mean")},
            ("0000089U",),
            {"Kon": "1+2", "InkomstTyp": "NeInk"},
            "net income is the median of those 20 years and older, in thousand kronor a year",
        ),
        Subject(
            "education",
            "Population by level of education",
            (
                (CURRENT, "UF/UF0506/UF0506D/UtbSUNBefDesoRegsoN"),
                (0, "UF/UF0506/UF0506D/UtbSUNBefDesoRegso"),
            ),
            "UtbildningsNiva",
            {
                "21": Meaning("education", "compulsory"),
                "3+4": Meaning("education", "upper secondary"),
                "5": Meaning("education", "post-secondary, below 3 years"),
                "6": Meaning("education", "post-secondary, 3 years or more"),
                "US": Meaning("education", "unknown"),
            },
            ("000007Z6", "000005MO"),
            {},
            "education is told of those 25 to 64 years old (to 65 in newer tables), so its groups are not everybody",
        ),
        Subject(
            "tenure",
            "Population by tenure of their home",
            ((0, "HE/HE0111/HE0111YDeSo/HushallT33Deso"),),
            "Upplatelseform",
            {
                "HYRESRÄTT": Meaning("tenure", "rented"),
                "BOSTADSRÄTT": Meaning("tenure", "tenant-owned"),
                "ÄG/ANDEL": Meaning("tenure", "owned"),
                "ÖVRIGT": Meaning("tenure", "unknown"),
            },
            ("000007DQ",),
        ),
        Subject(
            "background",
            "Population by Swedish and foreign background",
            ((0, "BE/BE0101/BE0101Y/FolkmDesoBakgrKon"),),
            "UtlBakgrund",
            {"1": Meaning("background", "foreign"), "2": Meaning("background", "swedish")},
            ("000007Y4",),
            {"Kon": "1+2"},
        ),
    )
}
NAMES = tuple(SUBJECTS)


def subject_with(variables: list[str], contents: list[str]) -> Subject | None:
    """Which subject does a cube with these variables and contents tell of? None when it is none of ours."""
    for subject in SUBJECTS.values():
        known = any(code in subject.contents for code in contents)
        if subject.variable in variables and (known or subject.variable != "ContentsCode"):
            others = {s.variable for s in SUBJECTS.values()} - {subject.variable, "ContentsCode"}
            if not others & set(variables):
                return subject
    return None
