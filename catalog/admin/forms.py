"""The product's form and the form of each of its images."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog import services
from catalog.admin.bases import ImageFormBase, ProductFormBase
from catalog.admin.photos import PhotoField, PhotosField
from catalog.models import Product, ProductImage


class ProductForm(ProductFormBase):
    """A product with photos to add. Nothing is stored unless every field and file is right."""

    # Set by the admin on the second try, after storing failed: shown with everything as typed.
    refused_because = ""

    new_photos = PhotosField(
        label=_("Add photos"),
        required=False,
        help_text=_("JPEG, PNG, WebP or AVIF, several at once. The first image is the main one."),
    )

    class Meta:
        model = Product
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.refused_because:
            raise ValidationError(self.refused_because, code="not_stored")
        return self.cleaned_data

    def add_photos(self) -> list[ProductImage]:
        """Stores the new photos behind the images that the product has."""
        return [
            services.add_image(product=self.instance, data=photo.open())
            for photo in self.cleaned_data.get("new_photos", [])
        ]


class ProductImageForm(ImageFormBase):
    """An image's words and place; a file chosen here replaces the picture."""

    photo = PhotoField(label=_("File"), required=False)
    position = forms.IntegerField(
        label=_("Position"),
        required=False,
        min_value=0,
        max_value=32_767,
        widget=forms.NumberInput(attrs={"class": "vSmallNumber"}),
    )

    class Meta:
        model = ProductImage
        fields = ("photo", "alt", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = not self.instance.pk
        self.fields["photo"].required = self.is_new
        if self.is_new:
            self.initial.pop("position", None)  # empty: behind the others
        else:
            self.fields["photo"].label = _("Replace by")

    def clean_position(self) -> int | None:
        """Emptied, an image stays where it was; None lets the service put a new one last."""
        position: int | None = self.cleaned_data["position"]
        return self.initial.get("position") if position is None else position

    def save(self, commit: bool = True) -> ProductImage:
        photo = self.cleaned_data.get("photo")
        if self.is_new and photo is not None:
            return services.add_image(
                product=self.instance.product,
                data=photo.open(),
                alt=self.instance.alt,
                position=self.cleaned_data["position"],
            )
        image: ProductImage = super().save(commit)
        if photo is not None:
            services.replace_image(image=image, data=photo.open())
        return image
