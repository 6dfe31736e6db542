"""Pictures by Pillow: read whole, cleaned of what the camera told, with a thumbnail and, of HEIC, a JPEG."""

import io
import warnings
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from ..domain.media_types import HEIC
from .picture_metadata import without_metadata

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = 100_000_000  # a phone's largest; more is a bomb

_ORIENTATION = 0x0112
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", HEIC: "HEIF"}
_THUMB, _VIEW = (224, 256), (2000, 2000)


@dataclass(frozen=True)
class CleanPicture:
    """The picture as it is kept, small, and as every browser can show it (HEIC only)."""

    content: bytes
    thumb: bytes
    view: bytes | None


def clean(media_type: str, content: bytes) -> CleanPicture:
    """Raises ValueError: it cannot be read, or is larger than any camera's picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[_FORMATS[media_type]]) as picture:
                return _cleaned(picture, media_type, content)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        EOFError,
        OverflowError,
    ) as problem:
        raise ValueError(str(problem)) from None


def _cleaned(picture: Image.Image, media_type: str, content: bytes) -> CleanPicture:
    heic = media_type == HEIC
    orientation = 1 if heic else picture.getexif().get(_ORIENTATION, 1)
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    view = _jpeg(upright, _VIEW, 80) if heic else None
    thumb = _jpeg(upright, _THUMB, 60)
    clean = without_metadata(media_type, content, orientation, *(_told_in_heic(content) if heic else ()))
    return CleanPicture(clean, thumb, view)


def _told_in_heic(content: bytes) -> tuple[bytes, bytes]:
    """EXIF and XMP as they stand in the file: in a picture's `info` the orientation is written over."""
    told = pillow_heif.open_heif(content).info
    return told.get("exif") or b"", told.get("xmp") or b""


def _jpeg(picture: Image.Image, most: tuple[int, int], quality: int) -> bytes:
    small = picture.copy()
    small.thumbnail(most)
    out = io.BytesIO()
    small.info = {}
    small.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
