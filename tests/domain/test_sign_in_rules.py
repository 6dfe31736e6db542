"""Codes in text messages, and what devices are called."""

import re

import pytest

from webapp.domain.devices import Device, device_of
from webapp.domain.sign_in_rules import code_message, read_code

SMS = code_message("048213", "tiepcongdan.hanoi.gov.vn")


@pytest.mark.parametrize(
    "typed",
    ["048213", " 048213 ", "048 213", "048-213", "04.82.13", "0 4 8 2 1 3", "０４８２１３", "048\u00a0213"]
    + ["Ma: 048213.", "#048213", "@tiepcongdan.hanoi.gov.vn #048213", SMS, SMS.replace("\n", ""), SMS.upper()]
    + [code_message("048213", "")],
)
def test_the_code_is_found_in_what_people_type_and_paste(typed: str) -> None:
    assert read_code(typed) == "048213"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٠٤٨٢١٣", "12 34", "123456 hoặc 654321"])
def test_what_holds_no_code_or_more_than_one_is_none(typed: str) -> None:
    assert read_code(typed) == ""


def test_the_message_is_one_sms_that_phones_understand() -> None:
    assert len(SMS) <= 160
    assert re.fullmatch(r"[A-Za-z0-9 .:,@#\n-]+", SMS), "letters of the GSM alphabet: others halve the length"
    assert SMS.splitlines()[-1] == "@tiepcongdan.hanoi.gov.vn #048213"
    assert SMS.splitlines()[-2] == ""
    assert "@" not in code_message("048213", "")


WEBKIT, GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)", "Mozilla/5.0"


@pytest.mark.parametrize(
    ("agent", "browser", "system"),
    [
        (
            f"{GECKO} (Linux; Android 10; K) {WEBKIT} Chrome/80.0.0.0 Mobile Safari/537.36",
            "Chrome",
            "Android",
        ),
        (
            f"{GECKO} (Linux; Android 13; SM-A13) {WEBKIT} SamsungBrowser/23.0 Chrome/115.0 Mobile Safari/537.36",
            "Samsung Internet",
            "Android",
        ),
        (
            f"{GECKO} (Windows NT 10.0; Win64; x64) {WEBKIT} coc_coc_browser/117.0 Chrome/111.0 Safari/537.36",
            "Coc Coc",
            "Windows",
        ),
        (
            f"{GECKO} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/120 Safari/537.36 Edg/120",
            "Edge",
            "Windows",
        ),
        (f"{GECKO} (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox", "Linux"),
        (
            f"{GECKO} (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1",
            "Safari",
            "iPhone",
        ),
        (f"{GECKO} (Linux; Android 12; wv) {WEBKIT} Chrome/110 Zalo android/230", "Zalo", "Android"),
        ("curl/8.0", "", ""),
        ("", "", ""),
        ("x" * 100_000, "", ""),
    ],
)
def test_a_device_is_called_by_its_usual_names(agent: str, browser: str, system: str) -> None:
    assert device_of(agent) == Device(browser, system)
