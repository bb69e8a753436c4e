"""What the API reads and says of webhooks; the doors are in views/webhooks.py."""
