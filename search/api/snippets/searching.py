"""Searches as programs write them."""

from __future__ import annotations

from search.api.snippets.snippet import Snippet

SHOW = "for (const hit of answer.results) console.log(hit.sku, hit.similarity);"

SNIPPETS = {
    "search": Snippet(
        method="POST",
        path="search/",
        form={"filters": {"tags": ["colour:red"], "in_stock": True}, "k": 12},
        python="""\
filters = Filters(tags=["colour:red"], in_stock=True)
answer = shop.search(Path("photo.jpg"), filters=filters, k=12)
for hit in answer.results:
    print(hit.sku, hit.similarity)""",
        javascript=SHOW,
    ),
    "search_batch": Snippet(
        method="POST",
        path="search/batch/",
        json={"queries": [{"product": "SHOE-7", "k": 3}, {"text": "red boots"}]},
        python="""\
questions = [Question(product="SHOE-7", k=3), Question(text="red boots")]
for each in shop.search_batch(questions).answers:
    print(each.status, each.answer and [hit.sku for hit in each.answer.results])""",
        javascript="for (const { status, answer: found } of answer.answers) "
        "console.log(status, found?.total);",
    ),
    "embeddings": Snippet(
        method="POST",
        path="embeddings/",
        form={},
        python="""\
answer = shop.embed(Path("photo.jpg"))
print(answer.space, answer.vectors[0])""",
        javascript="console.log(answer.space, answer.vectors[0]);",
    ),
    "search_results": Snippet(
        path="search/$QUERY_ID/?page=2&k=1&sort=price",
        python="""\
answer = shop.results(os.environ["QUERY_ID"], page=2, k=1, sort="price")
for hit in answer.results:
    print(hit.sku, hit.price)""",
        javascript="for (const hit of answer.results) console.log(hit.sku, hit.price);",
    ),
    "search_feedback": Snippet(
        method="POST",
        path="search/$QUERY_ID/feedback/",
        json={"like": ["SHOE-7"], "dislike": ["BOOT-2"]},
        python="""\
answer = shop.feedback(os.environ["QUERY_ID"], like=["SHOE-7"], dislike=["BOOT-2"])
for hit in answer.results:
    print(hit.sku, hit.similarity)""",
        javascript=SHOW,
    ),
    "search_forget": Snippet(
        method="DELETE",
        path="search/$QUERY_ID/",
        python='shop.forget(os.environ["QUERY_ID"])',
    ),
}
