"""The demonstration city: an invented archipelago town, written as the files a real city comes in, with planted truths beside it."""

from stadslab.sources.synthetic.generate import SyntheticCity, generate

__all__ = ["SyntheticCity", "generate"]
