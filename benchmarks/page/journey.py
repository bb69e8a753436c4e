"""One customer's way from a chosen photo to painted results, and where the time went."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

MARKS = Path(__file__).with_name("marks.js").read_text()
TIMING = re.compile(r"(\w+);dur=([\d.]+)")
SECONDS = 30


@dataclass(frozen=True)
class Profile:
    """The device: its screen, how many times slower its processor is, and its line (None: none)."""

    name: str
    screen: Mapping[str, Any]
    slower: float = 1.0
    line: Mapping[str, float] | None = None


PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True}
# 4G as the browser's own tools draw it: 9 Mbit/s down, 1.5 up, 85 ms there and back.
FOUR_G = {
    "offline": False,
    "latency": 85.0,
    "downloadThroughput": 9e6 / 8,
    "uploadThroughput": 1.5e6 / 8,
}
PROFILES = {
    each.name: each
    for each in (
        Profile("desktop", {"viewport": {"width": 1280, "height": 900}}),
        Profile("phone", {**PHONE, "has_touch": True}, slower=4),
        Profile("4g", {**PHONE, "has_touch": True}, slower=4, line=FOUR_G),
    )
}


@dataclass(frozen=True)
class Walk:
    """What one photo took, in milliseconds: `parts` follow each other, `total` is their sum;
    `first_paint` is when the results' page showed anything. `sent` is the photo's size in kB."""

    total: float
    first_paint: float
    sent: float
    parts: Mapping[str, float] = field(default_factory=dict)


def walk(browser: Browser, shop: str, photo: Path, profile: Profile) -> Walk:
    """A new customer opens the shop's front, waits until it is quiet, and chooses the photo."""
    context = browser.new_context(base_url=shop, **profile.screen)
    try:
        page = context.new_page()
        page.add_init_script(MARKS)
        _slow_down(page, profile)
        page.goto("/")
        page.wait_for_load_state("networkidle")
        page.set_input_files("#photo-input", photo)
        page.wait_for_function("() => window.benchMarks", timeout=SECONDS * 1000)
        return _read(page.evaluate("window.benchMarks"))
    finally:
        context.close()


def _slow_down(page: Page, profile: Profile) -> None:
    tools = page.context.new_cdp_session(page)
    if profile.slower > 1:
        tools.send("Emulation.setCPUThrottlingRate", {"rate": profile.slower})
    if profile.line:
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", dict(profile.line))


def _read(marks: Mapping[str, Any]) -> Walk:
    def between(start: str, end: str) -> float:
        return float(marks[end] - marks[start])

    asked = {name: float(took) for name, took in TIMING.findall(marks["timings"])}
    shown = dict(marks["pageTimings"])
    parts = {
        "shrink": between("chosen", "ready"),
        "decode": asked["decode"],
        "embed": asked["embed"],
        # The way there and back too: a browser tells of an upload's end up to 50 ms late.
        "rest of POST": between("ready", "answered") - asked["decode"] - asked["embed"],
        "leave": between("answered", "asked"),
        "search": shown["search"],
        "render": shown["render"],
        "rest of GET": between("asked", "begun") - shown["search"] - shown["render"],
        "HTML": between("begun", "arrived"),
        "paint": between("arrived", "painted"),
    }
    return Walk(
        total=between("chosen", "painted"),
        first_paint=between("chosen", "firstPaint"),
        sent=marks["bytes"] / 1000,
        parts=parts,
    )
