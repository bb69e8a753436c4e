"""Puts the snippets into the schema, as the extension `x-codeSamples` that several readers know."""

from __future__ import annotations

from typing import Any

from search.api.snippets import catalogue, curl, javascript, python, searching, webhooks, writing

SNIPPETS = {
    **searching.SNIPPETS,
    **catalogue.SNIPPETS,
    **writing.SNIPPETS,
    **webhooks.SNIPPETS,
}
LANGUAGES = {
    "curl": ("bash", curl.render),
    "Python": ("python", python.render),
    "JavaScript": ("javascript", javascript.render),
}


def add_samples(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """A hook of drf-spectacular's, after which each operation has its samples."""
    for methods in result["paths"].values():
        for operation in methods.values():
            if asked := SNIPPETS.get(operation["operationId"]):
                operation["x-codeSamples"] = [
                    {"lang": language, "label": label, "source": render(asked)}
                    for label, (language, render) in LANGUAGES.items()
                ]
    return result
