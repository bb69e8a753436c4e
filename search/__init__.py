"""How pictures are found: embeddings, the engine over them, pages and API."""
