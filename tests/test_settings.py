"""What an operator can rely on: a provider of electronic identities is set whole, or the start is refused."""

from pathlib import Path

import pytest

from webapp.config import IdentityProviderSettings, SettingsError, load_settings
from webapp.domain.identity_levels import ClaimNames

WHOLE = {
    "EID_ISSUER": "https://id.example",
    "EID_CLIENT_ID": "tiep-cong-dan",
    "EID_CLIENT_SECRET": "bi mat",
}


def load(tmp_path: Path, **env: str) -> IdentityProviderSettings | None:
    return load_settings({"INSTANCE_PATH": str(tmp_path), **env}).identity_provider


def test_without_an_issuer_there_is_no_provider(tmp_path: Path) -> None:
    assert load(tmp_path) is None
    assert load(tmp_path, **(WHOLE | {"EID_ISSUER": ""})) is None


def test_three_settings_are_enough_and_each_other_can_be_told(tmp_path: Path) -> None:
    assert load(tmp_path, **WHOLE) == IdentityProviderSettings(
        "https://id.example", "tiep-cong-dan", "bi mat"
    )
    told = {
        "EID_LABEL": "Cổng thử",
        "EID_SCOPES": "openid danh_tinh",
        "EID_CLAIM_NAME": "ho_ten",
        "EID_CLAIM_NUMBER": "so_dinh_danh",
        "EID_CLAIM_LEVEL": "muc",
        "EID_CLAIM_PHONE": "dien_thoai",
    }
    found = load(tmp_path, **WHOLE, **told)
    assert found is not None
    assert (found.label, found.scopes) == ("Cổng thử", "openid danh_tinh")
    assert found.claims == ClaimNames("ho_ten", "so_dinh_danh", "muc", "dien_thoai")
    assert "bi mat" not in repr(found)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"EID_CLIENT_ID": ""}, "EID_CLIENT_ID"),
        ({"EID_CLIENT_SECRET": ""}, "EID_CLIENT_SECRET"),
        ({"EID_ISSUER": "http://id.example"}, "https://"),
        ({"EID_ISSUER": "id.example"}, "https://"),
        ({"EID_SCOPES": "profile"}, "openid"),
    ],
)
def test_what_cannot_be_used_stops_the_start_with_a_sentence(
    tmp_path: Path, changed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load(tmp_path, **(WHOLE | changed))
    assert load(tmp_path, **(WHOLE | {"EID_ISSUER": "http://127.0.0.1:4000"})) is not None, (
        "for trying it out"
    )


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("203.0.113.7", 60),
        ("::ffff:203.0.113.7", 60),
        ("198.51.100.200", 60),
        ("2001:db8:5::9", 60),
        ("203.0.113.8", 5),
        ("127.0.0.1", 5),
        ("", 5),
        ("unknown", 5),
    ],
)
def test_more_codes_are_sent_to_addresses_that_are_told_to_be_shared(
    tmp_path: Path, address: str, codes: int
) -> None:
    told = {"SHARED_ADDRESSES": "203.0.113.7, 198.51.100.0/24 2001:db8:5::/48", "SHARED_CODES_AN_HOUR": "60"}
    settings = load_settings({"INSTANCE_PATH": str(tmp_path), **told})
    assert settings.shared_addresses.allowed(address) == codes


def test_the_people_of_the_demo_share_one_machine(tmp_path: Path) -> None:
    shared = load_settings({"INSTANCE_PATH": str(tmp_path)}).shared_addresses
    assert [shared.allowed(one, demo=True) for one in ("127.0.0.1", "::1", "192.0.2.1")] == [100, 100, 5]


@pytest.mark.parametrize(
    "told",
    [
        {"SHARED_ADDRESSES": "203.0.113"},
        {"SHARED_ADDRESSES": "203.0.113.7/24"},
        {"SHARED_CODES_AN_HOUR": "4"},
        {"SHARED_CODES_AN_HOUR": "nhiều"},
    ],
    ids=["half an address", "no network", "too few", "no number"],
)
def test_shared_addresses_that_cannot_be_used_stop_the_start_with_a_sentence(
    tmp_path: Path, told: dict[str, str]
) -> None:
    [name] = told
    with pytest.raises(SettingsError, match=name):
        load_settings({"INSTANCE_PATH": str(tmp_path), **told})
