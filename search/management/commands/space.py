"""manage.py space: the embedding spaces, from their making to their end."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import selectors, services
from search.errors import SpaceRefused
from search.management.building import watched_build
from search.management.comparison_tables import print_comparison
from search.management.console import advance, bar, printer, sentences
from search.management.space_tables import print_spaces
from search.management.waiting import wait_until_embedded
from search.models import EmbeddingSpace
from search.services.comparing import compare
from search.services.space_status import space_statuses
from search.workers import embedding_workers


class Command(BaseCommand):
    help = (
        "Changes the model while the shop runs: create a space, fill it, pause that and go on, "
        "compare it, switch to it, roll back, drop what is no longer needed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listed = actions.add_parser("list", help="every space, what is in it and what it costs")
        create = actions.add_parser("create", help="a new, empty space of a card")
        create.add_argument("card", help="a card's name, its alias, or package.module:factory")
        create.add_argument("--name", help="the space's name; the card's if left out")
        fill = actions.add_parser("fill", help="embed in the space whatever it lacks")
        fill.add_argument("--wait", action="store_true", help="wait until all is done")
        paused = actions.add_parser("pause", help="put nothing more into the space until `fill`")
        compared = actions.add_parser("compare", help="ask two spaces the same questions")
        switch = actions.add_parser("switch", help="search in the space from now on")
        switch.add_argument("--force", action="store_true", help="also while it lacks pictures")
        switch.add_argument(
            "--without-failed",
            action="store_true",
            help="do without the pictures that failed in it",
        )
        actions.add_parser("rollback", help="search again in the space that was left last")
        drop = actions.add_parser("drop", help="delete a space with its vectors and its index")
        for each in (fill, paused, compared, switch, drop):
            each.add_argument("space", help="its name")
        compared.add_argument("to", nargs="?", help="the other; the one searched if left out")
        compared.add_argument("--questions", type=int, default=300, help="how many are asked")
        compared.add_argument("--seed", type=int, default=0, help="another draw of questions")
        for each in (listed, compared):
            each.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, action: str, **options: Any) -> None:
        with sentences():
            getattr(self, f"_{action}")(**options)

    def _list(self, *, json: bool, **_: Any) -> None:
        spaces = space_statuses()
        if json:
            self._dump({"spaces": [each.as_json() for each in spaces]})
        else:
            print_spaces(spaces, printer(self.stdout))

    def _create(self, *, card: str, name: str | None, **_: Any) -> None:
        space = services.create_space(card, name=name)
        self.stdout.write(
            f"{space.name} is made ({space.dim} dimensions). Pictures wait for it until "
            f"`manage.py space fill {space.name} --wait` embeds them."
        )

    def _fill(self, *, space: str, wait: bool, **_: Any) -> None:
        chosen = services.get_space(space)
        try:
            queued = _fill(chosen)
            workers = embedding_workers()
            if workers and not wait:
                self.stdout.write(
                    f"{queued:,} images are queued for {chosen.name}. `manage.py space list` shows "
                    "how far it is."
                )
                return
            _wait(chosen, alone=not workers)
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped. `manage.py space fill {space}` goes on where this was."
            ) from None
        self._conclude(chosen)

    def _pause(self, *, space: str, **_: Any) -> None:
        services.pause(services.get_space(space))
        self.stdout.write(
            f"{space} is paused, and new pictures wait. `manage.py space fill {space}` goes on."
        )

    def _conclude(self, space: EmbeddingSpace) -> None:
        """Exit status 1 where something that customers find now is not in the space."""
        now, missing = services.filling(space), services.lacking(space)
        self.stdout.write(
            f"{space.name} holds {now.ready:,} of {now.total:,} images; {now.failed:,} failed."
        )
        if missing:
            self.stdout.write(
                f"It lacks {missing:,} that customers find now. The admin lists failed images with "
                "their reasons under embedding jobs; `space switch --without-failed` does without "
                "them."
            )
            sys.exit(1)

    def _compare(
        self, *, space: str, to: str | None, questions: int, seed: int, json: bool, **_: Any
    ) -> None:
        after = services.get_space(space)
        before = services.get_space(to) if to else selectors.active_space()
        with bar("Asking") as progress:
            found = compare(
                before=before,
                after=after,
                questions=questions,
                seed=seed,
                told=lambda done, total: advance(progress, done=done, total=total),
            )
        if json:
            self._dump(found.as_json())
        else:
            print_comparison(found, printer(self.stdout))

    def _switch(self, *, space: str, force: bool, without_failed: bool, **_: Any) -> None:
        chosen = services.get_space(space)
        if not force and services.lacking(chosen) <= services.failed_in(chosen):
            with watched_build(chosen.pk):
                services.tend_index(space=chosen)
            services.tend_bands(chosen)
        before = services.switch_space(chosen, force=force, without_failed=without_failed)
        if before == chosen:
            self.stdout.write(f"{chosen.name} is searched already.")
            return
        self.stdout.write(
            f"{chosen.name} is searched now. {before.name} follows the catalogue for a day: "
            "`manage.py space rollback` goes back to it at once."
        )

    def _rollback(self, **_: Any) -> None:
        space = services.roll_back()
        self.stdout.write(f"{space.name} is searched again.")

    def _drop(self, *, space: str, **_: Any) -> None:
        chosen = services.get_space(space)
        with bar("Deleting vectors") as progress:
            gone = services.drop_space(
                chosen, lambda done, total: advance(progress, done=done, total=total)
            )
        self.stdout.write(f"{chosen.name} is gone, with {gone:,} vectors and its index.")

    def _dump(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def _fill(space: EmbeddingSpace) -> int:
    with bar("Deriving") as progress:
        return services.fill(space, lambda done, total: advance(progress, done=done, total=total))


def _derive(space: EmbeddingSpace) -> None:
    with bar("Deriving") as progress:
        services.derive_missing(
            space, lambda done, total: advance(progress, done=done, total=total)
        )


def _wait(space: EmbeddingSpace, *, alone: bool) -> None:
    """Until every image has its vector or has failed; then what is derived, and the index."""
    wait_until_embedded(
        f"Filling {space.name}",
        how_far=lambda: _how_far(space),
        work=lambda: services.embed_pending(space=space).claimed == 0,
        alone=alone,
    )
    if space.base_id is not None:
        _derive(space)
    with watched_build(space.pk):
        services.tend_index(space=space)
    services.tend_bands(space)


def _how_far(space: EmbeddingSpace) -> tuple[int, int]:
    """A derived space's rows come with its root's. Raises SpaceRefused where that was paused."""
    space.root.refresh_from_db(fields=["paused"])
    if space.root.paused:
        raise SpaceRefused(f"{space.root.name} was paused meanwhile.")
    now = services.filling(space.root)
    return now.total - now.left, now.total
