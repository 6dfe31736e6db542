"""What people can rely on when they look for their commune: an address as one writes it finds it."""

import pytest

from webapp.services import localities

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Tản Lĩnh", "Suối Hai"),
        ("Tản Lĩnh, Ba Vì", "Suối Hai"),
        ("Thôn Hà Tân, xã Tản Lĩnh, huyện Ba Vì, Hà Nội", "Suối Hai"),
        ("Thôn Hà Tân, xã Tản Lĩnh, Ba Vì", "Suối Hai"),
        ("thon 3, xa yen bai, ba vi, ha noi", "Yên Bài"),
        ("Xóm Mít, Vân Hòa, Ba Vì", "Yên Bài"),
        ("Số 5, ngõ 12, phường Xuân Đỉnh", "Xuân Đỉnh"),
        ("Ba Vì, Hà Nội", "Ba Vì"),
    ],
)
def test_an_address_in_the_usual_order_finds_its_commune(typed: str, first: str) -> None:
    localities.load_localities()
    assert localities.search(typed)[0].name == first


def test_the_district_behind_a_commune_is_no_other_place() -> None:
    """It would stand beside the one that is meant, which could not be chosen by itself any more."""
    localities.load_localities()
    assert [place.name for place in localities.search("Thôn Hà Tân, xã Tản Lĩnh, Ba Vì")] == ["Suối Hai"]
