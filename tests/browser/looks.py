"""How a page may look: nothing axe finds in light, dark and on a narrow screen, nothing that scrolls sideways."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WIDTHS = (320, 390, 768, 1024, 1280, 1440)
NARROW = 390
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What another theme can break."""
SIDEWAYS = """() => new Promise(told => requestAnimationFrame(() => requestAnimationFrame(() => {
    const page = document.documentElement, all = [...document.body.querySelectorAll("*")];
    const outside = all.filter(one => one.getBoundingClientRect().right > innerWidth + 1);
    told(page.scrollWidth > page.clientWidth ? outside.slice(0, 3).map(one => one.outerHTML.slice(0, 80)) : []);
})))"""
"""What sticks out on the right where a page can be scrolled there, once what watches its size has drawn again."""


def faults(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds, each with where."""
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{page.url}: {v['id']}: {node['target']}" for v in found for node in v["nodes"]]


def wrong_with(page: Page) -> list[str]:
    """Everything that is wrong with an open page, in every look; it looks as before afterwards."""
    size = page.viewport_size
    found = faults(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    found += [f"dark: {fault}" for fault in faults(page, OF_COLOURS)]
    page.emulate_media(color_scheme="light")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{page.url} scrolls sideways at {width}: {one}" for one in page.evaluate(SIDEWAYS)]
        if width == NARROW:
            page.wait_for_timeout(300)
            found += [f"narrow: {fault}" for fault in faults(page)]
    if size is not None:
        page.set_viewport_size(size)
    return found


def faults_at(page: Page, url: str) -> list[str]:
    """What axe finds on a page that is yet to be opened, as it looks here; and whether it scrolls sideways."""
    page.goto(url)
    page.wait_for_timeout(200)
    return faults(page) + [f"{url} scrolls sideways: {one}" for one in page.evaluate(SIDEWAYS)]


def wrong_at(page: Page, url: str) -> list[str]:
    """The same for a page that is yet to be opened."""
    page.goto(url)
    page.wait_for_timeout(200)
    return wrong_with(page)
