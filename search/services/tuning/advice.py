"""A fit's report in words that the owner of a shop understands, for the page and the terminal."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from search.tuning.fit import LEAST_PRODUCTS
from search.tuning.types import ELSEWHERE, RANDOM, TAKEN, TOO_LITTLE, TuningReport

# With fewer, a second photo of the others may be what would help.
SEVERAL_PHOTOS_ENOUGH = 0.8
# Said by the fit, which knows no languages.
TOO_FEW_PRODUCTS = gettext_noop(
    "The catalogue has photos of %(products)s products; with fewer than %(least)s it cannot be "
    "judged whether learning helps. Add products and try again."
)
NO_PICTURES = gettext_noop(
    "No augmented picture could be made of the catalogue's photos. Check their files."
)
# In points. Less is no more than chance, and not worth the owner's time.
LEAST_WORTH = 1.5


def verdict(report: TuningReport) -> str:
    """What was found, in a sentence with the figure before and after."""
    if report.accepted:
        told = _(
            "Your catalogue taught the search something: on photos that were kept aside, it marks "
            "%(tuned).1f of 100 for finding the right products; without it, %(plain).1f."
        )
        return told % {"plain": report.plain, "tuned": report.tuned}
    told = _("Nothing was changed, as it is not sure that the search would find more.")
    return told if report.steps else f"{told} {_missing(report)}"


def _missing(report: TuningReport) -> str:
    """What is missing where nothing could be tried."""
    figures = {"products": report.products, "least": LEAST_PRODUCTS}
    if report.reason == TOO_FEW_PRODUCTS % figures:
        return _(TOO_FEW_PRODUCTS) % figures
    return _(report.reason)


def steps(report: TuningReport) -> list[str]:
    """What each kind of knowledge was worth, and why it was left out if it was."""
    levels = {
        "views": _("Photos as customers take them"),
        "product": _("Several photos of a product"),
        "category": _("Categories"),
        "tags": _("Tags"),
    }
    verdicts = {
        TAKEN: _("%(level)s: learned from, %(gain)+.1f points."),
        TOO_LITTLE: _("%(level)s: left out; %(gain)+.1f points are too few to be sure."),
        ELSEWHERE: _(
            "%(level)s: left out; they did not help with the questions that they are about."
        ),
        RANDOM: _("%(level)s: left out; groups drawn at random taught as much."),
    }
    return [
        verdicts[step.verdict] % {"level": levels.get(step.level, step.level), "gain": step.gain}
        for step in report.steps
    ]


def checks(report: TuningReport) -> str:
    """How sure that is, and what it rests on."""
    told = _(
        "Measured on %(held_back)d photos that were kept aside, of %(photos)d photos of "
        "%(products)d products; chance alone moves the mark by about %(error).1f."
    )
    return told % {
        "held_back": report.held_back,
        "photos": report.photos,
        "products": report.products,
        "error": 2 * report.standard_error,
    }


def what_would_help(report: TuningReport) -> str:
    """What the owner can do for better results; "" where most products have several photos, and
    where more of them hardly help."""
    if report.several_photos_share >= SEVERAL_PHOTOS_ENOUGH:
        return ""
    if report.second_photo_gain < LEAST_WORTH:
        return ""
    told = (
        _(
            "A second photo of each product would help: %(share)d %% of your products have one. "
            "With two photos of each, a hundred searches would find the right product about "
            "%(gain).0f times more often."
        )
        if report.second_photo_measured
        else _(
            "A second photo of each product would help: %(share)d %% of your products have one. "
            "In other shops, with two photos of each, a hundred searches found the right product "
            "about %(gain).0f times more often."
        )
    )
    share = round(100 * report.several_photos_share)
    return told % {"share": share, "gain": report.second_photo_gain}


def weights(report: TuningReport) -> list[tuple[str, int]]:
    """What a tuned space listens to, in per cent of the whole: what is drawn as bars."""
    shares = [
        (_("The picture as every shop sees it"), 1 - report.learned - report.colour),
        (_("What your catalogue taught"), report.learned),
        (_("Colours"), report.colour),
    ]
    return [(name, round(100 * share)) for name, share in shares]


def probes(report: TuningReport) -> list[tuple[str, float, float]]:
    """What was asked on the kept photos, each with the mark before and after."""
    asked = {
        "view": _("The photo, as a customer might have taken it"),
        "photo": _("Another photo of the same product"),
        "category": _("Something of the same category"),
    }
    return [(asked.get(name, name), *marks) for name, marks in report.probes.items()]


def sentences(report: TuningReport) -> list[str]:
    """All of it, one sentence or two a line."""
    lines = [verdict(report), *steps(report), checks(report), what_would_help(report)]
    return [line for line in lines if line]
