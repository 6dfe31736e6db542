"""What a device is called in words, read from what its browser says of itself."""

import re
from dataclasses import dataclass

_BROWSERS = (
    # The first that is named counts: most of them name the later ones too.
    (r"\bZalo", "Zalo"),
    (r"\bFB(?:AN|AV)/", "Facebook"),
    (r"\bInstagram\b", "Instagram"),
    (r"\b(?:TikTok|musical_ly|BytedanceWebview)", "TikTok"),
    (r"\bcoc_coc_browser/", "Coc Coc"),
    (r"\bEdg(?:A|iOS)?/", "Edge"),
    (r"\b(?:OPR|OPT|OPX)/|\bOpera\b", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bUC ?Browser/", "UC Browser"),
    (r"\b(?:Firefox|FxiOS)/", "Firefox"),
    (r"(?:Chrome|CriOS|Chromium)/", "Chrome"),
    (r"\bSafari/", "Safari"),
)
_SYSTEMS = (
    (r"\bAndroid\b", "Android"),
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bWindows\b", "Windows"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bMacintosh\b", "Mac"),
    (r"\bLinux\b", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """Browser and system by their usual names; empty where they are not known."""

    browser: str = ""
    system: str = ""


def device_of(user_agent: str) -> Device:
    """The device's words; nothing else of the header is kept."""
    return Device(_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, text[:500])), "")
