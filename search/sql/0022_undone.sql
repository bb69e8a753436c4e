-- CASCADE takes the triggers along.
DROP FUNCTION IF EXISTS search_wants_events, search_note_events, search_note_products,
    search_tell_products, search_tell_tags, search_tell_photos, search_tell_labels, search_tell_jobs
    CASCADE;
