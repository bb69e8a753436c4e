"""What the JSON API costs, and what it holds under load."""
