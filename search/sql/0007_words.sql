-- Documents carry the filter columns of their product, so that one index answers words and filters.
-- Frozen with migration 0007. Locks and their order as in 0004_following.sql.

-- The filter columns of each product, embedded or not: as search_wanted_filters has them by image.
CREATE OR REPLACE FUNCTION search_wanted_labels(products bigint[])
RETURNS TABLE (product_id bigint, tag_ids bigint[], category_ids bigint[], published boolean)
LANGUAGE sql STABLE AS $$
    SELECT product.id,
        ARRAY(
            SELECT link.tag_id FROM catalog_product_tags link
            WHERE link.product_id = product.id ORDER BY link.tag_id
        ),
        coalesce(category.path, '{}'),
        product.status = 'active'
    FROM catalog_product product
    LEFT JOIN catalog_category category ON category.id = product.category_id
    WHERE product.id = ANY(products)
$$;

-- Documents that are missing or differ, in words or filter columns, are written; returns how many.
CREATE OR REPLACE FUNCTION search_refresh_documents(products bigint[]) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
BEGIN
    PERFORM search_hold(products);
    INSERT INTO search_productdocument
        (product_id, document, words, tag_ids, category_ids, published)
    SELECT wanted.product_id, wanted.document, wanted.words,
        labels.tag_ids, labels.category_ids, labels.published
    FROM search_wanted_documents(products) wanted
    JOIN search_wanted_labels(products) labels ON labels.product_id = wanted.product_id
    LEFT JOIN search_productdocument stored ON stored.product_id = wanted.product_id
    WHERE stored.product_id IS NULL
       OR (stored.document, stored.words, stored.tag_ids, stored.category_ids, stored.published)
          IS DISTINCT FROM
          (wanted.document, wanted.words, labels.tag_ids, labels.category_ids, labels.published)
    ON CONFLICT (product_id) DO UPDATE
    SET document = excluded.document, words = excluded.words, tag_ids = excluded.tag_ids,
        category_ids = excluded.category_ids, published = excluded.published;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

-- Moves and new words write the document anyway (0004_triggers.sql); a status did not, until now.
CREATE OR REPLACE FUNCTION search_product_shown() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    products bigint[] := (
        SELECT array_agg(latter.id)
        FROM latter JOIN former ON former.id = latter.id
        WHERE (latter.status = 'active') <> (former.status = 'active')
    );
BEGIN
    IF products IS NOT NULL THEN
        PERFORM search_refresh_documents(products);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER search_shown AFTER UPDATE ON catalog_product
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_product_shown();
