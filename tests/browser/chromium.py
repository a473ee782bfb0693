"""Which Chromium drives the page, and how: the machine's own, with software rendering and nowhere to go but here."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ABSENT = "no Chromium on this machine; install it (Debian: apt-get install chromium) or name it in STADSLAB_CHROMIUM"

DRAWING = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
"""WebGL without a graphics card, the same everywhere."""

NOT_DRAWING = ("--disable-gpu", "--disable-3d-apis", "--disable-software-rasterizer")
"""A browser that cannot draw in three dimensions: WebGL is missing."""

QUIET = (
    "--no-sandbox",  # the suite may run as root; every page is ours
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    # what the browser asks for on its own account finds nobody; what a page asks for goes to tests/browser/outside.py
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find() -> str:
    """The Chromium to use; empty when there is none."""
    named = os.environ.get("STADSLAB_CHROMIUM", "")
    return named or next((path for path in map(shutil.which, NAMES) if path), "")
