"""The operations of the API: each makes a call of its arguments, and sends nothing."""
