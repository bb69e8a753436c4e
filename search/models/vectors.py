"""Spaces, the jobs that fill them, and the vectors."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from catalog.models import ProductImage


class EmbeddingSpace(models.Model):
    """One embedder version's vector space; vectors of two spaces are never compared."""

    class State(models.TextChoices):
        BUILDING = "building", _("Building")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    name = models.CharField(_("name"), max_length=120, unique=True)
    dim = models.PositiveSmallIntegerField(_("dimensions"))
    card = models.JSONField(_("card"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BUILDING)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("embedding space")
        verbose_name_plural = _("embedding spaces")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="one_active_space"
            )
        ]

    def __str__(self) -> str:
        return self.name


class EmbeddingJob(models.Model):
    """Whether an image has its vector in a space: the claim queue and the index-state badge.

    Narrow and apart from the vectors, so that a change of state never touches a vector row.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    image = models.ForeignKey(ProductImage, models.CASCADE, related_name="jobs")
    space = models.ForeignKey(EmbeddingSpace, models.CASCADE, related_name="jobs")
    checksum = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(null=True)
    error = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("embedding job")
        verbose_name_plural = _("embedding jobs")
        constraints = [
            models.UniqueConstraint(fields=["image", "space"], name="one_job_per_image_and_space")
        ]
        indexes = [
            models.Index(
                fields=["space", "id"], condition=models.Q(state="pending"), name="job_pending"
            ),
            models.Index(
                fields=["space", "id"], condition=models.Q(state="failed"), name="job_failed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.image_id} in {self.space_id}: {self.state}"


class ImageEmbedding(models.Model):
    """An image's vector with the filter columns that seldom change.

    `vector` is an L2-normalised halfvec of its space's dimension. Ids other than the space's are
    plain columns, not foreign keys: the table can be distributed by image. `tag_ids`,
    `category_ids` (the whole path) and `published` follow the catalogue; price and stock change
    often and stay there.
    """

    pk = models.CompositePrimaryKey("image_id", "space_id")
    image_id = models.BigIntegerField()
    space = models.ForeignKey(EmbeddingSpace, models.CASCADE, related_name="embeddings")
    product_id = models.BigIntegerField()
    checksum = models.CharField(max_length=64)
    vector = HalfVectorField()
    tag_ids = ArrayField(models.BigIntegerField(), default=list)
    category_ids = ArrayField(models.BigIntegerField(), default=list)
    published = models.BooleanField()

    class Meta:
        verbose_name = _("image embedding")
        verbose_name_plural = _("image embeddings")
        indexes = [
            models.Index(fields=["product_id"], name="embedding_product"),
            GinIndex(fields=["tag_ids"], name="embedding_tags"),
            GinIndex(fields=["category_ids"], name="embedding_categories"),
        ]

    def __str__(self) -> str:
        return f"{self.image_id} in {self.space_id}"
