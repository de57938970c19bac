"""Browser windows that remember what went wrong in them, and what a person does in one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.house import House

CHROMIUM = shutil.which("chromium")
# The last such option wins: what Playwright switches off (coreBundle.js, 1.65) is said again. Ours are the lists under
# the address bar, which are pages of their own: in a window that nobody types an address in, a third of the work.
OFF = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch", "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip
QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", f"--disable-features={','.join(OFF)}",
    "--autoplay-policy=document-user-activation-required",  # as on a page that is new to the browser
]  # fmt: skip
JOIN_TIMEOUT_MS = 20_000  # the sum of joining on a busy machine


class Watched:
    """A browser window of its own that remembers complaints and foreign requests."""

    def __init__(self, browser: Browser, house: House, **options: object) -> None:
        self.context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.house = house
        self.page = self.tab()

    def tab(self) -> Page:
        """Open one more tab of the same browser."""
        page = self.context.new_page()
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        allowed = (self.house.url, self.house.desk_url.removesuffix("/desk"), "data:", "about:")
        page.on("request", lambda r: None if r.url.startswith(allowed) else self.foreign.append(r.url))
        return page

    def door(self, title: str = "Porch") -> Page:
        """Go to a group's joining page through the front door."""
        self.page.goto(self.house.url)
        self.page.get_by_role("link", name=re.compile(rf"^{re.escape(title)}\b")).click()
        expect(self.page.locator("#join")).to_be_visible()
        return self.page

    def join(self, title: str = "Porch") -> Page:
        """Come in by a group's own address, as with a bookmark: a page less to draw than through the front door."""
        self.page.goto(f"{self.house.url}/g/{self.house.group(title)['id']}")
        self.page.get_by_role("button", name="I agree, take me in").click()
        self.arrived()
        return self.page

    def arrived(self) -> None:
        """Wait until the room is there and the link is up."""
        expect(self.page.locator("#words")).to_be_visible(timeout=JOIN_TIMEOUT_MS)
        expect(self.page.locator("#who")).to_contain_text("here", timeout=10_000)


class Album:
    """Pictures of the screens that people come to, by number; nothing on one may scroll sideways."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.taken = folder, 0

    def __call__(self, page: Page, name: str) -> None:
        """Take one."""
        self.taken += 1
        page.screenshot(path=self.folder / f"{self.taken:02}-{name}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def say(page: Page, words: str) -> None:
    """Write with the thumb: on a phone Enter begins a line."""
    page.locator("#words").fill(words)
    page.locator("#send").click()


def write(page: Page, words: str) -> None:
    """Type and send."""
    page.locator("#words").fill(words)
    page.locator("#words").press("Enter")


def act(page: Page, words: str, name: str) -> None:
    """Open what can be done with the message that says `words`, and do it."""
    row = page.locator(".message", has=page.locator(".words", has_text=words)).last
    row.hover()
    row.locator(".more").click()
    row.get_by_role("button", name=name, exact=True).first.click()
