"""What `manage.py space compare` and `tune` show of two spaces' answers."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from search.services.comparing import Asked, Comparison
from search.services.golden import pictures

# The questions that change most, listed by SKU; the admin shows all of them with their pictures.
LISTED = 5
FIRST = 3
BAR = 30


def print_comparison(comparison: Comparison, console: Console) -> None:
    """The figures, the histogram, and the questions that change most."""
    for line in told(comparison):
        console.print(line, soft_wrap=True, highlight=False)
    console.print(_histogram(comparison))
    if comparison.changes:
        console.print(_changes(comparison))


def told(comparison: Comparison) -> list[str]:
    """The figures as sentences, with rich's markup."""
    spaces = f"[bold]{escape(comparison.before)}[/] and in [bold]{escape(comparison.after)}[/]"
    took = f"{comparison.before_ms:.1f} ms in the one and {comparison.after_ms:.1f} ms in the other"
    lines = [
        f"{comparison.questions:,} of the shop's own pictures were asked in {spaces}.",
        f"Of the first {comparison.k} products, {comparison.overlap:.0%} are the same.",
        f"The first one is another for {comparison.first_changed:.0%} of the pictures.",
        f"A search takes {took}.",
    ]
    if found := comparison.expectations:
        colour = "red" if found.lost else "green"
        lines.append(
            f"Of the products that staff expect, {found.kept:,} are found by both, "
            f"[{colour}]{found.lost:,} are lost[/], {found.gained:,} are found anew and "
            f"{found.missing:,} are found by neither."
        )
    return lines


def _histogram(comparison: Comparison) -> Table:
    table = Table("In common", "Pictures", "", title=f"Of the first {comparison.k} products")
    most = max(comparison.histogram) or 1
    for common, count in reversed(list(enumerate(comparison.histogram))):
        table.add_row(str(common), f"{count:,}", "█" * round(BAR * count / most))
    return table


def _changes(comparison: Comparison) -> Table:
    """The nearest products of either space for the questions that change most."""
    listed = comparison.changes[:LISTED]
    skus = _skus(listed)
    columns = ("Picture of", "In common", comparison.before, comparison.after)
    table = Table(*map(escape, columns), title="What changes most")
    for each in listed:
        sides = (
            ", ".join(skus.get(answer.image_id, "gone") for answer in side[:FIRST])
            for side in (each.before, each.after)
        )
        cells = (skus.get(each.image_id, "gone"), str(each.common), *sides)
        table.add_row(*map(escape, cells))
    return table


def _skus(listed: tuple[Asked, ...]) -> dict[int, str]:
    ids = [each.image_id for each in listed]
    ids += [a.image_id for each in listed for side in (each.before, each.after) for a in side]
    return {image_id: image.product.sku for image_id, image in pictures(ids).items()}
