"""Send every bad input to an application of its own, and write docs/bad-inputs.md."""

import sys
import tempfile
from pathlib import Path

import flask_migrate

from tests.bad_inputs import World, run
from tests.bad_inputs.report import DOCUMENT, GROUPS, document
from tests.openid import OpenIdProvider
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db


def main() -> int:
    """1: something got another answer than the table states; nothing is written then."""
    provider = OpenIdProvider(["http://localhost/login/electronic/back"])
    try:
        with tempfile.TemporaryDirectory(prefix="tcd-bad-inputs-") as folder:
            app = create_app(
                Settings(
                    instance_path=Path(folder),
                    database_url=f"sqlite:///{folder}/app.db",
                    demo=True,
                    secret_key="tests",
                    rate_limits=False,
                    testing=True,
                    identity_provider=provider.settings,
                )
            )
            with app.app_context():
                flask_migrate.upgrade()
                world = World(app, provider)
                outcome = [(group, run(group, world), run(group, world, "en")) for group in GROUPS]
                db.session.remove()
                db.engine.dispose()
    finally:
        provider.stop()
    wrong = [
        f"{group.name} {dict(result.case.sent)!r:.200}: {'; '.join(result.wrong)}"
        for group, *both in outcome
        for results in both
        for result in results
        if result.wrong
    ]
    if wrong:
        print("\n".join(wrong))
        return 1
    DOCUMENT.write_text(document(outcome))
    print(f"{DOCUMENT}: {sum(len(results) for _group, results, _english in outcome)} inputs")
    return 0


sys.exit(main())
