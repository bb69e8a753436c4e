"""What this project raises on purpose: a stable code, and a sentence a person can act on."""

from __future__ import annotations


class LookalikeError(Exception):
    """Base of every expected failure.

    `code` is stable and for programs; `message` says what was wrong and what to do next; `field`
    names the input it is about, where there is one. `typed` is a sentence for the command line
    alone, on what to type: pages have buttons.
    """

    code = "error"

    def __init__(
        self, message: str, *, code: str | None = None, field: str | None = None, typed: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.typed = typed
        self.code = code or self.code
        self.field = field


class ImageRejected(LookalikeError):
    """An uploaded file is no picture that this shop takes.

    `code` is one of: empty, too_large, unsupported_type, corrupt, too_many_pixels, too_small, and
    for a customer's photo too_dark.
    """

    def __init__(self, message: str, *, code: str, field: str | None = "image") -> None:
        super().__init__(message, code=code, field=field)


class StorageFull(LookalikeError):
    """The disk took no more; nothing was stored."""

    code = "storage_full"


class ValueRefused(LookalikeError):
    """A column of the catalogue can't take that value; `field` names it."""

    code = "invalid"


class NoSuchProduct(LookalikeError):
    """No product has that SKU, or none that the caller may see."""

    code = "unknown_product"


class NoSuchImage(LookalikeError):
    """No image has that id."""

    code = "unknown_image"
