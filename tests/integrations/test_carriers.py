"""What people can rely on when messages leave the house: shown against a real gateway and a real mail server."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import gateways, servers
from webapp.config import MailSettings, Settings, SettingsError, load_settings
from webapp.domain.deliveries import NOT_REACHED, NoAnswer, NotTaken, Receipt, Refused
from webapp.integrations import messages
from webapp.integrations.mail_server import MailServer
from webapp.integrations.sms_gateway import SmsGateway
from webapp.keyring import keyring

PHONE, WORDS, KEY = "+84912345678", 'Số 027: "Mời" Ông/Bà vào $phòng & chờ.\nDòng 2', "near:7"


@pytest.fixture
def gateway() -> Iterator[gateways.Gateway]:
    with gateways.gateway() as one:
        yield one


def sms(tmp_path: Path, url: str, **more: str) -> SmsGateway:
    settings = load_settings({"INSTANCE_PATH": str(tmp_path), "SMS_URL": url, "SMS_TIMEOUT": "2", **more})
    assert settings.sms
    return SmsGateway(settings.sms)


def test_a_message_arrives_as_it_is_and_the_gateways_id_comes_back(
    gateway: gateways.Gateway, tmp_path: Path
) -> None:
    assert sms(tmp_path, gateway.url).send(PHONE, WORDS, KEY) == Receipt("sms-1")
    [asked] = gateway.asked
    assert json.loads(asked["content"]) == {"to": PHONE, "text": WORDS}
    assert (asked["method"], asked["path"], asked["key"]) == ("POST", "/send", KEY)


def test_each_gateways_own_form_is_met_by_settings(gateway: gateways.Gateway, tmp_path: Path) -> None:
    form = {
        "SMS_HEADERS": '{"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Bearer s$$c"}',
        "SMS_BODY": "phone=$digits&sms=$text&ref=$key",
        "SMS_ID": "data.0.ref",
    }
    gateway.answers = {"data": [{"ref": 77}]}
    assert sms(tmp_path, gateway.url, **form).send(PHONE, WORDS, KEY) == Receipt("77")
    sent = parse_qs(gateway.asked[0]["content"])
    assert sent == {"phone": ["84912345678"], "sms": [WORDS], "ref": [KEY]}
    assert gateway.asked[0]["headers"]["Authorization"] == "Bearer s$c"

    query = {"SMS_METHOD": "GET", "SMS_HEADERS": "{}"}
    sms(tmp_path, f"{gateway.url}?to=$to&text=$text", **query).send(PHONE, WORDS, KEY)
    assert parse_qs(urlsplit(gateway.asked[1]["path"]).query) == {"to": [PHONE], "text": [WORDS]}
    assert gateway.asked[1]["content"] == ""


def test_a_gateway_that_says_no_in_its_answer_has_taken_nothing(
    gateway: gateways.Gateway, tmp_path: Path
) -> None:
    one = sms(tmp_path, gateway.url, SMS_OK="result.code=100")
    gateway.answers = {"result": {"code": 100}}
    assert one.send(PHONE, WORDS, KEY).gateway_id == "sms-1"
    for answers in ({"result": {"code": 104}}, {"result": []}, {}):
        gateway.answers = answers
        with pytest.raises(NotTaken) as problem:
            one.send(PHONE, WORDS, KEY)
        assert not isinstance(problem.value, Refused)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(429, NotTaken), (503, NotTaken), (500, NoAnswer), (502, NoAnswer), (504, NoAnswer), (408, NoAnswer)]
    + [(400, Refused), (401, Refused), (404, Refused), (302, Refused)],
)
def test_what_an_answer_means(
    gateway: gateways.Gateway, tmp_path: Path, status: int, outcome: type[Exception]
) -> None:
    gateway.behaviours = [status]
    with pytest.raises(outcome, match=str(status)) as problem:
        sms(tmp_path, gateway.url).send(PHONE, WORDS, KEY)
    assert type(problem.value) is outcome
    assert len(gateway.asked) == 1, "nobody else is asked, and nobody twice"


@pytest.mark.parametrize("behaviour", ["slow", "drip", "drop"])
def test_an_answer_that_never_comes_leaves_it_in_doubt(
    gateway: gateways.Gateway, tmp_path: Path, behaviour: str
) -> None:
    gateway.behaviours = [behaviour]
    with pytest.raises(NoAnswer):
        sms(tmp_path, gateway.url).send(PHONE, WORDS, KEY)
    assert list(gateway.taken) == [KEY], "the gateway has it all the same"


def test_an_answer_that_comes_twice_is_not_taken_for_the_next_messages(
    gateway: gateways.Gateway, tmp_path: Path
) -> None:
    gateway.behaviours = ["twice"]
    one = sms(tmp_path, gateway.url)
    assert [one.send(PHONE, WORDS, key).gateway_id for key in ("a", "b", "a")] == ["sms-1", "sms-2", "sms-1"]


@pytest.mark.parametrize("host", ["127.0.0.1", "khong-co.invalid"])
def test_a_gateway_that_cannot_be_reached_has_taken_nothing(tmp_path: Path, host: str) -> None:
    with pytest.raises(NotTaken, match=NOT_REACHED):
        sms(tmp_path, f"http://{host}:{servers.free_port()}/").send(PHONE, WORDS, KEY)


def test_a_gateway_without_the_certificate_that_it_should_have_gets_nothing(
    gateway: gateways.Gateway, tmp_path: Path
) -> None:
    with pytest.raises(NotTaken, match=NOT_REACHED):
        sms(tmp_path, gateway.url.replace("http:", "https:")).send(PHONE, WORDS, KEY)
    assert gateway.taken == {}


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"SMS_URL": "ftp://x"}, "SMS_URL must begin"),
        ({"SMS_METHOD": "DELETE"}, "SMS_METHOD must be"),
        ({"SMS_HEADERS": "Authorization: x"}, "SMS_HEADERS must be"),
        ({"SMS_HEADERS": '{"A": "b\\nc"}'}, "SMS_HEADERS must be"),
        ({"SMS_BODY": "$to $words"}, "know .to, .digits, .text and .key only"),
        ({"SMS_BODY": "$to 5$"}, "is written"),
        ({"SMS_BODY": "$text"}, "must hold"),
        ({"SMS_BODY": "$to"}, "must hold"),
        ({"SMS_TIMEOUT": "0"}, "from 1 to 60"),
        ({"SMS_TIMEOUT": "soon"}, "must be a number"),
        ({"SMS_OK": "100"}, "like status=success"),
        ({"PUBLIC_HOST": "https://x.vn/"}, "a name alone"),
        ({"SMTP_HOST": "x"}, "set MAIL_FROM"),
        ({"SMTP_HOST": "x", "MAIL_FROM": "a@b.vn", "SMTP_SECURITY": "some"}, "starttls, tls or none"),
        (
            {"SMTP_HOST": "x", "MAIL_FROM": "a@b.vn", "SMTP_SECURITY": "none", "SMTP_USER": "u"},
            "show the password",
        ),
    ],
)
def test_a_setting_that_cannot_work_stops_the_start(
    tmp_path: Path, env: dict[str, str], sentence: str
) -> None:
    usual = {"INSTANCE_PATH": str(tmp_path), "SMS_URL": "http://127.0.0.1/"}
    assert load_settings(usual).sms
    with pytest.raises(SettingsError, match=sentence):
        load_settings(usual | env)


def test_secrets_are_not_told_with_the_settings(tmp_path: Path) -> None:
    env = {"SMS_URL": "http://127.0.0.1/", "SMS_HEADERS": '{"Authorization": "Bearer hush"}'}
    env |= {"SMTP_HOST": "x", "MAIL_FROM": "a@b.vn", "SMTP_USER": "u", "SMTP_PASSWORD": "hush"}
    assert "hush" not in repr(load_settings({"INSTANCE_PATH": str(tmp_path)} | env))


@pytest.fixture
def letters() -> gateways.Letters:
    return gateways.Letters()


@pytest.fixture(params=["none", "starttls", "tls"])
def mail(
    request: pytest.FixtureRequest,
    letters: gateways.Letters,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MailServer]:
    """A mail server that speaks openly, or under a certificate of its own, which we were told of, to whom it knows."""
    security, certificate = str(request.param), servers.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    port, user = servers.free_port(), gateways.USER if security == "starttls" else ""
    with gateways.mail_server(letters, port, security, certificate):
        sender = "tiepdan@example.vn"
        yield MailServer(MailSettings("127.0.0.1", port, security, user, gateways.PASSWORD, sender))


def test_a_letter_arrives_as_it_is_and_tells_nothing_in_its_subject(
    mail: MailServer, letters: gateways.Letters, request: pytest.FixtureRequest
) -> None:
    receipts = {mail.send("lanh@example.vn", WORDS, KEY) for _ in range(2)}
    read = [message_from_bytes(one.content or b"", policy=policy.default) for one in letters.taken]  # type: ignore[arg-type]
    assert [one.rcpt_tos for one in letters.taken] == [["lanh@example.vn"]] * 2
    assert {one.get_content().strip() for one in read} == {WORDS}
    assert {str(one["Subject"]) for one in read} == {"Tiếp công dân trực tuyến"}
    assert {Receipt(str(one["Message-ID"])) for one in read} == receipts, "one key, one Message-ID"
    assert len(receipts) == 1
    assert letters.secure == ["none" not in request.node.name] * 2


@pytest.mark.parametrize(
    ("reply", "outcome"), [("451 later", NotTaken), ("554 never", Refused), ("drop", NoAnswer)]
)
def test_what_a_mail_servers_reply_means(
    mail: MailServer, letters: gateways.Letters, reply: str, outcome: type[Exception]
) -> None:
    letters.replies = [reply]
    with pytest.raises(outcome) as problem:
        mail.send("lanh@example.vn", WORDS, KEY)
    assert type(problem.value) is outcome
    assert "lanh" not in str(problem.value)


def test_an_address_that_the_mail_server_does_not_know_is_refused(
    mail: MailServer, letters: gateways.Letters
) -> None:
    letters.refused = {"khong@example.vn"}
    with pytest.raises(Refused, match="550"):
        mail.send("khong@example.vn", WORDS, KEY)
    assert letters.taken == []


def test_a_mail_server_without_its_certificate_gets_nothing(
    letters: gateways.Letters, tmp_path: Path
) -> None:
    port, certificate = servers.free_port(), servers.certificate(tmp_path)
    one = MailServer(MailSettings("127.0.0.1", port, "starttls", "u", "p", "tiepdan@example.vn"))
    with (
        gateways.mail_server(letters, port, "starttls", certificate),
        pytest.raises(NotTaken, match=NOT_REACHED),
    ):
        one.send("lanh@example.vn", WORDS, KEY)
    with pytest.raises(NotTaken, match=NOT_REACHED):
        one.send("lanh@example.vn", WORDS, KEY)
    assert letters.taken == []


def test_a_mail_server_that_does_not_know_us_gets_nothing(
    letters: gateways.Letters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, certificate = servers.free_port(), servers.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    one = MailServer(
        MailSettings("127.0.0.1", port, "starttls", gateways.USER, "wrong", "tiepdan@example.vn", timeout=2)
    )
    with gateways.mail_server(letters, port, "starttls", certificate), pytest.raises(NotTaken):
        one.send("lanh@example.vn", WORDS, KEY)
    assert letters.taken == []


@pytest.mark.parametrize("demo", [False, True])
def test_without_a_gateway_only_the_demo_takes_messages(tmp_path: Path, demo: bool) -> None:
    keyring.load(tmp_path / "data.keys")
    send = messages.sender(Settings(tmp_path, "sqlite://", demo=demo))
    for channel in ("sms", "email"):
        with nullcontext() if demo else pytest.raises(NotTaken):
            assert send(channel, PHONE, WORDS, KEY) == Receipt(shown_here=True)


def test_the_gateways_key_is_the_messages_own_in_this_installation(
    gateway: gateways.Gateway, tmp_path: Path
) -> None:
    keys = []
    for name in ("one", "two"):
        env = {"INSTANCE_PATH": str(tmp_path / name), "SMS_URL": gateway.url}
        settings = load_settings(env)
        keyring.load(settings.instance_path / "data.keys")
        for _ in range(2):
            messages.sender(settings)("sms", PHONE, WORDS, KEY)
        keys.append({asked["key"] for asked in gateway.asked[-2:]})
    assert [len(one) for one in keys] == [1, 1]
    assert keys[0].isdisjoint(keys[1])
