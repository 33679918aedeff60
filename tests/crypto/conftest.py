"""Keys at their true cost."""

import pytest


@pytest.fixture(autouse=True)
def at_true_cost(true_argon2id: None) -> None:
    """Derive every key as the product does."""
