-- Chinese, Japanese and Korean: Postgres' parser takes a run of their characters for one word. Here a run
-- becomes its overlapping pairs, so that two characters or more are found wherever they stand. Frozen with
-- migration 0017.
--
-- Questions and documents are cut by the same functions, after unaccent(). Text without such characters
-- comes out as it went in.

-- The characters, as a class of regular expressions has them; search.engine.lexemes has the same.
CREATE OR REPLACE FUNCTION search_unspaced() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef'
        '\U0001aff0-\U0001b16f\U00020000-\U0003ffff'
$$;

-- Runs of them with spaces around. Their marks (，。《》・) are spaces, half and full width and ㎡ are
-- written out: NFKC, of them alone, so that what stands beside them can't change.
CREATE OR REPLACE FUNCTION search_apart(given text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    class CONSTANT text := '[' || search_unspaced() || ']';
    others CONSTANT text := '[^' || search_unspaced() || ']';
    marks CONSTANT text := '[\u2e80-\u3004\u3008-\u3020\u302a-\u3030\u3036\u3037\u303c-\u3040\u3097-\u309c'
        '\u30a0\u30fb\u3190-\u319f\u31c0-\u31ef\u3200-\u33ff\u4dc0-\u4dff\ufe30-\ufe4f\uff00-\uffef]+';
    folded text;
BEGIN
    IF given !~ class THEN
        RETURN given;
    END IF;
    SELECT string_agg(
        CASE WHEN part[1] ~ class THEN normalize(part[1], NFKC) ELSE part[1] END, '' ORDER BY place
    )
    INTO folded
    FROM regexp_matches(given, class || '+|' || others || '+', 'g') WITH ORDINALITY found (part, place);
    RETURN regexp_replace(regexp_replace(folded, marks, ' ', 'g'), class || '+', ' \& ', 'g');
END
$$;

-- Of text set apart: each run as its overlapping pairs, a single character as it is. Who stands between
-- two others is written twice, with a space in the middle.
CREATE OR REPLACE FUNCTION search_pairs(apart text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(
        apart, replace('(?<=[#])([#])(?=[#])', '#', search_unspaced()), '\1 \1', 'g'
    )
$$;

-- Of text set apart: every character by itself, and nothing else.
CREATE OR REPLACE FUNCTION search_characters(apart text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(
        regexp_replace(apart, replace('[^#]+', '#', search_unspaced()), ' ', 'g'), '\S', '\& ', 'g'
    )
$$;

-- Of text set apart: the first and the last character of each run, and nothing else.
CREATE OR REPLACE FUNCTION search_ends(apart text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(
        regexp_replace(apart, replace('[^#]+', '#', search_unspaced()), ' ', 'g'),
        '(\S)(?:\S*(\S))?', '\1 \2', 'g'
    )
$$;

-- A question's words, or a document's, as the parser shall see them.
CREATE OR REPLACE FUNCTION search_cut(given text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT search_pairs(search_apart(given))
$$;

-- As migration 0004 has it, and besides: pairs of characters everywhere, each character of title and
-- labels, and those at the ends of a description's runs (the 恤 of T恤). Each character of descriptions
-- would make documents larger by two thirds, for questions of one character that a title answers better.
--
-- Not in SQL, as it was: the planner saw through that, and where the statistics said that there are no
-- products (3,000 come, the first), it made each document once for each of the others.
CREATE OR REPLACE FUNCTION search_wanted_documents(products bigint[])
RETURNS TABLE (product_id bigint, document tsvector, words text)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT texts.product_id,
        setweight(to_tsvector('simple', texts.heading), 'A')
            || setweight(to_tsvector('english', texts.heading), 'A')
            || setweight(to_tsvector('simple', search_characters(texts.apart_heading)), 'A')
            || setweight(to_tsvector('simple', texts.labels), 'B')
            || setweight(to_tsvector('english', texts.labels), 'B')
            || setweight(to_tsvector('simple', search_characters(texts.apart_labels)), 'B')
            || setweight(to_tsvector('simple', texts.body), 'C')
            || setweight(to_tsvector('english', texts.body), 'C')
            || setweight(to_tsvector('simple', search_ends(texts.apart_body)), 'C'),
        texts.words
    FROM (
        SELECT apart.*, search_pairs(apart_heading) AS heading, search_pairs(apart_labels) AS labels,
            search_pairs(apart_body) AS body
        FROM (
            SELECT product.id AS product_id,
                search_apart(unaccent(product.title || ' ' || product.sku)) AS apart_heading,
                search_apart(unaccent(concat_ws(' ', tags.names, categories.names))) AS apart_labels,
                -- A tsvector holds 1 MB at most; past it Postgres refuses the row, and with it the
                -- product.
                search_apart(unaccent(left(product.description, 50000))) AS apart_body,
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
        ) apart
        OFFSET 0
    ) texts;
END
$$;
