"""A shopper's question comes in: a photo, words, a sample or a product. It leaves as a redirect."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from catalog.errors import ImageRejected, LookalikeError, NoSuchProduct
from catalog.models import Product
from search import selectors, services
from search.crops import Box
from search.errors import InvalidSearch, QueryExpired
from search.models import PhotoQuery
from search.pages import shop
from search.pages.limiting import limit_searches, limit_words
from search.pages.parts import read_part
from search.pages.query_string import MAX_NAME, Asked, read
from search.pages.rendering import error_json, timed, wants_json
from search.pages.samples import find_sample

# What a form adds to the photo itself: boundaries, the words, the token.
FORM_BYTES = 64 * 1024


@csrf_exempt
def search_photo(request: HttpRequest) -> HttpResponse:
    """Makes a PhotoQuery and leads to its results; a refused question stays beside the form.

    Exempt and then protected inside: the CSRF check reads the whole body, and a body over the cap
    has to be refused before anything is read.
    """
    if request.method != "POST":
        return redirect("search_page")
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_PHOTO_BYTES + FORM_BYTES:
        return refused(request, _too_large())
    return _search_photo(request)


@csrf_protect
def _search_photo(request: HttpRequest) -> HttpResponse:
    try:
        limit_searches(request)
        state = _state(request)
        query, took = _query_of(request)
    except LookalikeError as error:
        return refused(request, error, words=request.POST.get("q", ""))
    address = reverse("results", args=[query.pk]) + state.query().rstrip("?")
    if wants_json(request):
        found = {"query": str(query.pk), "line": str(query.onward or query.pk), "url": address}
        response: HttpResponse = JsonResponse(found, status=201)
    else:
        response = redirect(address)
        response.status_code = 303
    return timed(response, decode=took.decode_ms, embed=took.embed_ms)


def _state(request: HttpRequest) -> Asked:
    """The filters that hold on: those of the page that asked, and the sample that is shown."""
    sample = request.POST.get("sample", "")[:MAX_NAME]
    try:
        state = read(QueryDict(request.POST.get("state", "").lstrip("?")))
    except TooManyFieldsSent:  # no page of ours sends so many
        state = Asked()
    return replace(state, sample=sample or state.sample)


def _query_of(request: HttpRequest) -> tuple[PhotoQuery, services.Took]:
    """The stored query for whichever of the form's parts is filled in, and what it took."""
    words, part, after = request.POST.get("q", "").strip(), read_part(request.POST), _after(request)
    if sku := request.POST.get("product"):
        product = find_product(sku)
        return _product_query(product, part, words=words, after=after)
    photo = _photo(request)
    if photo is None and part is not None:
        raise InvalidSearch(_("Choose the photo again: the shop hasn’t kept it."), field="image")
    if photo is None and not words:
        raise InvalidSearch(_("Choose a photo or type some words first."), field="image")
    return services.photo_query(photo=photo, crop=part, text=words, instead_of=after)


def _product_query(
    product: Product, part: Box | None, *, words: str, after: PhotoQuery | None
) -> tuple[PhotoQuery, services.Took]:
    """Looks for what is like the product, or like a part of its picture. Another part of what the
    results are of takes their place; another product is a step further."""
    here = after if after is not None and after.product_id == product.pk else None
    further = None if here else after
    if part is None:
        return services.photo_query(product=product, text=words, after=further, instead_of=here)
    return services.photo_query(
        photo=_picture_of(product),
        crop=part,
        text=words,
        after=further,
        instead_of=here,
        shows=product,
    )


def _after(request: HttpRequest) -> PhotoQuery | None:
    """The search that the shopper was at; one that has ended by now can't be joined."""
    try:
        return selectors.get_query(request.POST["from"]) if request.POST.get("from") else None
    except QueryExpired:
        return None


def _photo(request: HttpRequest) -> bytes | None:
    """The bytes of the uploaded file or of the named sample photo; None where there is neither."""
    if name := request.POST.get("sample"):
        return find_sample(name).file.read_bytes()
    files = request.FILES.getlist("image")
    if len(files) > 1:
        raise InvalidSearch(_("Choose one photo at a time."), field="image")
    if not files:
        return None
    if (files[0].size or 0) > settings.MAX_PHOTO_BYTES:
        raise _too_large()
    photo: bytes = files[0].read()
    return photo


def _picture_of(product: Product) -> bytes:
    """The picture that a product's page of results shows of it."""
    image = product.main_image
    if image is None:
        raise InvalidSearch(_("That product has no picture any more. Search for another one."))
    try:
        with image.file.open() as file:
            content: bytes = file.read()
            return content
    except OSError as error:
        raise InvalidSearch(
            _("That product has no picture any more. Search for another one.")
        ) from error


def find_product(sku: str) -> Product:
    """The published product of that SKU. Raises NoSuchProduct."""
    product = selectors.find_product(sku)
    if product is None:
        raise NoSuchProduct(_("That product is no longer sold. Search for another one."))
    return product


def _too_large() -> ImageRejected:
    limit = settings.MAX_PHOTO_BYTES // 2**20
    return ImageRejected(
        _("That photo is larger than %(limit)s MB. Choose a smaller one.") % {"limit": limit},
        code="too_large",
    )


def refused(request: HttpRequest, error: LookalikeError, *, words: str = "") -> HttpResponse:
    """What was wrong: beside the form on the front, or as JSON for our own script."""
    if wants_json(request):
        return error_json(error)
    return shop.search_page_with(request, error, words=words)


@require_POST
def forget(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """Deletes the query at once, and goes on with its words alone where these are to be kept. Gone
    already counts as forgotten; a link is not the stranger's to end."""
    if PhotoQuery.objects.filter(pk=query_id, shared=True).exists():
        messages.info(request, _("This link ends with the search of whoever passed it on."))
        return redirect("search_page")
    forgotten = services.forget_query(query_id=query_id)
    if forgotten and (words := request.POST.get("keep_words", "").strip()):
        try:
            limit_words(request)
            query, _took = services.photo_query(text=words)
        except LookalikeError as error:
            return refused(request, error, words=words)
        return redirect("results", query.pk)
    messages.success(request, _("Forgotten. Nothing of your search is kept."))
    return redirect("search_page")
