"""From the catalogue to a space that is ready to be switched to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from search.embedder import embedder_of, stored_card, unavailable
from search.embedding import EmbedderUnavailable
from search.embedding.descriptors import blocks
from search.errors import AlreadyTuning, NotEnough, SpaceRefused
from search.models import EmbeddingSpace
from search.selectors import active_space
from search.services.bands import calibrate_bands
from search.services.comparing import Comparison, compare, remember
from search.services.deriving import derive_missing
from search.services.dropping import drop_space
from search.services.indexing import tend_index
from search.services.spaces import create_derived
from search.services.tuning.gathering import Gallery, gather
from search.services.tuning.lessons import Lessons, draw_lessons
from search.services.tuning.lock import Work, only_one
from search.services.tuning.outcome import TuningOutcome, note_tuning, tuning_report
from search.tuning.fit import fit
from search.tuning.types import TrainingSet, Tuned

log = structlog.get_logger(__name__)

# 2,000 photos of 12 pictures each embed in minutes; twelve instead of three are worth one to two
# points, a larger sample was not seen to be.
SAMPLE = 2_000
VIEWS = 12
# Fewer photos hold back too few to tell a gain from chance.
LEAST_PHOTOS = 30

Told = Callable[[str, int, int], None]


class Learned(NamedTuple):
    """The fit, the published photos there are, those that were augmented for it, and those that
    could not be opened."""

    photos: int
    sampled: int
    unreadable: int
    tuned: Tuned


def tune(
    space: EmbeddingSpace | None = None,
    *,
    sample: int = SAMPLE,
    views: int = VIEWS,
    seed: int = 0,
    dry_run: bool = False,
    told: Told = lambda *_: None,
) -> TuningOutcome:
    """Learn from the photos of the space's base (the active one's), and offer what is better.

    Reads every published photo's vector and `sample` photos, `views` times each. What the gate
    accepts becomes a derived space: filled, indexed, calibrated and compared with the active one.
    Searches go on as they are: switching is somebody's decision. Nothing is written before the fit
    was accepted, so stopping it loses the run alone; `dry_run` stops there by itself. `told` hears
    (step, done, total).

    Raises AlreadyTuning while another one runs, NotEnough for too small a shop, SpaceRefused where
    the base is dropped meanwhile, SearchUnavailable.
    """
    root = (space or active_space()).root
    with only_one(Work.TUNING) as alone:
        if not alone:
            raise AlreadyTuning(_("Somebody is tuning already. Wait until that is done."))
        began = timezone.now()
        learned = learn(root, sample=sample, views=views, seed=seed, told=told)
        found = TuningOutcome(
            space=root,
            report=learned.tuned.report,
            sampled=learned.sampled,
            unreadable=learned.unreadable,
        )
        if dry_run:
            return found
        found = _offered(found, learned.tuned, told)
        # Not before: what was stopped half-way is due again. What came since it began is new.
        note_tuning(root, report=found.report, photos=learned.photos, at=began)
        return found


def learn(root: EmbeddingSpace, *, sample: int, views: int, seed: int, told: Told) -> Learned:
    """Fit on the photos of a base space; writes nothing. Raises NotEnough, SearchUnavailable."""
    told(_("Reading the vectors"), 0, 0)
    looking = _("Looking at photos as customers take them")
    gallery = gather(root)
    if len(gallery) < LEAST_PHOTOS:
        held = _(
            "%(space)s holds %(count)s photos of published products; there is something to learn "
            "from %(least)s on. Add photos, or wait for those that aren't embedded yet."
        )
        figures = {"space": root.name, "count": f"{len(gallery):,}", "least": LEAST_PHOTOS}
        raise NotEnough(
            held % figures,
            typed="`manage.py embed --wait` waits for them.",
        )
    try:
        lessons = draw_lessons(
            gallery,
            embedder=embedder_of(root),
            sample=sample,
            views=views,
            seed=seed,
            told=lambda done, total: told(looking, done, total),
        )
    except EmbedderUnavailable as error:
        raise unavailable(error, embedder=root.name) from error
    told(_("Learning"), 0, 0)
    tuned = fit(
        _training(root, gallery, lessons),
        seed=seed,
        progress=lambda step: told(_("Learning: %(step)s") % {"step": step}, 0, 0),
    )
    return Learned(gallery.total, len(set(lessons.of.tolist())), lessons.unreadable, tuned)


def _training(root: EmbeddingSpace, gallery: Gallery, lessons: Lessons) -> TrainingSet:
    """Colours play a part where gallery and lessons both have them."""
    found = blocks(stored_card(root).descriptors)
    whole = gallery.descriptors is not None and lessons.descriptors is not None
    return TrainingSet(
        vectors=gallery.vectors,
        products=gallery.products,
        categories=gallery.categories,
        tags=gallery.tags,
        augmented=lessons.vectors,
        augmented_of=lessons.of,
        descriptors=gallery.descriptors if whole else None,
        augmented_descriptors=lessons.descriptors if whole else None,
        colour=found.get("colour") if whole else None,
    )


def _offered(found: TuningOutcome, tuned: Tuned, told: Told) -> TuningOutcome:
    """The outcome with its space, where the gate let one through."""
    if tuned.projection is None:
        return found
    derived = create_derived(found.space, tuned.projection, {"tuning": tuned.report.as_json()})
    try:
        comparison = prepare(derived, told=told)
    except BaseException:
        _discard(derived)
        raise
    _replace_offers(derived)
    log.info("A tuned space is ready", space=derived.name, gain=round(tuned.report.gain, 1))
    return replace(found, derived=derived, comparison=comparison)


def _discard(derived: EmbeddingSpace) -> None:
    """Drop what was stopped half-way. Never raises: what stopped it is what the caller hears of."""
    try:
        drop_space(derived)
    except Exception:
        log.exception("An unfinished tuned space stays; drop it", space=derived.name)


def prepare(derived: EmbeddingSpace, *, told: Told) -> Comparison:
    """Fill a derived space, build its index where it needs one, calibrate its bands, and compare it
    with the active one."""
    derive_missing(derived, lambda done, total: told(_("Filling the space"), done, total))
    told(_("Building its index"), 0, 0)
    tend_index(space=derived)
    calibrate_bands(derived)
    comparison = compare(
        before=active_space(),
        after=derived,
        told=lambda done, total: told(_("Asking the golden queries"), done, total),
    )
    remember(comparison=comparison, space=derived)
    return comparison


def drop_outdated(root: EmbeddingSpace) -> None:
    """Drop the tuned spaces of the base that were left, and that nobody can go back to any more
    without filling them: who tunes and switches by itself clears up behind itself."""
    _drop_tuned(each for each in _tuned(root, EmbeddingSpace.State.RETIRED) if not each.follows)


def _replace_offers(derived: EmbeddingSpace) -> None:
    """A new offer takes the place of those of the same base that nobody took up."""
    offers = _tuned(derived.root, EmbeddingSpace.State.BUILDING)
    _drop_tuned(each for each in offers if each != derived)


def _tuned(root: EmbeddingSpace, state: EmbeddingSpace.State) -> list[EmbeddingSpace]:
    return [each for each in root.derived.filter(state=state) if tuning_report(each)]


def _drop_tuned(spaces: Iterable[EmbeddingSpace]) -> None:
    """One that was switched to meanwhile, or whose index is just being built, stays."""
    for space in spaces:
        try:
            drop_space(space)
        except SpaceRefused as error:
            log.warning("A former tuned space stays", space=space.name, reason=error.message)
