"""In which language a person is written to, and our texts in it, where no page is being shown."""

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from ..models import Account
from .unit_of_work import unit_of_work

SOURCE = "vi"
"""What the texts are written in; every other language is a folder of the catalogue."""
_CATALOGUE = Path(__file__).resolve().parent.parent / "translations"


def in_language(text: str, language: str) -> str:
    """One of our own texts in this language; as it is written where there is no such language."""
    if not text or language == SOURCE:
        return text  # to gettext an empty text is the catalogue's own head
    return _words(language).gettext(text)


@cache
def _words(language: str) -> NullTranslations:
    return Translations.load(_CATALOGUE, [language])


def choose(account_id: int, language: str) -> None:
    """From now on messages and letters to this account are in this language."""
    with unit_of_work() as work:
        account = work.session.get_one(Account, account_id)
        if account.language != language:
            account.language = language
