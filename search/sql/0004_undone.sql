-- CASCADE takes the triggers along.
DROP FUNCTION search_product_added, search_product_changed, search_product_gone, search_tags_changed,
    search_category_changed, search_tag_changed, search_image_moved, search_image_gone CASCADE;
DROP FUNCTION search_refresh_filters, search_refresh_documents, search_forget_images,
    search_wanted_filters, search_wanted_documents, search_hold, search_hold_tags, search_hold_categories;
