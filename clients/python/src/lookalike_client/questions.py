"""What a question is made of."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal

Photo = bytes | Path | BinaryIO
Encoding = Literal["float", "base64"]
Sort = Literal["similarity", "price", "-price", "newest"]
Crop = Sequence[float]
Price = Decimal | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a product must satisfy; what isn't given narrows nothing."""

    tags: Sequence[str] = ()
    any_tags: Sequence[str] = ()
    not_tags: Sequence[str] = ()
    facet_tags: Sequence[str] = ()
    category: str | None = None
    price_min: Price | None = None
    price_max: Price | None = None
    in_stock: bool | None = None
    colours: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name in ("tags", "any_tags", "not_tags", "facet_tags", "colours"):
            if isinstance(value := getattr(self, name), str):
                raise TypeError(f"{name} is a list: {name}=[{value!r}].")

    def given(self) -> dict[str, Any]:
        """What is set, as JSON has it."""
        values = {each.name: as_json(getattr(self, each.name)) for each in fields(self)}
        return {name: value for name, value in values.items() if value not in (None, [])}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One of a photo, a product (its SKU) or an earlier query; a `weight` below 0 means unlike."""

    photo: Photo | None = None
    product: str | None = None
    query_id: str | None = None
    crop: Crop | None = None
    weight: float | None = None

    def given(self) -> dict[str, Any]:
        """What is set, as JSON has it."""
        values = {
            "image_base64": None if self.photo is None else as_base64(self.photo),
            "product": self.product,
            "query_id": self.query_id,
            "crop": as_json(self.crop),
            "weight": self.weight,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo, or with `crop` a part of it, to make a vector of."""

    photo: Photo
    crop: Crop | None = None

    def given(self) -> dict[str, Any]:
        """What is set, as JSON has it."""
        crop = {} if self.crop is None else {"crop": as_json(self.crop)}
        return {"image_base64": as_base64(self.photo), **crop}


def read_photo(photo: Photo) -> bytes:
    """The photo's bytes. Raises TypeError for a text: a file is named by a pathlib.Path."""
    if isinstance(photo, bytes):
        return photo
    if isinstance(photo, Path):
        return photo.read_bytes()
    if hasattr(photo, "read"):
        return photo.read()
    raise TypeError(
        f"A photo is bytes, a pathlib.Path or an open binary file, not {type(photo).__name__}."
    )


def as_base64(photo: Photo) -> str:
    """The photo as JSON has it."""
    return base64.b64encode(read_photo(photo)).decode()


def as_json(value: Any) -> Any:
    """A decimal number as text, so that nothing is rounded; any sequence as a list."""
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
