"""Spaces, the jobs that fill them, and the vectors."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from catalog.models import ProductImage


class EmbeddingSpaceQuerySet(models.QuerySet["EmbeddingSpace"]):
    def active(self) -> Self:
        return self.filter(state=EmbeddingSpace.State.ACTIVE)

    def following(self) -> Self:
        """Spaces that new pictures go to: the active one, those being built, and those that were
        active until a short while ago and may be wanted back."""
        lately = timezone.now() - settings.SPACE_ROLLBACK
        return self.exclude(
            models.Q(state=EmbeddingSpace.State.RETIRED)
            & (models.Q(retired_at=None) | models.Q(retired_at__lte=lately))
        )


class EmbeddingSpace(models.Model):
    """One embedder version's vector space; vectors of two spaces are never compared.

    A space with a `base` is derived: its vectors are a matrix (SpaceProjection) away from those of
    the base, so no picture has to be read to fill it. `bands` were calibrated on this gallery, and
    are empty where the card's own hold. `report` tells how the space was made and compared.
    `paused` says of a space that is being built that its pictures wait until somebody fills it.
    """

    class State(models.TextChoices):
        BUILDING = "building", _("Building")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    name = models.CharField(_("name"), max_length=120, unique=True)
    dim = models.PositiveSmallIntegerField(_("dimensions"))
    card = models.JSONField(_("card"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BUILDING)
    base = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="derived", verbose_name=_("derived from")
    )
    bands = models.JSONField(_("bands"), default=dict, db_default={})
    report = models.JSONField(_("report"), default=dict, db_default={})
    paused = models.BooleanField(_("paused"), default=False, db_default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    activated_at = models.DateTimeField(_("activated"), null=True)
    retired_at = models.DateTimeField(_("retired"), null=True)

    objects = EmbeddingSpaceQuerySet.as_manager()

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

    @property
    def follows(self) -> bool:
        """Whether new pictures go to this space: what `following()` finds."""
        if self.state != self.State.RETIRED:
            return True
        lately = timezone.now() - settings.SPACE_ROLLBACK
        return self.retired_at is not None and self.retired_at > lately

    @property
    def root(self) -> EmbeddingSpace:
        """The space whose vectors come from a network: the base, or this one."""
        return self.base or self

    @property
    def root_id(self) -> int:
        return self.base_id or self.pk

    @property
    def descriptors(self) -> tuple[str, ...]:
        """The descriptors that are stored beside the vectors, in their order."""
        return tuple(self.root.card.get("descriptors", ()))


class SpaceProjection(models.Model):
    """What turns the vectors of a derived space's base into its own."""

    space = models.OneToOneField(
        EmbeddingSpace, models.CASCADE, primary_key=True, related_name="projection"
    )
    matrix = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("projection")
        verbose_name_plural = _("projections")

    def __str__(self) -> str:
        return f"{self.space_id}: {self.sha256[:12]}"


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
        told = _("Image %(image)s in space %(space)s: %(state)s")
        figures = {"image": self.image_id, "space": self.space_id}
        return str(told % {**figures, "state": self.get_state_display()})


class ImageEmbedding(models.Model):
    """An image's vector with the filter columns that seldom change.

    `vector` is an L2-normalised halfvec of its space's dimension. Ids other than the space's are
    plain columns, not foreign keys: the table can be distributed by image. `tag_ids`,
    `category_ids` (the whole path) and `published` follow the catalogue; price and stock change
    often and stay there. `descriptors` are the card's classical vectors, one behind the other;
    `colours` the codes of the picture's dominant colours.
    """

    pk = models.CompositePrimaryKey("image_id", "space_id")
    image_id = models.BigIntegerField()
    space = models.ForeignKey(EmbeddingSpace, models.CASCADE, related_name="embeddings")
    product_id = models.BigIntegerField()
    checksum = models.CharField(max_length=64)
    vector = HalfVectorField()
    descriptors = HalfVectorField(null=True)
    colours = ArrayField(models.SmallIntegerField(), default=list, db_default=[])
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
            GinIndex(fields=["colours"], name="embedding_colours"),
        ]

    def __str__(self) -> str:
        return f"{self.image_id} in {self.space_id}"
