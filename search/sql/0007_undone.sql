-- 0004_following.sql, run after this, brings back the former search_refresh_documents.
DROP FUNCTION IF EXISTS search_product_shown CASCADE;
DROP FUNCTION IF EXISTS search_wanted_labels;
