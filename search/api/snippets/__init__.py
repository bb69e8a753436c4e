"""The same request in three languages, on every operation of the schema.

A `Snippet` says what is asked; `curl.py` and `javascript.py` write it down, `python.py` puts the
client around the call. Whoever reads one has these at hand, in the shell's environment or as
constants: SHOP (the address, such as `https://shop.example`), KEY, and what else it names: ids, an
ETAG, the RECEIVER of a webhook.
"""

from search.api.snippets.samples import add_samples

__all__ = ["add_samples"]
