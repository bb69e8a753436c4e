"""What is sold: categories, tags, products and their images. Knows nothing of vectors."""
