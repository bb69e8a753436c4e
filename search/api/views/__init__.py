"""The doors: each class is an address."""
