"""What catalogue staff see. Django finds the admin classes by importing this package."""

from __future__ import annotations

from catalog.admin.images import ImageFormSet, ProductImageInline
from catalog.admin.product import ProductAdmin
from catalog.admin.taxonomy import CategoryAdmin, TagAdmin

__all__ = ["CategoryAdmin", "ImageFormSet", "ProductAdmin", "ProductImageInline", "TagAdmin"]
