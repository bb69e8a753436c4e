"""Form fields for photos, each of which passes the decode contract, and the input they share."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from catalog.admin.staging import stage, unstage
from catalog.errors import ImageRejected
from catalog.images import Picture, Readable, decode

ACCEPT = "image/jpeg,image/png,image/webp,image/avif"
PHOTOS_AT_ONCE = 50
PREVIEW_SIDE = 160


@dataclass(frozen=True)
class Photo:
    """One file of the field: just uploaded, or put aside by an earlier try (`token`)."""

    name: str
    file: UploadedFile[Any] | None = None
    token: str = ""

    def open(self) -> bytes | Readable:
        """What the decode contract and the services take, from its first byte, as often as asked.

        Raises ImageRejected where a photo that was put aside is gone.
        """
        if self.file is not None:
            self.file.seek(0)
            return self.file
        kept = unstage(self.token)
        if kept is None:
            raise ImageRejected(_gone(self.name), code="empty")
        return kept[0]

    def decode(self) -> Picture:
        return decode(self.open())

    def put_aside(self) -> str | None:
        """The token under which the next try finds it again; None if the disk took no more."""
        if self.file is None:
            return self.token
        self.file.seek(0)
        return stage(self.file.read(), self.name)


def _gone(name: str) -> str:
    return str(_("%(name)s was kept for a day only. Choose it again.") % {"name": name})


def refusal(name: str, error: ImageRejected) -> ValidationError:
    """The contract's sentence with the name of the file it is about."""
    return ValidationError(
        "%(name)s: %(message)s", code=error.code, params={"name": name, "message": error.message}
    )


class PhotosInput(forms.FileInput):
    """A file input, a drop zone around it, and what an earlier try of the form left behind."""

    template_name = "admin/widgets/photos.html"
    allow_multiple_selected = True

    class Media:
        js = [forms.Script("admin/photos.js", type="module")]

    def __init__(self, *, multiple: bool = True) -> None:
        super().__init__(attrs={"accept": ACCEPT, "multiple": multiple})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Photo]:
        kept = [(token, unstage(token)) for token in _values(data, f"{name}-kept")]
        return [
            *(Photo(found[1], token=token) for token, found in kept if found),
            *(Photo(upload.name or "", upload) for upload in _values(files, name)),
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-kept" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Puts the good photos of a refused form aside, so that the page can offer them again."""
        context = super().get_context(name, None, attrs)
        kept = (_keep(photo) for photo in value or [])
        context["widget"]["kept"] = [each for each in kept if each]
        return context


def _values(source: Any, name: str) -> list[Any]:
    """All values of the name; none where the request had no such part at all."""
    return source.getlist(name) if isinstance(source, MultiValueDict) else []


def _keep(photo: Photo) -> dict[str, str] | None:
    try:
        picture = photo.decode()
        token = photo.put_aside()
    except ImageRejected:
        return None  # the field's own error names it
    return {"name": photo.name, "token": token, "preview": _data_url(picture)} if token else None


def _data_url(picture: Picture) -> str:
    """A small preview inside the page itself: photos put aside have no address."""
    small, buffer = picture.image.copy(), io.BytesIO()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    small.save(buffer, "WEBP", quality=70)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


class PhotosField(forms.Field):
    """Cleans to a list of `Photo`; an error for every file that is no picture, with its name."""

    widget: type[forms.Widget] | forms.Widget = PhotosInput

    def clean(self, value: Any) -> Any:
        photos: list[Photo] = value or []
        if len(photos) > PHOTOS_AT_ONCE:
            raise ValidationError(
                _("%(count)d photos at once are too many. Send %(most)d at most, then the rest."),
                code="too_many",
                params={"count": len(photos), "most": PHOTOS_AT_ONCE},
            )
        errors = [error for error in map(_check, photos) if error]
        if errors:
            raise ValidationError(errors)
        return photos

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class PhotoField(PhotosField):
    """One photo; cleans to a `Photo`, or to None without a file. A new choice beats a kept one."""

    widget = PhotosInput(multiple=False)

    def clean(self, value: Any) -> Any:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        return next(iter(super().clean((value or [])[-1:])), None)


def _check(photo: Photo) -> ValidationError | None:
    try:
        photo.decode()
    except ImageRejected as error:
        return refusal(photo.name, error)
    return None
