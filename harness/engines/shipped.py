"""Models that come with this program: a folder in harness/models is a model by its name."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "models"


def resolve(model: str, folder: Path = FOLDER) -> str:
    """The path of the shipped model of that name; any other name, path or URL as it is.

    A folder of that name in the working directory comes first.
    """
    if not model or Path(model).name != model or Path(model).exists():
        return model
    shipped = folder / model
    return str(shipped) if (shipped / "config.json").is_file() else model


def name(model: str, folder: Path = FOLDER) -> str:
    """What a model is called in tables: a shipped one by its name, wherever this program is installed."""
    return Path(model).name if Path(model).parent == folder else model
