"""How fast pictures become vectors, part by part: engines, decoding, worker, queries, memory."""
