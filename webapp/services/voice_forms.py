"""A voice message in a form that other browsers play: made when it is first asked for, and kept beside it."""

from collections.abc import Callable

from ..domain.attachments import AttachmentKind
from ..domain.errors import NotFound
from ..models import Attachment
from . import attachments
from .attachments import Store
from .passwords import off_loop_here

Convert = Callable[[bytes], bytes | None]
"""The sound in another form; None: nothing in it can be heard."""


def read(visit_id: int, code: str, name: str, convert: Convert, *, store: Store) -> tuple[Attachment, bytes]:
    """The message in the form of this name. Raises NotFound: no such message, or nothing can be heard."""
    attachment = attachments.whole(visit_id, code)
    if attachment.kind is not AttachmentKind.VOICE:
        raise NotFound
    made = off_loop_here(_converted, store, attachment.folder, name, convert)
    if made is None:
        raise NotFound
    return attachment, made


def _converted(store: Store, folder: str, name: str, convert: Convert) -> bytes | None:
    try:
        return store.get(f"{folder}/{name}")
    except FileNotFoundError:
        pass
    try:
        made = convert(store.get(f"{folder}/whole"))
    except FileNotFoundError:
        return None
    if made is not None:
        store.put(f"{folder}/{name}", made)
    return made
