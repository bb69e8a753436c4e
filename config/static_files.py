"""How the page's files are stored: hashed names that browsers may keep for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, with the imports between our ES modules hashed as well."""

    support_js_module_import_aggregation = True
