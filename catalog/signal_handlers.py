"""What follows when rows of the catalogue go."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from catalog.files import remove_files_after_commit
from catalog.models import ProductImage
from catalog.services import storage_of, stored_names


@receiver(post_delete, sender=ProductImage, dispatch_uid="catalog.remove_image_files")
def remove_image_files(*, instance: ProductImage, **_: Any) -> None:
    """A deleted image, alone or with its product, takes its files along once that is committed."""
    if names := stored_names(instance):
        remove_files_after_commit(storage_of(instance), names)
