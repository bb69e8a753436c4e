"""What a shop's own catalogue can teach the search: numpy and Pillow, no Django, no network."""
