"""Django's admin classes, typed by their model.

They take a model in brackets for the type checker alone; at run time they refuse it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin

if TYPE_CHECKING:
    from catalog.models import Category, Product, ProductImage, Tag

    CategoryAdminBase = admin.ModelAdmin[Category]
    TagAdminBase = admin.ModelAdmin[Tag]
    ProductAdminBase = admin.ModelAdmin[Product]
    ProductFormBase = forms.ModelForm[Product]
    ImageFormBase = forms.ModelForm[ProductImage]
    ImageInlineBase = admin.StackedInline[ProductImage, Product]
else:
    CategoryAdminBase = TagAdminBase = ProductAdminBase = admin.ModelAdmin
    ProductFormBase = ImageFormBase = forms.ModelForm
    ImageInlineBase = admin.StackedInline
