"""What comes over the line to a page, in bytes."""

from typing import Any

from playwright.sync_api import Page


def sizes(page: Page, encoding: str) -> list[int]:
    """Grows by each answer that comes over the line, heads included."""
    found: list[int] = []
    line = page.context.new_cdp_session(page)
    line.on(
        "Network.loadingFinished",
        lambda event: found.append(int(event["encodedDataLength"])) if event["encodedDataLength"] else None,
    )

    def redirected(event: dict[str, Any]) -> None:
        if "redirectResponse" in event:
            found.append(int(event["redirectResponse"]["encodedDataLength"]))

    line.on("Network.requestWillBeSent", redirected)
    line.send("Network.enable")
    line.send("Network.setExtraHTTPHeaders", {"headers": {"Accept-Encoding": encoding}})
    return found
