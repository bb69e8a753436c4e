"""What customers ask and what was found. No row here holds a photo."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from catalog.models import Product
from search.models.vectors import EmbeddingSpace


def this_hour() -> datetime:
    """Now, as finely as feedback tells it."""
    return timezone.now().replace(minute=0, second=0, microsecond=0)


class PhotoQueryQuerySet(models.QuerySet["PhotoQuery"]):
    def alive(self) -> Self:
        return self.filter(expires_at__gt=timezone.now())

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())

    def in_line(self, line: uuid.UUID) -> Self:
        """The first query of a line, all that were made from it, and what others made of a link to
        one of these."""
        of_line = models.Q(pk=line) | models.Q(origin=line) | models.Q(lent_by=line)
        return self.filter(of_line)


class PhotoQuery(models.Model):
    """What a customer asked, without the photo: the vector, the words, where it came from.

    Either `vector` (with its space) or `text` or both are there. `worded` says that the vector is
    the words' own, in a space that knows words: no picture was given. `product` is set where a
    stored product was the question: it isn't shown as its own answer. `parent` is the query that
    this one was made from, `origin` the first of that line; `liked` and `disliked` are the titles
    of the hits that moved it. Both ids are plain columns: the purge needn't look for later queries,
    and a line can be forgotten whole when its first query is gone. `suggestions` are up to three
    boxes [x, y, width, height] in 0..1 around the things in the photo, the likeliest first.
    `shared` marks a copy that was made for a link to be passed on: whoever has it sees nothing of
    the line that it came from. What is made from that is `lent_by` the line, which is never shown:
    it ends when its owner forgets. `by_words` says that the line began without a picture. `said`
    counts the feedback that was recorded for it, as services.saying has it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    space = models.ForeignKey(EmbeddingSpace, models.CASCADE, null=True)
    vector = HalfVectorField(null=True)
    descriptors = HalfVectorField(null=True)
    text = models.CharField(max_length=200, blank=True)
    worded = models.BooleanField(default=False, db_default=False)
    product = models.ForeignKey(Product, models.CASCADE, null=True)
    crop = models.JSONField(null=True)
    parent = models.UUIDField(null=True)
    origin = models.UUIDField(null=True, db_index=True)
    liked = ArrayField(models.CharField(max_length=200), default=list, db_default=[])
    disliked = ArrayField(models.CharField(max_length=200), default=list, db_default=[])
    suggestions = models.JSONField(default=list, db_default=[])
    shared = models.BooleanField(default=False, db_default=False)
    lent_by = models.UUIDField(null=True, db_index=True)
    by_words = models.BooleanField(default=False, db_default=False)
    said = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = PhotoQueryQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo query")
        verbose_name_plural = _("photo queries")

    def __str__(self) -> str:
        return str(self.id)

    @property
    def line(self) -> uuid.UUID:
        """The id that this query shares with all that were made from it or led to it. Not for
        whoever came by a shared link: it leads to the query that was shared."""
        return self.origin or self.id

    @property
    def onward(self) -> uuid.UUID | None:
        """The line that what is made from this query joins; None where it begins one of its own,
        as after a shared one: several people go on from there."""
        return None if self.shared else self.line

    @property
    def lender(self) -> uuid.UUID | None:
        """The line of whoever shared what this query is, or comes from; None for one's own."""
        return self.origin if self.shared else self.lent_by


class CandidateSet(models.Model):
    """What a stored query found under one set of filters (`key`): the nearest products, best first.

    `image_ids` is 0 and `distances` is NaN where words alone found the product. Written and read
    by search.engine.frozen.
    """

    query = models.ForeignKey(PhotoQuery, models.CASCADE, related_name="candidate_sets")
    key = models.CharField(max_length=64)
    product_ids = ArrayField(models.BigIntegerField())
    image_ids = ArrayField(models.BigIntegerField())
    distances = ArrayField(models.FloatField())
    plan = models.CharField(max_length=8)
    total = models.PositiveIntegerField()
    among = models.PositiveIntegerField(null=True)
    complete = models.BooleanField()
    survey = models.JSONField(null=True)

    class Meta:
        verbose_name = _("candidate set")
        verbose_name_plural = _("candidate sets")
        constraints = [
            models.UniqueConstraint(fields=["query", "key"], name="one_set_per_query_and_filters")
        ]

    def __str__(self) -> str:
        return f"{self.query_id}: {self.total}"


class SearchEvent(models.Model):
    """One search as a number for the shop's owner: no photo, no vector, no address."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        TEXT = "text", _("Words")
        PHOTO_TEXT = "photo+text", _("Photo and words")
        PRODUCT = "product", _("Similar products")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    door = models.CharField(_("door"), max_length=8)
    plan = models.CharField(_("plan"), max_length=8)
    results = models.PositiveIntegerField(_("results"))
    best_distance = models.FloatField(_("best distance"), null=True)
    took_ms = models.FloatField(_("took (ms)"))
    created_at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("search event")
        verbose_name_plural = _("search events")

    def __str__(self) -> str:
        return f"{self.kind} {self.results}"


class SearchFeedback(models.Model):
    """What a shopper made of an answer: a hit that was opened, or "not what I meant".

    No vector, no words, no address, no id of a query or a browser, and of the time the hour alone:
    nothing here leads to a person, not by way of a log either.
    """

    class Kind(models.TextChoices):
        CLICK = "click", _("Opened a hit")
        MISSED = "missed", _("Not what I meant")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    asked_by = models.CharField(_("asked by"), max_length=10, choices=SearchEvent.Kind)
    space = models.CharField(_("space"), max_length=120, blank=True)
    product = models.ForeignKey(
        Product,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("product"),
        help_text=_("What was opened."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), null=True, help_text=_("The place of the hit, counted from 1.")
    )
    band = models.CharField(_("how close"), max_length=12, blank=True)
    created_at = models.DateTimeField(_("at"), default=this_hour, db_index=True)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return f"{self.kind} {self.position or ''}".strip()
