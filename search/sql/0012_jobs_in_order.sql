-- As in 0004, but for the order: an image has a job in each space that follows the catalogue, and
-- whoever locks several jobs goes by image, then by space. By the jobs' own ids two could meet.
CREATE OR REPLACE FUNCTION search_forget_images(images bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM search_embeddingjob WHERE image_id = ANY(images)
    ORDER BY image_id, space_id FOR UPDATE;
    DELETE FROM search_imageembedding WHERE image_id = ANY(images);
END
$$;
