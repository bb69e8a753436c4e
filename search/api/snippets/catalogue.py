"""Reading the catalogue as programs do."""

from __future__ import annotations

from search.api.snippets.searching import SHOW
from search.api.snippets.snippet import Snippet

SNIPPETS = {
    "products": Snippet(
        path="products/?k=100&in_stock=true",
        python="""\
for product in shop.products(k=100, filters=Filters(in_stock=True)):  # all pages
    print(product.sku, product.title, product.price)""",
        javascript="for (const product of answer.results) console.log(product.sku, product.title);",
    ),
    "product": Snippet(
        path="products/SHOE-7/",
        python="""\
product = shop.product("SHOE-7")
print(product.title, product.price, product.currency)""",
        javascript="console.log(answer.title, answer.price, answer.currency);",
    ),
    "similar_products": Snippet(
        path="products/SHOE-7/similar/?k=6&in_stock=true",
        python="""\
answer = shop.similar("SHOE-7", k=6, filters=Filters(in_stock=True))
for hit in answer.results:
    print(hit.sku, hit.similarity)""",
        javascript=SHOW,
    ),
    "image": Snippet(
        path="images/$IMAGE_ID/?wait=10",
        python="""\
image = shop.image(int(os.environ["IMAGE_ID"]), wait=10)
print(image.state, image.reason)""",
        javascript="console.log(answer.state, answer.reason);",
    ),
}
