"""An old Office file tells nothing of its makers, and what is read in it stays where it was."""

import hashlib
import struct

import pytest
from flask import Flask

from tests.compound import MORE, SUMMARY, WHO, WIDE, compound, excel, powerpoint, properties, word
from webapp.domain.media_types import DOC, PPT, XLS
from webapp.integrations import inspection
from webapp.integrations.old_office_metadata import without_makers

TOLD = [(SUMMARY, properties()), (MORE, properties(200))]
KINDS = {DOC: word(), XLS: excel(), PPT: powerpoint()}


@pytest.fixture
def database() -> str:
    """Nothing here is kept in one."""
    return "sqlite"


def names_in(content: bytes) -> list[int]:
    """Where a maker's name stands, in letters of one byte, of several, of two."""
    spellings = (
        WHO.encode(),
        WIDE,
        WHO.encode("cp1252", "replace"),
        "dotm".encode("utf-16-le"),
        b"2014-04-11",
    )
    return [content.find(spelling) for spelling in spellings if spelling in content]


def changed(before: bytes, after: bytes) -> set[int]:
    return {place for place, (one, other) in enumerate(zip(before, after, strict=True)) if one != other}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_told_of_the_makers_and_the_rest_stays_byte_for_byte(app: Flask, kind: str) -> None:
    content = compound(*TOLD, *KINDS[kind])
    assert names_in(content)
    found = inspection.inspect(content)
    assert found.media_type == kind and len(found.content) == len(content)
    assert names_in(found.content) == []
    for words in (b"The words themselves", b"styles", b"the rest", b"the cells", b"slides"):
        assert found.content.count(words) == content.count(words)
    assert without_makers(found.content) == found.content


def test_where_word_keeps_them_is_written_over_and_still_read() -> None:
    [(_, head), (_, table)] = streams = word()
    content = compound(*streams)
    after = without_makers(content)
    at = content.index(head[:100])
    first_table = content.index(table[:80])
    assert after[at + 0x2D2 : at + 0x2DA] == bytes(8), "nobody saved it"
    place, length = struct.unpack_from("<II", after, at + 0x19A)
    told = after[first_table + place : first_table + place + length]
    assert struct.unpack("<HHH3H", told) == (0xFFFF, 3, 0, 0, 0, 0), "three texts, all empty"
    dates = struct.unpack_from("<I", after, at + 0x192)[0]
    assert after[first_table + dates + 20 : first_table + dates + 38] == bytes(18)


def test_the_properties_are_a_set_with_nothing_in_it_and_no_storage_says_when_it_was_made() -> None:
    content = compound(*TOLD, *excel())
    after = without_makers(content)
    at = content.index(properties()[:60])
    assert struct.unpack_from("<H", after, at)[0] == 0xFFFE
    assert struct.unpack_from("<I16xI", after, at + 24) == (1, 48)
    assert struct.unpack_from("<II", after, at + 48) == (8, 0)
    root = content.index("Root Entry".encode("utf-16-le"))
    assert content[root + 100 : root + 116] != bytes(16) == after[root + 100 : root + 116]


def test_a_document_within_a_document_is_cleaned_too() -> None:
    content = compound(*TOLD, *word(), within=[*TOLD, *excel()])
    assert len(names_in(content)) > 0
    assert names_in(without_makers(content)) == []


def test_before_excel_97_the_name_is_written_otherwise_and_leaves_too() -> None:
    content = compound(*excel(name="Book"))
    after = without_makers(content)
    at = after.index(struct.pack("<HH", 0x5C, 112)) + 4
    assert after[at : at + 112] == b"\x01".ljust(112, b" ")


def test_what_a_password_encrypts_is_not_written_into() -> None:
    for streams in (excel(locked=True), word(flags=0x0300)):
        content = compound(*TOLD, *streams)
        after = without_makers(content)
        alone = compound(*streams)
        assert len(changed(alone, without_makers(alone))) <= 16, "no more than the times of its root"
        assert after.count(WIDE) == content.count(WIDE)
        assert WHO.encode() not in after, "the properties stand outside of it"


def test_a_signed_file_stays_as_it_is() -> None:
    content = compound(*TOLD, *word(), within=[("_signatures", b"signed")])
    assert without_makers(content) == content


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_broken_off_or_scrambled_stops_nothing(kind: str) -> None:
    content = compound(*TOLD, *KINDS[kind])
    for seed in range(80):
        chance = hashlib.sha256(bytes([seed])).digest()
        broken = bytearray(content[: len(content) * (chance[0] + 1) // 256])
        for number, byte in enumerate(chance[2:]):
            place = chance[number] * 2 + number if number % 2 else chance[number] * len(broken) // 256
            broken[place % len(broken)] = byte
        broken[:8] = content[:8]
        assert len(without_makers(bytes(broken))) == len(broken)


def test_a_list_of_sectors_that_breaks_off_at_the_file_s_end_stops_nothing() -> None:
    content = bytearray(compound(*TOLD, *word())) + bytes(2)
    struct.pack_into("<II", content, 68, len(content) // 512 - 1, 1)  # it goes on in what is left at the end
    assert without_makers(bytes(content)) == content
