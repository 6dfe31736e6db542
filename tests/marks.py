"""Marks that several tests share."""

import pytest

postgresql_is_long = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
"""Both databases, of which PostgreSQL is tried by `make test-long` alone: what takes its seconds is the same in both."""
