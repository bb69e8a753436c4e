"""The photographs of the sample catalogue, fetched from the npm registry at set-up.

The npm package `@vendure/create` is licensed under the GPL-3.0 and its product photographs come
from Unsplash. Nothing of it is part of this project: the operator's own machine fetches it, it is
checked against the hash below, and only its table and its photographs are read. No script of it is
ever run.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO

PACKAGE = "@vendure/create@3.7.3"
TARBALL = "vendure-create-3.7.3.tgz"
SHA512 = (
    "f20a8c6a7e57f2b060c1704f77691ca3b18327bd221e65c89617c36de4b4e43e"
    "c982c682ed273e76c529b509e9837dda3e8713f76123ab7643e5328629dcc647"
)
TIMEOUT = 60  # seconds; a registry that is out of reach must not hold up the first start
_TABLE = PurePosixPath("package/assets/products.csv")
_PHOTOS = PurePosixPath("package/assets/images")
_MAX_MEMBER = 8 * 2**20
_MAX_MEMBERS = 2_000


class PackageUnavailable(Exception):
    """npm is missing, failed, or brought something else; the message says which."""


def fetch(folder: Path) -> Path:
    """The checked tarball in `folder`, from an earlier fetch or from the registry. Raises
    PackageUnavailable."""
    tarball = folder / TARBALL
    if not tarball.exists():
        _npm_pack(folder)
    with tarball.open("rb") as file:
        found = hashlib.file_digest(file, "sha512").hexdigest()
    if found != SHA512:
        tarball.unlink()
        message = f"{PACKAGE} is not what was expected: sha512 {found[:16]}… for {SHA512[:16]}…"
        raise PackageUnavailable(message)
    return tarball


def unpack(tarball: Path, folder: Path) -> Path:
    """The package's products.csv in `folder`, and its photographs in `folder`/images.

    Only plain files in those two places are written, under their bare names.
    """
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    table = folder / "products.csv"
    with tarfile.open(tarball, "r:gz") as archive:
        for count, member in enumerate(archive):
            path = PurePosixPath(member.name)
            target = table if path == _TABLE else images / path.name
            wanted = path == _TABLE or (path.parent == _PHOTOS and path.suffix == ".jpg")
            if count >= _MAX_MEMBERS:
                raise PackageUnavailable(f"{PACKAGE} has more than {_MAX_MEMBERS} files.")
            if wanted and member.isreg() and member.size <= _MAX_MEMBER:
                _write(archive.extractfile(member), target)
    if not table.exists():
        raise PackageUnavailable(f"{PACKAGE} carries no products.csv.")
    return table


def _npm_pack(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise PackageUnavailable("npm is not installed.")
    command = [npm, "pack", PACKAGE, "--ignore-scripts", "--silent", "--pack-destination", "."]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise PackageUnavailable(f"npm gave no answer within {TIMEOUT} seconds.") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise PackageUnavailable("npm could not fetch the package.") from error
    if not (folder / TARBALL).exists():
        raise PackageUnavailable("npm brought no package.")


def _write(source: IO[bytes] | None, target: Path) -> None:
    if source is not None:
        with source, target.open("wb") as file:
            shutil.copyfileobj(source, file)
