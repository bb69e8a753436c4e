"""What goes into a search and what comes out. Frozen, so that a result can be passed on safely."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from catalog.models import Product, ProductImage
from search.embedding.protocol import Vector
from search.engine.explaining import Explanation
from search.engine.product_rows import ProductRow

SORTS = ("similarity", "price", "-price", "newest")
# What a picture can be weighed by beside its vector.
KINDS = ("colour", "texture", "shape")
MAX_K = 100
MAX_TEXT = 200

Weights = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must satisfy, in the words of the catalogue.

    Tags are named `facet:value` or, without a facet, by the bare value: all of `tags`, at least one
    of `any_tags`, none of `not_tags`. `facet_tags` are ticked as shoppers tick them: those of one
    facet are alternatives, and every facet must be met (red or blue, and cotton). `category` is a
    slug and means its whole subtree. Prices are inclusive; None leaves that end open. `colours` are
    names of dominant colours, one of which one of the product's pictures shows.
    """

    tags: tuple[str, ...] = ()
    any_tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    facet_tags: tuple[str, ...] = ()
    category: str = ""
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    in_stock: bool = False
    colours: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is narrowed at all."""
        return self != NO_FILTERS

    @property
    def by_price(self) -> bool:
        return (self.price_min, self.price_max) != (None, None)

    def without(self, facet: str) -> Filters:
        """The same without what is chosen in one facet, named as in Facet.name.

        `tags`, `any_tags` and `not_tags` stay: they are conditions, not choices among values.
        """
        match facet:
            case "category":
                return replace(self, category="")
            case "price":
                return replace(self, price_min=None, price_max=None)
            case "stock":
                return replace(self, in_stock=False)
            case "colour":
                return replace(self, colours=())
        kept = (tag for tag in self.facet_tags if f"tag:{facet_of(tag)}" != facet)
        return replace(self, facet_tags=tuple(kept))


def facet_of(tag: str) -> str:
    """The facet in a tag's name, "" for a bare value. A facet holds no colon."""
    facet, colon, _ = tag.partition(":")
    return facet if colon else ""


NO_FILTERS = Filters()


class Pictured(NamedTuple):
    """What is stored of a picture: its vector, and its descriptors where the space keeps any."""

    vector: Vector
    descriptors: Vector | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for: a vector, words, or both.

    `vector` is float32, shape (dim,), of the space `space_id`; None for words alone. The product
    `exclude_product_id` is never its own answer. `query_id` is the PhotoQuery that it came from, if
    any: what it found is kept with it. `descriptors` are those of the question's pictures, as
    the space's root card names them; `weights` say how much each kind counts in the order. `worded`
    says that the vector is that of the words: there was no picture.
    """

    vector: Vector | None = None
    space_id: int | None = None
    dim: int | None = None
    text: str = ""
    exclude_product_id: int | None = None
    query_id: UUID | None = None
    descriptors: Vector | None = None
    weights: Weights = ()
    worded: bool = False

    def __post_init__(self) -> None:
        if self.vector is not None and (self.space_id is None or len(self.vector) != self.dim):
            raise ValueError("A vector comes with its space and has the space's dimension.")

    @property
    def picture(self) -> Vector | None:
        """The vector, if a picture has it: what something can look like."""
        return None if self.worded else self.vector

    @property
    def kind(self) -> str:
        """`photo`, `text`, `photo+text` or `product`: the kinds of SearchEvent."""
        if self.exclude_product_id is not None:
            return "product"
        if self.picture is None:
            return "text"
        return "photo+text" if self.text else "photo"


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A product, the best of its images, and how near that image is.

    `row` holds what a card shows; `product`, with category and tags loaded, and `image` are made of
    it when somebody asks for them. `image` is None where words found a product without images.
    `distance` is the cosine distance of its vector, 0 to 2, lower is nearer, whatever else counted
    in the order; None where words alone found the product. `band` is "same", "very_similar",
    "similar", "weak", or "" where there is no distance or the space has no bands.
    """

    row: ProductRow
    distance: float | None
    band: str

    @property
    def product(self) -> Product:
        return self.row.product

    @property
    def image(self) -> ProductImage | None:
        return self.row.image

    @property
    def similarity(self) -> float | None:
        """`1 - distance`, for display only."""
        return None if self.distance is None else 1 - self.distance


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that a shopper can narrow by; `count` is its number of products. `swatch` is a
    colour's `#rrggbb`, "" for any other value."""

    value: str
    label: str
    count: int
    selected: bool
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of one kind, counted among the candidates.

    `name` and its values: `category` (slugs), `tag:<facet>` (tag names as in Filters; `tag:` for
    tags without a facet), `stock` (`in`), `price` (`low-high`, either end may be empty: `50-`),
    `colour` (names of dominant colours).
    """

    name: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits, and what there is beyond it.

    `total` counts distinct products among the candidates: the nearest ones under the filters, and
    where more pass than CANDIDATES in the settings, `among` says how many were looked at (else it
    is None, and `total` is all there are). `pages` is the pages they make (0 when there are none).
    `facets` is empty unless asked for. `band` and `best_distance` are of the nearest hit of all
    pages. `plan` is "exact", "hnsw", "text" or "hybrid", and "browse" where nothing was compared;
    `space` the space's name, "" without a vector; `weights` are what counted beside the vector.
    `took_ms` maps each step to milliseconds, with "search" for all of them. `explanation` is None
    unless asked for.
    """

    hits: tuple[SearchHit, ...]
    total: int
    page: int
    k: int
    plan: str
    space: str
    sort: str
    kind: str
    door: str
    weights: Weights = ()
    band: str = ""
    best_distance: float | None = None
    among: int | None = None
    facets: tuple[Facet, ...] = ()
    took_ms: dict[str, float] = field(default_factory=dict)
    explanation: Explanation | None = None

    @property
    def pages(self) -> int:
        return -(-self.total // self.k)

    @property
    def has_next(self) -> bool:
        return self.page < self.pages


@dataclass(frozen=True, slots=True)
class ImageIndex:
    """Whether an image is found in the active space: `pending`, `ready`, or `failed` for a
    `reason`."""

    state: str
    reason: str = ""

    @property
    def settled(self) -> bool:
        return self.state != "pending"


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far the gallery is embedded in the active space, in images."""

    total: int
    ready: int
    pending: int
    failed: int
    oldest_pending_seconds: float
