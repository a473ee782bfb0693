"""The rehearsal leaves no kernel of walks for the first question to wait for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from stadslab.build import rehearsal

WALKS = {
    "access", "contraction", "csr", "lanes", "live", "nearest", "order", "reach", "shortest", "_wave", "centrality",
    "raster", "rasterize", "vectortile",
}  # fmt: skip
CALLED_BY_KERNELS = {
    "contraction._follow", "reach.reached_places", "rasterize._clip", "rasterize._line", "rasterize._merge",
    "rasterize._top",
}  # fmt: skip

LEFT = """
import importlib, pkgutil
from stadslab import kernels
from stadslab.build import rehearsal

for step in rehearsal.STEPS.values():
    step()
for found in pkgutil.iter_modules(kernels.__path__):
    module = importlib.import_module(f"stadslab.kernels.{found.name}")
    for name, thing in vars(module).items():
        if hasattr(thing, "signatures") and thing.py_func.__module__ == module.__name__:
            if not thing.targetoptions.get("no_cpython_wrapper"):
                print(found.name, name, len(thing.signatures))
"""


def test_every_kernel_of_walks_is_run_and_each_in_one_form_only():
    said = subprocess.run(
        [sys.executable, "-c", LEFT], env=os.environ | {"NUMBA_DISABLE_JIT": "0"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    forms = {}
    for line in said.stdout.splitlines():
        module, name, number = line.split()
        if module in WALKS:
            forms[f"{module}.{name}"] = int(number)
    for name in CALLED_BY_KERNELS:
        del forms[name]
    assert len(forms) > 20
    assert forms == dict.fromkeys(forms, 1)


@pytest.mark.parametrize("name", rehearsal.STEPS)
def test_each_step_runs_again(name: str):
    rehearsal.STEPS[name]()
