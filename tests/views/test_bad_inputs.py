"""What people can rely on when what they send is wrong: each input has its status and its sentence.

The sentence stands beside the field, in both languages; what was typed is still there, and nothing is changed.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.bad_inputs import World, run
from tests.bad_inputs.report import DOCUMENT, GROUPS, document
from tests.openid import OpenIdProvider
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db
from webapp.services import petition_steps


@pytest.fixture
def app(settings: Settings, openid_server: OpenIdProvider) -> Iterator[Flask]:
    app = create_app(replace(settings, identity_provider=openid_server.settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask, openid_server: OpenIdProvider) -> World:
    return World(app, openid_server)


def test_the_table_has_two_hundred_inputs_and_every_question() -> None:
    assert {f"petition-{step.name}" for step in petition_steps.STEPS} < {group.name for group in GROUPS}
    assert sum(len(group.cases) for group in GROUPS) >= 200


def test_each_bad_input_gets_its_sentence_loses_nothing_and_stands_in_the_document(world: World) -> None:
    outcome = [(group, run(group, world), run(group, world, "en")) for group in GROUPS]
    wrong = [
        (group.name, language, dict(result.case.sent), result.wrong)
        for group, *both in outcome
        for language, results in zip(("vi", "en"), both, strict=True)
        for result in results
        if result.wrong
    ]
    assert wrong == []
    untranslated = [
        told.sentence
        for _group, vi, en in outcome
        for told, other in zip(vi, en, strict=True)
        if told.sentence == other.sentence
    ]
    assert untranslated == []
    assert DOCUMENT.read_text() == document(outcome), "make bad-inputs writes it anew"
