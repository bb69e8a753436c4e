-- One trigger for each kind of statement that changes what follows from the catalogue. Each looks into
-- the changed rows first: an edit of price or stock ends there.
-- Functions keep the search_path of the migration, so that they find the tables whoever edits them.
-- The inserts of labels matter where rows arrive in any order, as in a restored dump: foreign keys are
-- checked at the commit only.

CREATE OR REPLACE FUNCTION search_product_added() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    products bigint[] := (SELECT array_agg(id) FROM added);
BEGIN
    IF products IS NOT NULL THEN
        PERFORM search_hold_categories((SELECT array_agg(DISTINCT category_id) FROM added));
        PERFORM search_refresh_filters(products);
        PERFORM search_refresh_documents(products);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION search_product_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    filtered bigint[];
    worded bigint[];
    categories bigint[];
BEGIN
    SELECT array_agg(id) FILTER (WHERE moved OR shown),
        array_agg(id) FILTER (WHERE moved OR said),
        array_agg(DISTINCT category_id) FILTER (WHERE moved)
    INTO filtered, worded, categories
    FROM (
        SELECT latter.id, latter.category_id,
            latter.category_id IS DISTINCT FROM former.category_id AS moved,
            (latter.status = 'active') <> (former.status = 'active') AS shown,
            (latter.title, latter.sku, latter.description)
                IS DISTINCT FROM (former.title, former.sku, former.description) AS said
        FROM latter JOIN former ON former.id = latter.id
    ) changed;
    IF categories IS NOT NULL THEN
        PERFORM search_hold_categories(categories);
    END IF;
    IF filtered IS NOT NULL THEN
        PERFORM search_refresh_filters(filtered);
    END IF;
    IF worded IS NOT NULL THEN
        PERFORM search_refresh_documents(worded);
    END IF;
    RETURN NULL;
END
$$;

-- Tags that went with their product have left a new document behind.
CREATE OR REPLACE FUNCTION search_product_gone() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM search_productdocument WHERE product_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION search_tags_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    products bigint[];
    tags bigint[];
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN
            SELECT array_agg(DISTINCT product_id), array_agg(DISTINCT tag_id)
            INTO products, tags FROM added;
        WHEN 'DELETE' THEN
            SELECT array_agg(DISTINCT product_id) INTO products FROM gone;
        ELSE
            SELECT array_agg(DISTINCT product_id), array_agg(DISTINCT tag_id)
            INTO products, tags
            FROM (TABLE former UNION ALL TABLE latter) changed;
    END CASE;
    IF products IS NOT NULL THEN
        PERFORM search_hold(products);
    END IF;
    IF tags IS NOT NULL THEN
        PERFORM search_hold_tags(tags);
    END IF;
    IF products IS NOT NULL THEN
        PERFORM search_refresh_filters(products);
        PERFORM search_refresh_documents(products);
    END IF;
    RETURN NULL;
END
$$;

-- Only who is right below a category has its path, but all who are below carry its name.
CREATE OR REPLACE FUNCTION search_category_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    moved bigint[];
    renamed bigint[];
    products bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id), array_agg(id) INTO moved, renamed FROM added;
    ELSE
        SELECT array_agg(id) FILTER (WHERE latter.path IS DISTINCT FROM former.path),
            array_agg(id) FILTER (WHERE latter.name <> former.name)
        INTO moved, renamed
        FROM latter JOIN former USING (id);
    END IF;
    IF moved IS NOT NULL THEN
        products := ARRAY(SELECT id FROM catalog_product WHERE category_id = ANY(moved));
        PERFORM search_refresh_filters(products);
        PERFORM search_refresh_documents(products);
    END IF;
    IF renamed IS NOT NULL THEN
        PERFORM search_refresh_documents(ARRAY(
            SELECT product.id
            FROM catalog_category category
            JOIN catalog_product product ON product.category_id = category.id
            WHERE category.path && renamed
        ));
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION search_tag_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    renamed bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id) INTO renamed FROM added;
    ELSE
        SELECT array_agg(id) INTO renamed
        FROM latter JOIN former USING (id)
        WHERE (latter.facet, latter.value) IS DISTINCT FROM (former.facet, former.value);
    END IF;
    IF renamed IS NOT NULL THEN
        PERFORM search_refresh_documents(ARRAY(
            SELECT DISTINCT product_id FROM catalog_product_tags WHERE tag_id = ANY(renamed)
        ));
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION search_image_moved() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    products bigint[] := (
        SELECT array_agg(DISTINCT holder)
        FROM latter JOIN former USING (id), unnest(ARRAY[former.product_id, latter.product_id]) holder
        WHERE latter.product_id <> former.product_id
    );
BEGIN
    IF products IS NOT NULL THEN
        PERFORM search_refresh_filters(products);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION search_image_gone() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    images bigint[] := (SELECT array_agg(id) FROM gone);
BEGIN
    IF images IS NOT NULL THEN
        PERFORM search_forget_images(images);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER search_added AFTER INSERT ON catalog_product
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION search_product_added();

CREATE OR REPLACE TRIGGER search_changed AFTER UPDATE ON catalog_product
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_product_changed();

CREATE OR REPLACE TRIGGER search_gone AFTER DELETE ON catalog_product
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION search_product_gone();

CREATE OR REPLACE TRIGGER search_added AFTER INSERT ON catalog_product_tags
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION search_tags_changed();

CREATE OR REPLACE TRIGGER search_changed AFTER UPDATE ON catalog_product_tags
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_tags_changed();

CREATE OR REPLACE TRIGGER search_gone AFTER DELETE ON catalog_product_tags
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION search_tags_changed();

CREATE OR REPLACE TRIGGER search_added AFTER INSERT ON catalog_category
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION search_category_changed();

CREATE OR REPLACE TRIGGER search_changed AFTER UPDATE ON catalog_category
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_category_changed();

CREATE OR REPLACE TRIGGER search_added AFTER INSERT ON catalog_tag
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION search_tag_changed();

CREATE OR REPLACE TRIGGER search_changed AFTER UPDATE ON catalog_tag
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_tag_changed();

CREATE OR REPLACE TRIGGER search_changed AFTER UPDATE ON catalog_productimage
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_image_moved();

CREATE OR REPLACE TRIGGER search_gone AFTER DELETE ON catalog_productimage
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION search_image_gone();
