"""Smooth random fields over the plane, the raw material of coasts, bends and social gradients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SmoothField:
    """How high is the noise here? A sum of random waves: defined everywhere, smooth, mean 0, standard deviation near 1.

    `wave_vectors` has shape (waves, 2) in radians per metre, `phases` and `weights` shape (waves,).
    """

    wave_vectors: Floats
    phases: Floats
    weights: Floats

    def __call__(self, x: Floats, y: Floats) -> Floats:
        """Heights at points; shape as x and y broadcast."""
        total = np.zeros(np.broadcast(x, y).shape)
        for (kx, ky), phase, weight in zip(self.wave_vectors, self.phases, self.weights, strict=True):
            total += weight * np.cos(kx * x + ky * y + phase)
        return total


def smooth_field(random: np.random.Generator, wavelength_m: float, *, octaves: int = 2, waves: int = 9) -> SmoothField:
    """A field whose hills are about `wavelength_m` apart; each further octave halves both wavelength and height."""
    vectors, phases, weights = [], [], []
    for octave in range(octaves):
        length = wavelength_m / 2**octave * random.uniform(0.75, 1.35, waves)
        direction = random.uniform(0, 2 * np.pi, waves)
        vectors.append(np.column_stack([np.cos(direction), np.sin(direction)]) * (2 * np.pi / length)[:, None])
        phases.append(random.uniform(0, 2 * np.pi, waves))
        weights.append(np.full(waves, 0.5**octave * np.sqrt(2 / waves)))
    return SmoothField(np.concatenate(vectors), np.concatenate(phases), np.concatenate(weights))


def bend(xy: Floats, across: SmoothField, along: SmoothField, amount_m: float) -> Floats:
    """Points (n, 2) moved by two noise fields; neighbours move together, so that lines bend and stay joined."""
    x, y = xy[:, 0], xy[:, 1]
    return np.column_stack([x + amount_m * across(x, y), y + amount_m * along(x, y)])
