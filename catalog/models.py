"""What is sold: a category tree, tags by facet, products and their images."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.addresses import file_address, product_address, thumbnail_name
from catalog.hamming import Bands
from catalog.querysets import ProductQuerySet
from catalog.slugs import unique_slug


class Category(models.Model):
    """A node of the tree. `path` holds the ids from the root down to the node itself."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=140, unique=True, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    path = ArrayField(models.BigIntegerField(), default=list, editable=False)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="category_name_once_per_parent",
                nulls_distinct=False,
            )
        ]
        indexes = [GinIndex(fields=["path"], name="category_path")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the node, its path, and the paths of everything below it.

        A node that moves has its new path in the row before post_save is sent.
        """
        if not self.slug:
            self.slug = unique_slug(Category, self.name)
        above = self.parent.path if self.parent else []
        former, self.path = self.path, [*above, self.pk] if self.pk else []
        super().save(*args, **kwargs)
        path = [*above, self.pk]
        if path != former:
            self.path = path
            Category.objects.filter(pk=self.pk).update(path=path)
            for child in self.children.all():
                child.parent = self
                child.save()

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.slug])

    def clean(self) -> None:
        if self.parent and self.pk in self.parent.path:
            raise ValidationError({"parent": _("A category can't lie below itself.")})


class Tag(models.Model):
    """A value of a facet: `colour:red`, or a bare `sale` (empty facet)."""

    facet = models.CharField(_("facet"), max_length=60, blank=True)
    value = models.CharField(_("value"), max_length=80)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["facet", "value"]
        constraints = [
            models.UniqueConstraint(fields=["facet", "value"], name="tag_once"),
            models.CheckConstraint(
                condition=~models.Q(facet__contains=":"), name="tag_facet_has_no_colon"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The first colon of a name parts facet and value, so only a value behind a facet may hold
        one."""
        if ":" in self.facet:
            raise ValidationError({"facet": _("A facet has no colon. Take it out.")})
        if ":" in self.value and not self.facet:
            message = _("Put what stands before the colon into the facet, and the rest here.")
            raise ValidationError({"value": message})

    @property
    def name(self) -> str:
        """`facet:value`, or the bare value; what filters and imports call the tag."""
        return f"{self.facet}:{self.value}" if self.facet else self.value


class Product(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")

    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=220, unique=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        Category,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="products", verbose_name=_("tags"))
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, such as EUR."))],
    )
    stock = models.PositiveIntegerField(_("stock"), default=0)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.ACTIVE, db_index=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["price"], name="product_price")]
        constraints = [
            models.CheckConstraint(condition=models.Q(price__gte=0), name="product_price_positive")
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = unique_slug(Product, self.title, self.sku)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return product_address(self.slug)

    @property
    def main_image(self) -> ProductImage | None:
        """The image with the lowest position; uses prefetched images where they are there."""
        return next(iter(self.images.all()), None)


def image_path(image: ProductImage, name: str) -> str:
    """A folder of the image's own: a replaced file never serves under a cached address."""
    return f"products/{image.folder.hex[:2]}/{image.folder.hex}/{PurePosixPath(name).name}"


class ProductImage(models.Model):
    """A sanitised picture of a product and its thumbnails.

    `checksum` is the SHA-256 (hex) of the bytes that were uploaded; together with the image's id it
    says whether an embedding is still of this picture. `phash` is catalog.images.phash of it: None
    until computed, FLAT where the picture has no structure.
    """

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="images", verbose_name=_("product")
    )
    folder = models.UUIDField(default=uuid.uuid4, editable=False)
    file = models.ImageField(
        _("file"), upload_to=image_path, width_field="width", height_field="height"
    )
    alt = models.CharField(_("alternative text"), max_length=250, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    checksum = models.CharField(max_length=64, editable=False, db_index=True)
    phash = models.BigIntegerField(null=True, editable=False)
    size = models.PositiveIntegerField(_("bytes"), default=0, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["position", "pk"]
        indexes = [
            # Without a list of pending entries, which every question would read from end to end.
            GinIndex(Bands("phash"), name="image_phash_bands", fastupdate=False),
            models.Index(
                fields=["id"], name="image_without_phash", condition=models.Q(phash__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.alt or f"{self.product_id}/{self.position}"

    def thumbnail_url(self, size: int) -> str:
        """The address of the WebP thumbnail whose longer side is at most `size` pixels; `size` is
        one of catalog.images.THUMBNAIL_SIZES."""
        return file_address(thumbnail_name(self.file.name or "", size))
