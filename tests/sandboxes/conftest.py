"""The backends as fixtures."""

import pytest
from open_backends import close_all, open_backend

ISOLATING = [
    pytest.param("docker", marks=pytest.mark.docker),
    "namespaces",
    "confined",
]


@pytest.fixture(params=ISOLATING)
def pool(request):
    return open_backend(request.param)


@pytest.fixture
def namespaces():
    return open_backend("namespaces")


@pytest.fixture(scope="session", autouse=True)
def _closed_at_the_end():
    yield
    close_all()
