"""What an index is frozen with: all that decides whether two articles match. Saved in it, compared when opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from newsclean.errors import FileError, OptionError
from newsclean.index.store import BACKGROUND, DATABASE
from newsclean.neardup.background import Background
from newsclean.neardup.bands import BANDS, ROWS
from newsclean.neardup.options import CONTAINMENT, THRESHOLD, Options, check_options
from newsclean.neardup.signatures import FAMILY, SLOTS

__all__ = ["Settings", "load_background"]

# Of the one-permutation family: its seed is in its name; and how its slots are cut into bands.
_FORMAT: dict[str, Any] = {
    "format": "newsclean.index",
    "version": 2,
    "family": FAMILY,
    "seed": "9e3779b97f4a7c15",
    "slots": SLOTS,
    "bands": f"{BANDS}x{ROWS} ring 0 11 37",
    "shingle": "word-3",
}
_GIVEN = ("threshold", "containment", "window_days", "background", "cleaned")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the caller may choose, as it was given: None where nothing was."""

    threshold: float | None
    containment: float | None
    window_days: int | None
    background: str | None
    """Digest of the background."""
    cleaned: bool
    """Whether a cleaner was given."""

    @classmethod
    def given(
        cls,
        threshold: float | None,
        containment: float | None,
        window_days: int | None,
        background: Background | None,
        cleaned: bool,
    ) -> Settings:
        """Return what the caller gave, checked."""
        settings = cls(
            threshold, containment, window_days, None if background is None else _digest(background), cleaned
        )
        settings.filled().options()
        return settings

    def filled(self) -> Settings:
        """Return the settings of a new index: the defaults where nothing was given."""
        return replace(
            self,
            threshold=THRESHOLD if self.threshold is None else self.threshold,
            containment=CONTAINMENT if self.containment is None else self.containment,
        )

    def options(self) -> Options:
        """Return them as what decides on pairs."""
        assert self.threshold is not None
        assert self.containment is not None
        return check_options(self.threshold, self.containment, "first", self.window_days, "direct")

    def meta(self) -> dict[str, Any]:
        """Return what the index saves."""
        return {**_FORMAT, **{name: getattr(self, name) for name in _GIVEN}}

    def of_file(self, meta: dict[str, Any], folder: Path) -> Settings:
        """Return the settings saved as *meta*.

        Raises:
            FileError: the index was made by something else, or in another way than this version's.
            OptionError: it is frozen with something else than what was given.
        """
        for name, ours in _FORMAT.items():
            if meta.get(name) != ours:
                raise FileError(
                    f"{folder / DATABASE}: {name} is {meta.get(name)!r}, this version of newsclean needs {ours!r}; "
                    "add the articles to a new index, or use the version that made this one"
                )
        saved = Settings(**{name: meta[name] for name in _GIVEN} | {"cleaned": bool(meta["cleaned"])})
        for name in ("threshold", "containment", "window_days", "background"):
            wanted, frozen = getattr(self, name), getattr(saved, name)
            if wanted is not None and wanted != frozen:
                what = "another" if name == "background" and frozen else repr(frozen)
                raise OptionError(
                    f"{folder}: this index is frozen with {name} {what}; leave it out to go on with that, "
                    "or add the articles to a new index"
                )
        if self.cleaned and not saved.cleaned:
            raise OptionError(
                f"{folder}: this index was made without a cleaner; leave it out, or add the articles to a new index"
            )
        return saved


def load_background(folder: Path, digest: str | None) -> Background | None:
    """Return the background that the index in *folder* was frozen with.

    Raises:
        FileError: it cannot be read, or is another.
    """
    if digest is None:
        return None
    background = Background.load(folder / BACKGROUND)
    if _digest(background) != digest:
        raise FileError(
            f"{folder / BACKGROUND}: this is not the background the index was made with; put that file back"
        )
    return background


def _digest(background: Background) -> str:
    return blake2b(background.common.astype(np.dtype("<u8")).tobytes(), digest_size=16).hexdigest()
