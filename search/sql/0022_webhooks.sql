-- What happened is written down for the webhooks in the transaction in which it happened, whoever did
-- it and however: docs/adr/0027-webhooks.md. Frozen with migration 0022.
--
-- One trigger for each kind of statement. Each first asks whether any webhook wants to know; where none
-- does, that is all it costs. No lock is taken but on the event's own new row.

CREATE OR REPLACE FUNCTION search_wants_events(kinds text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM search_webhook WHERE enabled AND events::text[] && kinds);
END
$$;

-- Several changes of one subject in a transaction are one event. What was created and is gone again
-- never was; what is gone and there again has changed.
CREATE OR REPLACE FUNCTION search_note_events(kind text, subjects text[], told jsonb[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    present bigint := pg_current_xact_id()::text::bigint;
BEGIN
    INSERT INTO search_webhookevent AS event (id, type, subject, data, transaction_id, created_at)
    SELECT gen_random_uuid(), kind, each.subject, each.data, present, clock_timestamp()
    FROM unnest(subjects, told) AS each(subject, data)
    ON CONFLICT (transaction_id, subject) WHERE transaction_id IS NOT NULL DO UPDATE
    SET data = excluded.data,
        type = CASE
            WHEN event.type = 'product.created' AND kind = 'product.updated' THEN 'product.created'
            WHEN event.type = 'product.created' AND kind = 'product.deleted' THEN 'nothing'
            WHEN event.type = 'product.deleted' AND kind = 'product.created' THEN 'product.updated'
            ELSE kind
        END;
    IF kind = 'product.deleted' THEN
        DELETE FROM search_webhookevent WHERE transaction_id = present AND type = 'nothing';
    END IF;
END
$$;

-- A SKU is what the API knows a product by, so it is the subject.
CREATE OR REPLACE FUNCTION search_note_products(kind text, products bigint[]) RETURNS void
LANGUAGE sql AS $$
    SELECT search_note_events(
        kind,
        array_agg('product:' || sku),
        array_agg(jsonb_build_object('sku', sku, 'status', status))
    )
    FROM catalog_product WHERE id = ANY(products)
$$;

-- Under another SKU it is another product to those who are told. `updated_at` alone changes nothing.
CREATE OR REPLACE FUNCTION search_tell_products() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT search_wants_events('{product.created,product.updated,product.deleted}') THEN
        RETURN NULL;
    END IF;
    CASE TG_OP
        WHEN 'INSERT' THEN
            PERFORM search_note_products('product.created', (SELECT array_agg(id) FROM added));
        WHEN 'DELETE' THEN
            PERFORM search_note_events(
                'product.deleted',
                array_agg('product:' || sku),
                array_agg(jsonb_build_object('sku', sku, 'status', status))
            ) FROM gone;
        ELSE
            PERFORM search_note_events(
                'product.deleted',
                array_agg('product:' || former.sku),
                array_agg(jsonb_build_object('sku', former.sku, 'status', former.status))
            ) FROM former JOIN latter USING (id) WHERE latter.sku <> former.sku;
            PERFORM search_note_products('product.created', (
                SELECT array_agg(id) FROM latter JOIN former USING (id) WHERE latter.sku <> former.sku
            ));
            PERFORM search_note_products('product.updated', (
                SELECT array_agg(latter.id) FROM latter JOIN former ON former.id = latter.id
                WHERE latter.sku = former.sku
                  AND to_jsonb(latter) - 'updated_at' <> to_jsonb(former) - 'updated_at'
            ));
    END CASE;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION search_tell_tags() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    products bigint[];
BEGIN
    IF NOT search_wants_events('{product.created,product.updated,product.deleted}') THEN
        RETURN NULL;
    END IF;
    CASE TG_OP
        WHEN 'INSERT' THEN products := (SELECT array_agg(DISTINCT product_id) FROM added);
        WHEN 'DELETE' THEN products := (SELECT array_agg(DISTINCT product_id) FROM gone);
        ELSE products := (
            SELECT array_agg(DISTINCT product_id)
            FROM (TABLE former UNION ALL TABLE latter) changed
        );
    END CASE;
    PERFORM search_note_products('product.updated', products);
    RETURN NULL;
END
$$;

-- The photos are a part of what the API says of a product; `phash` is not, and comes later by itself.
CREATE OR REPLACE FUNCTION search_tell_photos() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    products bigint[];
BEGIN
    IF NOT search_wants_events('{product.created,product.updated,product.deleted}') THEN
        RETURN NULL;
    END IF;
    CASE TG_OP
        WHEN 'INSERT' THEN products := (SELECT array_agg(DISTINCT product_id) FROM added);
        WHEN 'DELETE' THEN products := (SELECT array_agg(DISTINCT product_id) FROM gone);
        ELSE products := (
            SELECT array_agg(DISTINCT holder)
            FROM latter JOIN former ON former.id = latter.id,
                unnest(ARRAY[former.product_id, latter.product_id]) holder
            WHERE to_jsonb(latter) - 'phash' <> to_jsonb(former) - 'phash'
        );
    END CASE;
    PERFORM search_note_products('product.updated', products);
    RETURN NULL;
END
$$;

-- A tag's name and a category's slug stand in what the API says of their products.
CREATE OR REPLACE FUNCTION search_tell_labels() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    products bigint[];
BEGIN
    IF NOT search_wants_events('{product.created,product.updated,product.deleted}') THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = 'catalog_tag' THEN
        products := (
            SELECT array_agg(DISTINCT link.product_id)
            FROM latter JOIN former ON former.id = latter.id
            JOIN catalog_product_tags link ON link.tag_id = latter.id
            WHERE (latter.facet, latter.value) IS DISTINCT FROM (former.facet, former.value)
        );
    ELSE
        products := (
            SELECT array_agg(product.id)
            FROM latter JOIN former ON former.id = latter.id
            JOIN catalog_product product ON product.category_id = latter.id
            WHERE latter.slug <> former.slug
        );
    END IF;
    PERFORM search_note_products('product.updated', products);
    RETURN NULL;
END
$$;

-- Images of the space that is searched, which is filled by its base's jobs where it is derived.
CREATE OR REPLACE FUNCTION search_tell_jobs() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT search_wants_events('{image.ready,image.failed}') THEN
        RETURN NULL;
    END IF;
    PERFORM search_note_events('image.' || state, array_agg(subject), array_agg(told))
    FROM (
        SELECT latter.state, 'image:' || image.id AS subject, jsonb_build_object(
            'image', image.id, 'sku', product.sku, 'state', latter.state,
            'reason', nullif(latter.error, '')
        ) AS told
        FROM latter JOIN former ON former.id = latter.id
        JOIN search_embeddingspace active ON active.state = 'active'
        JOIN catalog_productimage image ON image.id = latter.image_id
        JOIN catalog_product product ON product.id = image.product_id
        WHERE latter.state IN ('ready', 'failed') AND latter.state <> former.state
          AND latter.space_id = coalesce(active.base_id, active.id)
    ) changed
    GROUP BY state;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER tell_added AFTER INSERT ON catalog_product
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_products();

CREATE OR REPLACE TRIGGER tell_changed AFTER UPDATE ON catalog_product
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_products();

CREATE OR REPLACE TRIGGER tell_gone AFTER DELETE ON catalog_product
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_products();

CREATE OR REPLACE TRIGGER tell_added AFTER INSERT ON catalog_product_tags
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_tags();

CREATE OR REPLACE TRIGGER tell_changed AFTER UPDATE ON catalog_product_tags
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_tags();

CREATE OR REPLACE TRIGGER tell_gone AFTER DELETE ON catalog_product_tags
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_tags();

CREATE OR REPLACE TRIGGER tell_added AFTER INSERT ON catalog_productimage
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_photos();

CREATE OR REPLACE TRIGGER tell_changed AFTER UPDATE ON catalog_productimage
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_photos();

CREATE OR REPLACE TRIGGER tell_gone AFTER DELETE ON catalog_productimage
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_photos();

CREATE OR REPLACE TRIGGER tell_changed AFTER UPDATE ON catalog_tag
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_labels();

CREATE OR REPLACE TRIGGER tell_changed AFTER UPDATE ON catalog_category
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_labels();

CREATE OR REPLACE TRIGGER tell_changed AFTER UPDATE ON search_embeddingjob
REFERENCING OLD TABLE AS former NEW TABLE AS latter
FOR EACH STATEMENT EXECUTE FUNCTION search_tell_jobs();
