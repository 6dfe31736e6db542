"""Still pictures beside a voice: small pieces at a steady pace, so that no piece holds up a word."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

STILLS = (Path(__file__).parents[2] / "webapp/static/js/stills.js").read_text()
SHOW = """async (source) => {
  const { createStills } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const context = canvas.getContext("2d");
  for (let x = 0; x < 640; x += 4) {
    context.fillStyle = `hsl(${x}, 80%, ${30 + (x % 50)}%)`;
    context.fillRect(x, 0, 4, 480);
  }
  Object.assign(window, { sent: [], full: false });
  window.stills = createStills({
    send: (bytes) => !window.full && Boolean(window.sent.push([...bytes])),
    onStill: (blob) => { window.shown = blob.size; },
  });
  window.stills.show(canvas.captureStream(5).getVideoTracks()[0]);
}"""
STEP = 450
"""ms from piece to piece"""
PIECE = 304


def test_a_picture_goes_piece_by_piece_waits_where_the_channel_is_full_and_the_next_comes_later(
    chromium: Browser,
) -> None:
    page = chromium.new_page()
    page.clock.install()
    page.evaluate(SHOW, STILLS)

    def after(steps: int) -> list[list[int]]:
        for _ in range(steps):
            page.clock.run_for(STEP)
            page.wait_for_timeout(20)  # the browser writes the picture in a time of its own
        sent: list[list[int]] = page.evaluate("sent")
        return sent

    before = 0
    for _ in range(8):
        now = len(after(1))
        assert now - before <= 1, "never two at once"
        before = now
    assert before > 2
    page.evaluate("full = true")
    assert len(after(3)) == before
    page.evaluate("full = false")
    sent = after(40)
    assert max(len(one) for one in sent) <= PIECE
    first = [one for one in sent if one[0] == sent[0][0]]
    assert [one[1] for one in first] == list(range(first[0][2])), "each piece once, in order"
    pictures = len({one[0] for one in sent})
    assert 2 <= pictures <= 51 * STEP // 8000 + 1, "one each eight seconds at most"
    page.evaluate("(pieces) => pieces.forEach((one) => stills.receive(new Uint8Array(one).buffer))", first)
    assert page.evaluate("shown") == sum(len(one) - 4 for one in first)
    page.close()
