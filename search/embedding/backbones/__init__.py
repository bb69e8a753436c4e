"""Networks in torch: the only place that imports it, reached by dotted path from outside."""
