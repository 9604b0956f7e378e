"""How a page may look: nothing axe finds in light, dark and on a narrow screen, nothing that scrolls sideways."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WIDTHS = (320, 768, 1024, 1440)
"""Where each layout is at its narrowest, and the usual window."""
NARROW = WIDTHS[0]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What another theme can break."""
FAULTS = """rules => axe.run({...rules, resultTypes: ["violations"]}).then(found =>
    found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${JSON.stringify(node.target)}`)))"""
SIDEWAYS = """() => new Promise(told => requestAnimationFrame(() => requestAnimationFrame(() => {
    const page = document.documentElement, edge = page.clientWidth + 1;
    if (page.scrollWidth < edge) { told([]); return; }
    const style = one => getComputedStyle(one);
    const holder = one => style(one).position === "absolute" ? one.offsetParent : one.parentElement;
    const cut = one => {
        for (let at = holder(one); at && at !== document.body; at = holder(at))
            if (style(at).overflowX !== "visible" && at.getBoundingClientRect().right <= edge) return true;
        return false;
    };
    const right = one => one.getBoundingClientRect().left
        + (style(one).overflowX === "visible" ? Math.max(one.scrollWidth, one.offsetWidth ?? 0) : one.clientWidth);
    const outside = [...document.body.querySelectorAll("*")].filter(one => right(one) > edge && !cut(one));
    const least = outside.filter(one => !outside.some(other => other !== one && one.contains(other)));
    told([`${page.scrollWidth} px`, ...least.slice(0, 3).map(one => one.outerHTML.slice(0, 80))]);
})))"""
"""How wide a page is that can be scrolled to the right, and what sticks out there, not held by something that scrolls
itself, once what watches its size has drawn again."""


def faults(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds, each with where, once all style sheets are there; axe is put into a page once."""
    page.wait_for_load_state()
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [f"{page.url}: {found}" for found in page.evaluate(FAULTS, rules)]


def wrong_with(page: Page) -> list[str]:
    """Everything that is wrong with an open page, in every look; it looks as before afterwards."""
    size = page.viewport_size
    found = faults(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # nothing to wait for: no colour fades
    found += [f"dark: {fault}" for fault in faults(page, OF_COLOURS)]
    page.emulate_media(color_scheme="light")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{page.url} scrolls sideways at {width}: {one}" for one in page.evaluate(SIDEWAYS)]
        if width == NARROW:
            found += [f"narrow: {fault}" for fault in faults(page)]
    if size is not None:
        page.set_viewport_size(size)
    page.emulate_media(reduced_motion="null")
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
