"""The rehearsal leaves no walking kernel for the first question to wait for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from stadslab.build import rehearsal

# What only kernels call, and what no question about walks does.
CALLED_BY_KERNELS = {"_push", "_pop", "_follow", "reached_places"}
NOT_OF_WALKS = {"connections", "doors", "egress", "percentiles", "raptor", "timetable", "opportunities"}
NOBODY_ASKS = {"_pairs"}

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
        if module not in NOT_OF_WALKS and name not in CALLED_BY_KERNELS | NOBODY_ASKS:
            forms[f"{module}.{name}"] = int(number)
    assert len(forms) > 20
    assert forms == dict.fromkeys(forms, 1)


@pytest.mark.parametrize("name", rehearsal.STEPS)
def test_each_step_runs_again(name: str):
    rehearsal.STEPS[name]()
