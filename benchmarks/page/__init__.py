"""What a customer waits for, in a real browser."""
