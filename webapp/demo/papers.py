"""Papers and photos that the demo's petitions carry: drawn here, so that none is anybody's."""

import io
from datetime import timedelta

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from ..documents.typesetting import FONTS
from ..extensions import db
from ..integrations import inspection, objects
from ..models import Petition
from ..services import evidence
from ..services.actor import citizen
from ..services.evidence import Begun, Place

_WITH_PAPERS = {
    "demo-1": ("Quyết định thu hồi đất.pdf", "Ảnh thửa đất.jpg"),
    "demo-2": ("Ảnh thửa đất.jpg",),
    "demo-4": ("Biên bản đo đạc.pdf", "Ảnh mương nước.jpg"),
    "demo-7": ("Quyết định giải quyết lần đầu.pdf",),
}
_SAMPLE = "Bản minh họa, không phải văn bản thật."


def add_papers() -> None:
    """Some petitions get what their citizens would have photographed, with the receipt for it."""
    db.session.rollback()  # what was told till now must be seen
    for key, names in _WITH_PAPERS.items():
        petition = db.session.scalar(select(Petition).where(Petition.request_key == key))
        if petition is None:
            continue
        by, told, petition_id = citizen(petition.account_id), petition.submitted_at, petition.id
        place = Place(petition.account_id, key)
        for number, name in enumerate(names):
            content = _paper(name.removesuffix(".pdf")) if name.endswith(".pdf") else _field(name)
            about = Begun(name, len(content))
            evidence.take(
                place,
                about,
                content,
                store=objects,
                inspect=inspection.inspect,
                by=by,
                now=told - timedelta(minutes=len(names) - number),
                key=f"{key}-paper-{number}",
            )
        evidence.issue(petition_id, by=by, now=told)


def _paper(title: str) -> bytes:
    """A page with a heading and lines."""
    page = Image.new("L", (620, 877), 255)
    pen = ImageDraw.Draw(page)
    large, small = (ImageFont.truetype(str(FONTS / "Tinos_700Bold.ttf"), size) for size in (26, 17))
    pen.text((310, 60), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", font=small, fill=0, anchor="mm")
    pen.text((310, 150), title.upper(), font=large, fill=0, anchor="mm")
    pen.text((310, 200), _SAMPLE, font=small, fill=90, anchor="mm")
    for line in range(20):
        pen.line((70, 260 + 26 * line, 550 - 37 * line % 90, 260 + 26 * line), fill=120, width=2)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=75)
    return out.getvalue()


def _field(name: str) -> bytes:
    """A field under a sky, other colours for another name."""
    shade = sum(name.encode()) % 40
    picture = Image.new("RGB", (640, 480), (185, 207 - shade, 216))
    pen = ImageDraw.Draw(picture)
    pen.polygon(
        [(0, 300), (160, 190), (300, 280), (430, 210), (640, 320), (640, 480), (0, 480)],
        (93, 122 + shade, 74),
    )
    pen.rectangle((0, 380, 640, 480), (138, 106, 74))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()
