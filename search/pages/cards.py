"""What a picture wall shows of a product, ready for a template."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from catalog.images.variants import THUMBNAIL_SIZES
from catalog.models import Product, ProductImage
from search.engine.types import SearchHit

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹"}
WITHOUT_CENTS = {"JPY", "KRW"}
FEW_LEFT = 5
LARGEST_FIRST = sorted(THUMBNAIL_SIZES, reverse=True)


@dataclass(frozen=True)
class Picture:
    """An image's addresses, and its size as the 480 px thumbnail and in `full`, so that nothing
    jumps.

    `srcset` tells the thumbnails by their width; `square_srcset` by their shorter side, for where
    they are cropped to a square.
    """

    small: str
    medium: str
    large: str
    full: str
    width: int
    height: int
    full_width: int
    full_height: int
    alt: str
    srcset: str
    square_srcset: str


@dataclass(frozen=True)
class Card:
    """A product on the wall. `band` is "" where nothing was compared."""

    product: Product
    picture: Picture | None
    price: str
    stock: str
    band: str
    band_label: str


def money(amount: Decimal, currency: str) -> str:
    """A price as people write it: `€1,299.00`, `CHF 12.50`."""
    digits = 0 if currency in WITHOUT_CENTS else 2
    number = number_format(amount, decimal_pos=digits, use_l10n=True, force_grouping=True)
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{currency} {number}"


def grouped(count: int) -> str:
    """`1,000`."""
    return number_format(count, force_grouping=True)


def stock_words(stock: int) -> str:
    """How much there is, as far as it matters to a buyer."""
    if stock == 0:
        return _("Sold out")
    if stock <= FEW_LEFT:
        return _("Only %(count)s left") % {"count": stock}
    return _("In stock")


def band_label(band: str) -> str:
    """How close a hit is, in words. Never a percentage: a cosine isn't one."""
    labels = {
        "same": _("Same item"),
        "very_similar": _("Very similar"),
        "similar": _("Similar"),
    }
    return labels.get(band, "")


def picture_of(image: ProductImage | None, *, title: str) -> Picture | None:
    """The addresses and sizes of an image; `title` stands in for a missing alternative text."""
    if image is None or not image.width or not image.height:
        return None
    width, height = _fitted(image, 480)
    # Once each: a page of results names over 200 addresses, and a storage takes its time for one.
    urls = {size: image.thumbnail_url(size) for size in LARGEST_FIRST}
    return Picture(
        small=urls[160],
        medium=urls[480],
        large=urls[1200],
        full=image.file.url,
        width=width,
        height=height,
        full_width=image.width,
        full_height=image.height,
        alt=image.alt or title,
        srcset=_srcset({_fitted(image, size)[0]: urls[size] for size in LARGEST_FIRST}),
        square_srcset=_srcset({min(_fitted(image, size)): urls[size] for size in LARGEST_FIRST}),
    )


def _fitted(image: ProductImage, size: int) -> tuple[int, int]:
    """Width and height of the thumbnail of that size."""
    scale = min(1.0, size / max(image.width, image.height))
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))


def _srcset(urls: dict[int, str]) -> str:
    """The thumbnails by how wide they are. Of those that are alike, because the picture itself is
    no larger, the one of the smallest size stands for all."""
    return ", ".join(f"{urls[width]} {width}w" for width in sorted(urls))


def card_of(product: Product) -> Card:
    """A product as the shop shows it outside a search."""
    return _card(product, product.main_image, band="")


def card_of_hit(hit: SearchHit) -> Card:
    """A product as a result: the image that was found, and how close it is."""
    return _card(hit.product, hit.image or hit.product.main_image, band=hit.band)


def _card(product: Product, image: ProductImage | None, *, band: str) -> Card:
    return Card(
        product=product,
        picture=picture_of(image, title=product.title),
        price=money(product.price, product.currency),
        stock=stock_words(product.stock),
        band=band,
        band_label=band_label(band),
    )
