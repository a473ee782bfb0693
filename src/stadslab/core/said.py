"""Text that remembers what it was made of, so that a face can say the same in another language."""

from __future__ import annotations

import reprlib
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any


class Said(str):
    """A sentence in English, with the template and the values it was made of: `Said("Close {street}.", street=name)`.

    It is plain text for everybody who does not ask. Values are numbers (told by the format in the template), names
    (told as they are) or other `Said` texts (said in the other language too). Without values nothing is filled in.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Said:
        """Fill the template in, as `str.format` does."""
        text = super().__new__(cls, template.format(**values) if values else template)
        text.template, text.values = str(template), values
        return text

    def __reduce__(self) -> tuple[Callable[..., Said], tuple[str, dict[str, Any]]]:
        """Travel as template and values."""
        return _made, (self.template, self.values)


def _made(template: str, values: dict[str, Any]) -> Said:
    return Said(template, **values)


class Digits(str):
    """A number that is text already, as English writes it (1,234.5); other languages write it in their way."""

    __slots__ = ()


class Sentence(str):
    """A text with a capital and a full stop, in any language; a parameter's name at its start keeps its letters."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Sentence:
        """Begin and end it."""
        made = super().__new__(cls, _begun_and_ended(text))
        made.text = text
        return made

    def __reduce__(self) -> tuple[type[Sentence], tuple[str]]:
        """Travel as the text it was made of."""
        return Sentence, (self.text,)


def joined(between: str, texts: Sequence[str]) -> str:
    """Texts in a row with the same sign between them in every language; of one text, that text."""
    if len(texts) < 2:
        return texts[0] if texts else ""
    names = [f"part{at}" for at in range(len(texts))]
    return Said(between.join(f"{{{name}}}" for name in names), **dict(zip(names, texts, strict=True)))


def listed(texts: Sequence[str]) -> str:
    """`a, b and c`, whose `and` is told in other languages."""
    if len(texts) < 2:
        return joined(", ", texts)
    return Said("{first} and {last}", first=joined(", ", texts[:-1]), last=texts[-1])


def _begun_and_ended(text: str) -> str:
    first = text[0] if "_" in text.split(maxsplit=1)[0] else text[0].upper()
    return f"{first}{text[1:]}."


def said_in(text: str, templates: Mapping[str, str], number: Callable[[str], str]) -> str:
    """The text in the language of `templates` (English template to theirs); where one is missing, in English.

    number: from a number as English writes it (1,234.5) to the same in that language.
    """
    if isinstance(text, Digits):
        return number(text)
    if isinstance(text, Sentence):
        return _begun_and_ended(said_in(text.text, templates, number))
    if not isinstance(text, Said):
        return text
    template = templates.get(text.template, text.template)
    if not text.values:
        return template
    told = {name: _told(value, templates, number) for name, value in text.values.items()}
    return string.Formatter().vformat(template, (), told)


def _told(value: Any, templates: Mapping[str, str], number: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return said_in(value, templates, number)
    return _Number(value, number) if isinstance(value, int | float) else value


class _Number:
    """A number that formats itself in another language."""

    def __init__(self, value: float, number: Callable[[str], str]) -> None:
        self._value, self._number = value, number

    def __format__(self, spec: str) -> str:
        return self._number(format(self._value, spec))

    def __repr__(self) -> str:
        return self._number(repr(self._value))


def seen(value: Any) -> str:
    """A value as it was given, short enough to be told."""
    return _SHORT.repr(value)


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80
_SHORT.maxlevel = 3


def holes(template: str) -> set[str]:
    """Names of the values a template asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
