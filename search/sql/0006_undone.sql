-- 0004_following.sql, run after this, brings back the former search_refresh_documents.
DROP FUNCTION search_product_shown CASCADE;
DROP FUNCTION search_wanted_labels;
