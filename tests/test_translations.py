"""What people can rely on who read no Vietnamese: every text has its English, with the same numbers and names."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from webapp.domain.identity_papers import ISSUERS
from webapp.domain.mixed_kinds import TURNS, WORDS
from webapp.domain.person_names import EVERYBODYS, FAMILIES_TOLD

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = ROOT / "webapp/translations/en/LC_MESSAGES/messages.po"
TEMPLATES = sorted((ROOT / "webapp/templates").rglob("*.html"))
SPOKEN_BY = [*(ROOT / "webapp/domain").rglob("*.py"), *(ROOT / "webapp/services").rglob("*.py")]
SPOKEN_BY += [*(ROOT / "webapp/forms").rglob("*.py"), *(ROOT / "webapp/views").rglob("*.py")]

VIETNAMESE = re.compile(
    r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)
PLACEHOLDER = re.compile(r"%\(\w+\)[ds]|%%|\{\w*\}|\d+/\d{4}")

AS_IT_IS = {"Tiếng Việt"}
"""The language names itself."""
PROPER_NAMES = re.compile("Bắc Từ Liêm|Ba Vì|Quốc Oai|Mỹ Đức|Tản Lĩnh|Lý Thái Tổ|Hoàn Kiếm|Hà Nội")
NOT_TO_TRANSLATE = {
    "đ": "the letter of a clause, and the letter that search takes for a d",
    "Mời đến gặp trực tiếp": "a reason kept in the visit's log",
    "Hết giờ buổi tiếp": "a reason kept in the visit's log",
}

NOT_TO_TRANSLATE |= dict.fromkeys((FAMILIES_TOLD, *EVERYBODYS), "names, looked for in what people write")
NOT_TO_TRANSLATE |= dict.fromkeys(ISSUERS, "as it stands on papers")
NOT_TO_TRANSLATE |= {
    word: "looked for in what people write" for words in (TURNS, *WORDS.values()) for word in words
}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts as `make translations` gathers them."""
    recipe = (ROOT / "Makefile").read_text()
    keywords = re.findall(r"-k \S+", recipe[recipe.index("pybabel -q extract") :].splitlines()[0])
    pot = tmp_path_factory.mktemp("texts") / "messages.pot"
    babel = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg"]
    words = [word for keyword in keywords for word in keyword.split()]
    subprocess.run([*babel, *words, "-o", str(pot), "."], cwd=ROOT, check=True)
    return _catalogue(pot)


@pytest.fixture(scope="module")
def english() -> Catalog:
    return _catalogue(ENGLISH)


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def _texts(message: Message | None) -> list[str]:
    """A message's forms: one, or one for each number."""
    if message is None:
        return [""]
    return [message.string] if isinstance(message.string, str) else list(message.string)


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def test_every_text_has_its_english(extracted: Catalog, english: Catalog) -> None:
    ids = [_id(message) for message in extracted if message.id]
    assert len(ids) > 200
    missing = [text for text in ids if not all(form.strip() for form in _texts(english.get(text)))]
    fuzzy = [_id(message) for message in english if message.id and message.fuzzy]
    assert (missing, fuzzy) == ([], [])


def test_the_english_is_english_and_keeps_every_placeholder(extracted: Catalog, english: Catalog) -> None:
    wrong = []
    for message in extracted:
        for form in _texts(english.get(_id(message))) if message.id else []:
            spoken = PROPER_NAMES.sub("", form)
            if form and sorted(PLACEHOLDER.findall(form)) != sorted(PLACEHOLDER.findall(_id(message))):
                wrong.append((_id(message), form))
            if VIETNAMESE.search(spoken):
                wrong.append((_id(message), form))
    assert wrong == []


def test_the_catalogue_holds_no_text_that_nobody_says(extracted: Catalog, english: Catalog) -> None:
    said = {_id(message) for message in extracted}
    assert [_id(message) for message in english if message.id and _id(message) not in said] == []


def test_the_english_calls_the_menu_s_pages_as_the_menu_does(english: Catalog) -> None:
    page = _texts(english.get("Việc của tôi"))[0]
    quoting = [one for one in english if one.id and "mục Việc của tôi" in _id(one)]
    assert len(quoting) > 5
    assert [_id(one) for one in quoting for form in _texts(one) if page not in form] == []
    ours = re.compile("online citizen reception", re.IGNORECASE)
    names = {name for one in english if one.id for form in _texts(one) for name in ours.findall(form)}
    assert names == {_texts(english.get("Tiếp công dân trực tuyến"))[0]}


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "webapp/templates"))
)
def test_no_vietnamese_stands_in_a_template_outside_a_translated_text(template: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
    outside = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\n", source, flags=re.DOTALL)
    words = [word.strip() for word in re.split(r"<[^>]*>|\n", outside)]
    words += re.findall(r"""\b(?:title|placeholder|aria-label|alt|value|content)=["']([^"']*)""", outside)
    assert [word for word in words if VIETNAMESE.search(word) and word not in AS_IT_IS] == []


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "webapp/templates"))
)
def test_every_vietnamese_text_of_an_expression_is_marked(template: Path) -> None:
    """A text in an expression is an argument of `_` or `ngettext`, or no text for people."""
    source = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
    for expression in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", source, flags=re.DOTALL):
        marked = re.sub(
            r"""\b(?:_|ngettext)\((?:'[^']*'|"[^"]*")(?:, (?:'[^']*'|"[^"]*"))?""", "", expression
        )
        plain = [text for pair in re.findall(r"""'([^']*)'|"([^"]*)\"""", marked) for text in pair]
        assert [text for text in plain if VIETNAMESE.search(text)] == []


@pytest.mark.parametrize("file", SPOKEN_BY, ids=lambda path: str(path.relative_to(ROOT / "webapp")))
def test_every_vietnamese_word_of_the_rules_and_services_has_its_english(
    file: Path, english: Catalog
) -> None:
    texts = [text for text in _spoken(file) if text not in NOT_TO_TRANSLATE]
    missing = [text for text in texts if not all(form.strip() for form in _texts(english.get(text)))]
    assert missing == []


def _spoken(file: Path) -> Iterator[str]:
    """The Vietnamese constants of a module, but not its docstrings."""
    tree = ast.parse(file.read_text())
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    pieces = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        if VIETNAMESE.search(node.value) and id(node) not in told | pieces:
            yield node.value
