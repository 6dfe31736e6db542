"""One form a screen: what is typed, trimmed and named; the rules are the domain's."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField

from ..domain.errors import InvalidInput


class Translations:
    """WTForms speaks no Vietnamese: its few messages come from our catalogue."""

    def gettext(self, text: str) -> str:
        return _(text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return _(one if count == 1 else many)


class PickField(StringField):
    """One answer out of `options` (value, label); which of them is right, the domain says."""

    def __init__(self, *words: Any, options: Sequence[tuple[str, Any]] = (), **more: Any):
        super().__init__(*words, **more)
        self.options = list(options)


class ManyField(Field):
    """Several answers of the same name, as ticked boxes send them."""

    def process_formdata(self, values: list[str]) -> None:
        self.data = values


class Form(FlaskForm):
    """Every form of ours."""

    class Meta:
        csrf = False  # CSRFProtect guards every request, with or without a form

        def get_translations(self, _form: Any) -> Translations:
            return Translations()

    def blame(self, problem: InvalidInput) -> None:
        """Put a domain error beside its field; without one it stands above the form."""
        field = getattr(self, problem.field or "", None)
        if isinstance(field, Field):
            field.errors = [*field.errors, _(problem.message)]
        else:
            self.form_errors.append(_(problem.message))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, message), in the order of the fields, for the summary."""
        own = [(field.id, str(message)) for field in self for message in field.errors]
        return own + [("", str(message)) for message in self.form_errors]
