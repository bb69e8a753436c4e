-- The function of 0004_following.sql again; it calls none of those that go.
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

DROP FUNCTION IF EXISTS search_cut, search_ends, search_characters, search_pairs, search_apart, search_unspaced;
