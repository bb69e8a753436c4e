"""Which pixels of a picture are its subject: all but a border of one colour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from search.embedding.descriptors.lab import Lab

Mask = npt.NDArray[np.bool_]

# A packshot's backdrop: at least this share of the outermost pixels lies this near the colour.
UNIFORM_SHARE = 0.6
BACKDROP_DISTANCE = 10.0
# Less than this is no subject but noise on a one-colour picture: then everything counts.
LEAST_SUBJECT = 0.02


def foreground(lab: Lab) -> Mask:
    """The subject of a picture in Lab, shape (height, width): True where it is not backdrop.

    The backdrop is what looks like the border, where the border has one colour. A picture of one
    colour has no backdrop: its colour is what it shows.
    """
    everything = np.ones(lab.shape[:2], dtype=np.bool_)
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    colour = np.median(border, axis=0)
    if np.mean(_near(border, colour)) < UNIFORM_SHARE:
        return everything
    subject: Mask = ~_near(lab, colour)
    return subject if subject.mean() >= LEAST_SUBJECT else everything


def _near(lab: Lab, colour: Lab) -> Mask:
    offset = lab - colour
    near: Mask = np.einsum("...i,...i->...", offset, offset) < BACKDROP_DISTANCE**2
    return near
