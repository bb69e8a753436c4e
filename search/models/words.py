"""The words of the catalogue, ready to be searched. All of it is derived."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product


def in_parts(parts: str) -> models.Func:
    """Only the lexemes of a document that have one of these weights: "{a,b}" for A and B."""
    return models.Func(
        models.F("document"),
        function="ts_filter",
        template=f"%(function)s(%(expressions)s, '{parts}')",
    )


def age_groups() -> models.Func:
    """The groups of ids that a product is in: 1,024, 8,192 and 65,536 of them to a group.

    An index finds "in one of the newest groups" by a few keys, whatever share of products that is.
    """
    return models.Func(
        models.F("product_id"),
        template=(
            "ARRAY[%(expressions)s >> 10 << 2, %(expressions)s >> 13 << 2 | 1,"
            " %(expressions)s >> 16 << 2 | 2]"
        ),
    )


class ProductDocument(models.Model):
    """A product's words, ready to be searched. Derived from the catalogue; a sweep mends it.

    One index answers words together with the filters beside them, tier by tier: the words of the
    title, of title and labels, of everything; each also in the newest products alone.
    """

    product = models.OneToOneField(
        Product, models.CASCADE, primary_key=True, related_name="document"
    )
    document = SearchVectorField()
    words = models.TextField()
    tag_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    category_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    published = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("product's words")
        verbose_name_plural = _("products' words")
        indexes = [
            GinIndex(
                in_parts("{a}"),
                in_parts("{a,b}"),
                models.F("document"),
                models.F("tag_ids"),
                models.F("category_ids"),
                age_groups(),
                name="document_words",
                condition=models.Q(published=True),
                # What is written lately lies in an unsorted list that each search reads through:
                # 4 MB by default cost 20 ms.
                gin_pending_list_limit=128,
            )
        ]

    def __str__(self) -> str:
        return self.words


class Word(models.Model):
    """A word of the published products' titles and tags, for mending typing errors.

    `keys` are what is left of it without a letter or two (search.engine.words.spelling). Rewritten
    by the deep sweep, and as old as the last one.
    """

    word = models.TextField(primary_key=True)
    products = models.PositiveIntegerField()
    keys = ArrayField(models.TextField())

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        indexes = [GinIndex(fields=["keys"], name="word_keys")]

    def __str__(self) -> str:
        return self.word
