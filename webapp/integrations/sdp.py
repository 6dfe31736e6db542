"""Edits of session descriptions on their way between a browser and the mixer."""

import re

from ..domain.call_engine import Profile

_FEEDBACK = re.compile(r"a=rtcp-fb:\S+ transport-cc$|a=extmap:\d+\S* .*transport-wide-cc")
_PTIME = re.compile(r"a=(?:min|max)?ptime:")
_OPUS = re.compile(r"a=rtpmap:(\d+) opus/48000", re.IGNORECASE)


def for_mixer(sdp: str, profile: Profile) -> str:
    """The description with what the mixer can bear.

    Packets of 20 ms only: of longer ones the mixer takes the first 20 ms and drops the rest. No
    feedback for congestion control on the voice: it would only take the voice's place on the line.
    """
    lines = [line for line in sdp.splitlines() if not _FEEDBACK.match(line) and not _PTIME.match(line)]
    opus = next((found[1] for line in lines if (found := _OPUS.match(line))), None)
    if opus is None:
        return _joined(lines)
    settings = (
        f"a=fmtp:{opus} minptime=20;useinbandfec={int(profile.expected_loss > 0)};stereo=0;"
        f"maxaveragebitrate={profile.bitrate};maxplaybackrate=16000"
    )
    edited: list[str] = []
    for line in lines:
        if line.startswith(f"a=fmtp:{opus} "):
            continue
        edited.append(line)
        if _OPUS.match(line):
            edited += [settings, "a=ptime:20"]
    return _joined(edited)


def _joined(lines: list[str]) -> str:
    return "\r\n".join([*lines, ""])
