"""What the drawn shop sells: eleven kinds of goods, three styles of each, eight colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from catalog.sample.drawn import home, kitchen, wear
from catalog.sample.drawn.studio import Colour, Studio

COLOURS: dict[str, Colour] = {
    "red": (190, 52, 48),
    "orange": (222, 122, 52),
    "yellow": (230, 186, 66),
    "green": (66, 128, 88),
    "blue": (48, 92, 162),
    "pink": (224, 146, 164),
    "black": (50, 49, 54),
    "white": (236, 233, 226),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of goods. `styles` are the titles' words, `price` that of the first style."""

    name: str
    category: str
    material: str
    price: str
    styles: tuple[str, str, str]
    draw: Callable[[Studio, Colour, int], None]
    blurb: str


KINDS = (
    Kind("mug", "Kitchen > Mugs", "stoneware", "12.90",
         ("Everyday mug", "Tall mug with band", "Dotted breakfast mug"), kitchen.mug,
         "Glazed inside and out, and fit for the dishwasher."),
    Kind("bottle", "Kitchen > Bottles", "steel", "24.50",
         ("Flask with label", "Sports bottle", "Slim bottle with label"), kitchen.bottle,
         "Keeps tea hot for a morning and water cold for a day."),
    Kind("bowl", "Kitchen > Bowls", "stoneware", "18.00",
         ("Striped bowl", "Flat serving bowl", "Deep bowl with light glaze"), kitchen.bowl,
         "For soup, for salad, or for the keys by the door."),
    Kind("vase", "Home > Vases", "porcelain", "34.00",
         ("Belly vase", "Ringed vase", "Long-necked vase"), home.vase,
         "Thrown on the wheel; no two are quite alike."),
    Kind("lamp", "Home > Lamps", "metal", "59.00",
         ("Cone table lamp", "Globe table lamp", "Drum table lamp"), home.lamp,
         "A warm light for the desk or the bedside. The bulb is included."),
    Kind("chair", "Home > Chairs", "wood", "89.00",
         ("Slat-back chair", "Round stool", "Armchair"), home.chair,
         "Beech legs, sturdy and quiet on any floor."),
    Kind("cushion", "Home > Cushions", "cotton", "22.00",
         ("Plain cushion", "Striped cushion", "Diamond cushion"), home.cushion,
         "Soft, with a cover that comes off for the wash."),
    Kind("clock", "Home > Clocks", "plastic", "29.00",
         ("Round wall clock", "Square wall clock", "Hexagon wall clock"), home.clock,
         "Runs for a year on one battery, and doesn't tick."),
    Kind("shirt", "Clothing > Shirts", "cotton", "25.00",
         ("T-shirt with pocket", "Striped T-shirt", "Long-sleeved shirt"), wear.shirt,
         "Heavy cotton that keeps its shape."),
    Kind("bag", "Clothing > Bags", "canvas", "39.00",
         ("Canvas tote", "Two-tone shopper", "Bag with flap"), wear.bag,
         "Holds a laptop, a loaf of bread and an umbrella."),
    Kind("shoe", "Clothing > Shoes", "canvas", "64.00",
         ("Low sneaker", "High-top sneaker", "Runner"), wear.shoe,
         "A light shoe with a grippy sole."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Good:
    """One product of the drawn shop; `number` counts from 0."""

    number: int
    kind: Kind
    style: int
    colour: str

    @property
    def sku(self) -> str:
        return f"{self.kind.name[:3].upper()}-{self.style + 1}-{self.colour[:3].upper()}"

    @property
    def title(self) -> str:
        return f"{self.kind.styles[self.style]}, {self.colour}"

    @property
    def price(self) -> Decimal:
        return Decimal(self.kind.price) * (10 + 2 * self.style) / 10

    @property
    def views(self) -> int:
        """Every third product is shown from two sides."""
        return 2 if self.number % 3 == 0 else 1


def goods() -> Iterator[Good]:
    for number, (kind, style, colour) in enumerate(product(KINDS, range(3), COLOURS)):
        yield Good(number, kind, style, colour)
