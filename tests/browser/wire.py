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


class Line:
    """A page's way to the network, as the browser shapes it."""

    def __init__(self, page: Page):
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")

    def carries(self, kbits: float, delay: int = 150, loss: float = 0) -> None:
        conditions: dict[str, Any] = {
            "offline": False,
            "latency": delay,
            "downloadThroughput": kbits * 125,
            "uploadThroughput": kbits * 125,
            "packetLoss": loss,
            "packetQueueLength": 60,
        }
        self._session.send("Network.emulateNetworkConditions", conditions)
