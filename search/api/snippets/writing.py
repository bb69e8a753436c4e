"""Writing the catalogue as programs do."""

from __future__ import annotations

from search.api.snippets.snippet import Snippet

SNIPPETS = {
    "put_product": Snippet(
        method="PUT",
        path="products/SHOE-9/",
        json={
            "title": "Canvas shoe, red",
            "price": "49.90",
            "category": "Shoes > Canvas",
            "tags": ["colour:red"],
            "stock": 12,
        },
        python="""\
product = shop.put_product(
    "SHOE-9",
    title="Canvas shoe, red",
    price="49.90",
    category="Shoes > Canvas",
    tags=["colour:red"],
    stock=12,
)
print(product.url, product.etag)""",
        javascript='console.log(answer.url, response.headers.get("ETag"));',
    ),
    "patch_product": Snippet(
        method="PATCH",
        path="products/SHOE-7/",
        headers={"If-Match": "$ETAG"},
        json={"price": "39.90", "stock": 11},
        python="""\
etag = os.environ["ETAG"]  # of the product as it was read
product = shop.patch_product("SHOE-7", price="39.90", stock=11, if_match=etag)
print(product.price, product.etag)""",
        javascript='console.log(answer.price, response.headers.get("ETag"));',
    ),
    "delete_product": Snippet(
        method="DELETE",
        path="products/SHOE-7/",
        python='shop.delete_product("SHOE-7")',
    ),
    "bulk_products": Snippet(
        method="POST",
        path="products/bulk/",
        lines=[
            {"sku": "SHOE-7", "stock": 4},
            {"sku": "SHOE-9", "title": "Canvas shoe", "price": "49.90"},
            {"sku": "BOOT-2", "delete": True},
        ],
        python="""\
lines = [
    {"sku": "SHOE-7", "stock": 4},
    {"sku": "SHOE-9", "title": "Canvas shoe", "price": "49.90"},
    {"sku": "BOOT-2", "delete": True},
]
for result in shop.bulk(lines):  # any number
    print(result.line, result.status, result.error)""",
        javascript="""\
for (const line of (await response.text()).trim().split("\\n")) {
  console.log(JSON.parse(line));
}""",
    ),
    "add_image": Snippet(
        method="POST",
        path="products/SHOE-7/images/",
        form={"alt": "A red shoe"},
        python="""\
image = shop.add_image("SHOE-7", Path("photo.jpg"), alt="A red shoe")
print(image.id, image.state)  # shop.wait_until_indexed(image.id) waits until it is found""",
        javascript="console.log(answer.id, answer.state);",
    ),
    "delete_image": Snippet(
        method="DELETE",
        path="images/$IMAGE_ID/",
        python='shop.delete_image(int(os.environ["IMAGE_ID"]))',
    ),
}
