-- What the catalogue says, and bringing rows up to it. Frozen with migration 0004: a later migration
-- replaces a function by CREATE OR REPLACE.
--
-- Whoever changes what follows from a product first locks the product's row, those of several products
-- in the order of their ids; only then, in a statement of its own and so with a fresh snapshot, does it
-- read the catalogue. Of two edits of one product the second therefore sees all that the first has done.
-- The order is: products, labels (tags, categories), images, jobs, vectors and documents. A bare UPDATE
-- of a label locks it first; Django's saves hold the products before (search.signal_handlers).

CREATE OR REPLACE FUNCTION search_hold(products bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM catalog_product WHERE id = ANY(products) ORDER BY id FOR NO KEY UPDATE;
END
$$;

-- A product gets these tags: until this transaction ends nobody renames them, since who renames a tag
-- can't see the product yet. Waits for who is renaming one.
CREATE OR REPLACE FUNCTION search_hold_tags(tags bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM catalog_tag WHERE id = ANY(tags) ORDER BY id FOR SHARE;
END
$$;

-- The same for categories, with all that are above them. Once more, because the first round may have
-- waited for a move: the rows above are others then.
CREATE OR REPLACE FUNCTION search_hold_categories(categories bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    FOR round IN 1..2 LOOP
        PERFORM FROM catalog_category
        WHERE id IN (SELECT unnest(path) FROM catalog_category WHERE id = ANY(categories))
           OR id = ANY(categories)
        ORDER BY id FOR SHARE;
    END LOOP;
END
$$;

-- The filter columns of each image of the products. tag_ids are sorted, category_ids is the category's
-- path from the root, published says whether customers may see the product.
-- Without SET, so that the planner sees through it.
CREATE OR REPLACE FUNCTION search_wanted_filters(products bigint[])
RETURNS TABLE (
    image_id bigint, checksum varchar, product_id bigint,
    tag_ids bigint[], category_ids bigint[], published boolean
) LANGUAGE sql STABLE AS $$
    SELECT image.id, image.checksum, image.product_id,
        ARRAY(
            SELECT link.tag_id FROM catalog_product_tags link
            WHERE link.product_id = product.id ORDER BY link.tag_id
        ),
        coalesce(category.path, '{}'),
        product.status = 'active'
    FROM catalog_productimage image
    JOIN catalog_product product ON product.id = image.product_id
    LEFT JOIN catalog_category category ON category.id = product.category_id
    WHERE product.id = ANY(products)
$$;

-- Rows that differ are written, others are left alone: an update of a vector row is an insert into its
-- HNSW index. Returns how many differed. EVERY table with the filter columns of images has its UPDATE
-- here, and its DELETE in search_forget_images; no trigger knows their names.
CREATE OR REPLACE FUNCTION search_refresh_filters(products bigint[]) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
BEGIN
    PERFORM search_hold(products);
    UPDATE search_imageembedding stored
    SET product_id = wanted.product_id, tag_ids = wanted.tag_ids,
        category_ids = wanted.category_ids, published = wanted.published
    FROM search_wanted_filters(products) wanted
    WHERE stored.image_id = wanted.image_id
      AND (stored.product_id, stored.tag_ids, stored.category_ids, stored.published)
          IS DISTINCT FROM
          (wanted.product_id, wanted.tag_ids, wanted.category_ids, wanted.published);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

-- Who writes a vector holds the image's job, so the vector is there, and seen, once the lock is had.
CREATE OR REPLACE FUNCTION search_forget_images(images bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM search_embeddingjob WHERE image_id = ANY(images) ORDER BY id FOR UPDATE;
    DELETE FROM search_imageembedding WHERE image_id = ANY(images);
END
$$;

-- The products' words as lexemes: title and SKU weigh most (A), then tag values and the names of the
-- category and of those above it (B), then the description (C). `words` are title and tag values
-- without accents, for finding typing errors by trigrams. OFFSET 0: unaccent() runs once for each text,
-- not once for each place where the text stands.
CREATE OR REPLACE FUNCTION search_wanted_documents(products bigint[])
RETURNS TABLE (product_id bigint, document tsvector, words text)
LANGUAGE sql STABLE AS $$
    SELECT texts.product_id,
        setweight(to_tsvector('simple', texts.heading), 'A')
            || setweight(to_tsvector('english', texts.heading), 'A')
            || setweight(to_tsvector('simple', texts.labels), 'B')
            || setweight(to_tsvector('english', texts.labels), 'B')
            || setweight(to_tsvector('simple', texts.body), 'C')
            || setweight(to_tsvector('english', texts.body), 'C'),
        texts.words
    FROM (
        SELECT product.id AS product_id,
            unaccent(product.title || ' ' || product.sku) AS heading,
            unaccent(concat_ws(' ', tags.names, categories.names)) AS labels,
            -- A tsvector holds 1 MB at most; past it Postgres refuses the row, and with it the product.
            unaccent(left(product.description, 50000)) AS body,
            unaccent(concat_ws(' ', product.title, tags.names)) AS words
        FROM catalog_product product
        LEFT JOIN LATERAL (
            SELECT string_agg(tag.value, ' ' ORDER BY tag.facet, tag.value) AS names
            FROM catalog_product_tags link JOIN catalog_tag tag ON tag.id = link.tag_id
            WHERE link.product_id = product.id
        ) tags ON true
        LEFT JOIN catalog_category category ON category.id = product.category_id
        LEFT JOIN LATERAL (
            SELECT string_agg(above.name, ' ' ORDER BY above.id) AS names
            FROM catalog_category above WHERE above.id = ANY(category.path)
        ) categories ON true
        WHERE product.id = ANY(products)
        OFFSET 0
    ) texts
$$;

-- Documents that are missing or differ are written; returns how many.
CREATE OR REPLACE FUNCTION search_refresh_documents(products bigint[]) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
BEGIN
    PERFORM search_hold(products);
    INSERT INTO search_productdocument (product_id, document, words)
    SELECT wanted.product_id, wanted.document, wanted.words
    FROM search_wanted_documents(products) wanted
    LEFT JOIN search_productdocument stored ON stored.product_id = wanted.product_id
    WHERE stored.product_id IS NULL
       OR (stored.document, stored.words) IS DISTINCT FROM (wanted.document, wanted.words)
    ON CONFLICT (product_id) DO UPDATE SET document = excluded.document, words = excluded.words;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;
